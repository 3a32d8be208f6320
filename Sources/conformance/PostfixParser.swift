import LogParsing

extension Corpus {
  /// msimerson/postfix-parser.
  static let postfixParser = Corpus(
    name: "msimerson_postfix_parser",
    // Some lines have their tag although they are said to have none; their program is `syslog`.
    program: { $0.form == "message_only" && $0.program != "syslog" ? $0.program : nil },
    expectations: { $0.expected["fields"].leaves },
    value: { field, reading, _ in
      switch field {
      case "date": reading.stamp
      case "host": reading.event.kind == .remoteReply ? server(reading) : reading.host
      case "prog": reading.program
      case "pid": reading.pid
      case "qid": reading.queueID
      case "relay": reading["relay"]
      case "status": status(reading)
      case "forwardedAs", "dsnQid": reading["new_queue_id"]
      // What a line means for the message is their word for it.
      case "action": reading.event.kind == .remoteReply ? "defer" : nil
      case "msg": message(reading)
      default: reading[field]
      }
    })

  private static func server(_ reading: Reading) -> String? {
    guard let host = reading["remote.host"], let address = reading["remote.address"] else { return nil }
    return "\(host)[\(address)]"
  }

  /// Theirs keeps status and reason in one; a forwarded message has a status of its own.
  private static func status(_ reading: Reading) -> String? {
    guard let status = reading["status"], let reply = reading["reply"] else { return reading["status"] }
    return reading["new_queue_id"] == nil ? "\(status) (\(reply))" : "forwarded"
  }

  private static func message(_ reading: Reading) -> String {
    if reading.event.kind == .client || reading.event.kind == .connect { return reading.message }
    if reading["pix_workarounds"] != nil { return "enabling PIX workarounds" }
    if reading.event.kind == .remoteReply, let said = reading.words.firstRange(of: " said: ") {
      return String(reading.words[said.upperBound...])
    }
    return reading.queueID == nil ? reading.message : reading.words
  }
}
