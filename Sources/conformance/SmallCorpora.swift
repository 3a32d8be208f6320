import LogParsing

extension Corpus {
  /// winebarrel/postfix_status_line: addresses come with their local parts masked.
  static let statusLine = Corpus(
    name: "winebarrel_status_line",
    expectations: { $0.expected["fields"].leaves },
    value: { field, reading, _ in
      switch field {
      case "time": reading.stamp
      case "hostname": reading.host
      case "process": reading.pid.map { "\(reading.program)[\($0)]" }
      case "queue_id": reading.queueID
      case "priority": reading["action"]
      case "header_from": reading["client"]
      case "domain": domain(reading["to"])
      case "To":
        reading["content"]?.firstRange(of: "To: ").map { masked(String(reading["content"]![$0.upperBound...])) }
      case "from", "to": reading[field].map(masked)
      default: reading[field]
      }
    })

  private static func domain(_ address: String?) -> String? { address?.split(separator: "@").last.map { String($0) } }

  private static func masked(_ address: String) -> String {
    guard let at = address.lastIndex(of: "@") else { return address }
    return String(repeating: "*", count: address.distance(from: address.startIndex, to: at)) + address[at...]
  }

  /// DataDog/integrations-core.
  static let datadog = Corpus(
    name: "datadog_postfix",
    expectations: { $0.expected["fields"].leaves },
    value: { field, reading, _ in
      switch field {
      case "pid": reading.pid
      case "postfix.client_id": reading.queueID
      case "system.process": reading.program
      case "system.user": reading.host
      case "properties.delay", "properties.dsn", "properties.status", "properties.to":
        reading[String(field.dropFirst("properties.".count))]
      default: reading[field]
      }
    })
}
