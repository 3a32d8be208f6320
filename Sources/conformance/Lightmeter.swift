import LogParsing

extension Corpus {
  /// lightmeterio/ControlCenter: assertions of Go tests, some of them about other lines of the same test.
  static let lightmeter = Corpus(
    name: "lightmeter_parser_fields",
    expectations: { row in
      row.expected["assert"].leaves.compactMap { name, value in
        // Assertions about the Go value itself say nothing about the line.
        value == "ShouldBeNil" || value == "ShouldNotBeNil" ? nil : (name, literal(value))
      }
    },
    value: { field, reading, row in
      switch field {
      case "error": return isUnsupported(reading) ? "ErrUnsupportedLogLine" : nil
      case "header.Host", "h.Host": return reading.host
      case "header.PID": return reading.pid
      case "header.Process": return process(reading).name
      case "header.ProcessIP": return process(reading).address
      case "header.Daemon": return service(reading)
      case "payload.Queue": return reading.queueID
      case "payload.RecipientLocalPart": return parts(reading["to"]).local
      case "payload.RecipientDomainPart": return parts(reading["to"]).domain
      case "payload.OrigRecipientLocalPart": return parts(reading["orig_to"]).local
      case "payload.OrigRecipientDomainPart": return parts(reading["orig_to"]).domain
      case "payload.SenderLocalPart": return parts(reading["from"]).local
      case "payload.SenderDomainPart": return parts(reading["from"]).domain
      case "payload.Size": return reading["size"]
      case "payload.Nrcpt": return reading["nrcpt"]
      case "payload.Host": return reading["client.name"]
      case "payload.ChildQueue": return reading["new_queue_id"]
      case "payload.RelayName": return reading["relay.host"]
      case "payload.RelayIP": return reading["relay.address"]
      case "payload.RelayPort": return reading["relay.port"]
      case "payload.Delay": return reading["delay"]
      case "payload.Delays.Smtpd": return delay(0, reading)
      case "payload.Delays.Cleanup": return delay(1, reading)
      case "payload.Delays.Qmgr": return delay(2, reading)
      case "payload.Delays.Smtp": return delay(3, reading)
      case "payload.Dsn": return reading["dsn"]
      case "payload.Status": return reading["status"].map { $0.prefix(1).uppercased() + $0.dropFirst() + "Status" }
      case "payload.IP": return reading["client.address"]
      case "payload.MessageId": return reading["message-id"]
      case "payload.Corrupted": return isCorrupted(reading) ? "ShouldBeTrue" : "ShouldBeFalse"
      case "payload.ExtraMessage": return extraMessage(reading)
      case "extra.Queue": return reading["queued_as"]
      case "extra.SmtpCode": return reading["remote.code"]
      case "extra.Dsn": return reading["remote.enhanced"]
      case "header.Time.Day", "header.Time.Month", "header.Time.Hour", "header.Time.Minute", "header.Time.Second":
        return time(String(field.dropFirst("header.Time.".count)), reading)
      default: return nil
      }
    })

  /// `net.ParseIP("192.0.2.1")` and `time.June` as plain values.
  private static func literal(_ value: String) -> String {
    if let open = value.firstIndex(where: { $0 == "\"" || $0 == "`" }), value.hasPrefix("net.ParseIP(") {
      return String(value[open...].dropFirst().prefix { $0 != "\"" && $0 != "`" })
    }
    return value.hasPrefix("time.") ? String(value.dropFirst("time.".count)) : value
  }

  private static func isUnsupported(_ reading: Reading) -> Bool {
    reading.event.kind == .unrecognized || reading.event.kind == .notice
  }

  /// `postfix-192.0.2.1` is an instance with its address.
  private static func process(_ reading: Reading) -> (name: String?, address: String?) {
    let words = reading.program.split(separator: "/", omittingEmptySubsequences: false)
    let name = words.count > 1 && words[0].isEmpty ? String(words[1]) : String(words.first ?? "")
    guard let hyphen = name.firstIndex(of: "-"), name[hyphen...].contains(".") else { return (name, nil) }
    return (String(name[..<hyphen]), String(name[hyphen...].dropFirst()))
  }

  private static func service(_ reading: Reading) -> String? {
    let program = reading.program
    return program.firstIndex(of: "/").map { String(program[$0...].dropFirst()) }
  }

  private static func parts(_ address: String?) -> (local: String?, domain: String?) {
    guard let address else { return (nil, nil) }
    guard let at = address.lastIndex(of: "@") else { return (address, "") }
    let local = address[..<at]
    return (
      local.hasPrefix("\"") ? String(local.dropFirst().dropLast()) : String(local), String(address[at...].dropFirst())
    )
  }

  private static func delay(_ index: Int, _ reading: Reading) -> String? {
    reading["delays"]?.split(separator: "/").map { String($0) }[index]
  }

  /// An id that opens a bracket and does not close it at the end, or none.
  private static func isCorrupted(_ reading: Reading) -> Bool {
    reading["message-id"] == "" || reading.words.contains("id=<") && !reading.words.hasSuffix(">")
  }

  private static func extraMessage(_ reading: Reading) -> String? {
    reading["reply"].map { "(\($0))" }
      ?? reading.words.firstRange(of: "reject: ").map { String(reading.words[$0.upperBound...]) }
  }

  private static func time(_ part: String, _ reading: Reading) -> String? {
    let words = reading.stamp.split(separator: " ")
    guard words.count == 3 else { return nil }
    let clock = words[2].split(separator: ":").compactMap { Int($0) }
    let months = [
      "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "May": "May", "Jun": "June", "Jul": "July",
    ]
    switch part {
    case "Day": return String(words[1])
    case "Month": return months[String(words[0])]
    case "Hour": return String(clock[0])
    case "Minute": return String(clock[1])
    default: return String(clock[2])
    }
  }
}
