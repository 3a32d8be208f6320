import LogParsing

extension Corpus {
  /// Mephistophiles/postfix-log-parser: assertions about a message, of which each line tells a part.
  static let logParser = Corpus(
    name: "mephistophiles",
    expectations: { row in
      row.expected["group_asserts"].strings.compactMap { assertion in
        let sides = assertion.split(separator: " == ", maxSplits: 1).map { String($0) }
        guard sides.count == 2, let field = sides[0].split(separator: ".").last.map({ String($0) }) else { return nil }
        let value = sides[1].trimmed(of: sides[1].hasPrefix("[") ? "[]\" ," : "\"")
        // Only what stands in this line: the other lines of the message say the rest.
        return sides[0].contains("events[") && field.isField(in: row.line) && row.line.contains(value)
          ? (field, value) : nil
      }
    },
    value: { field, reading, _ in
      switch field {
      case "queue_id": reading.queueID
      case "message_from": reading["from"]
      case "message_to": reading["to"]
      case "message_id": reading["message-id"]
      case "status_code": reading["remote.code"]
      case "status_postfix_code": reading["dsn"]
      case "client": reading["client"]
      default: reading[field]
      }
    })
}

extension String {
  fileprivate func trimmed(of set: String) -> String {
    var text = self[...]
    while let first = text.first, set.contains(first) { text = text.dropFirst() }
    while let last = text.last, set.contains(last) { text = text.dropLast() }
    return String(text)
  }

  /// Whether a line of this kind says anything about the field.
  fileprivate func isField(in line: String) -> Bool {
    switch self {
    case "queue_id": true
    case "message_from": line.contains(": from=<") || line.contains("; from=<")
    case "message_to": line.contains(": to=<") || line.contains(" to=<")
    case "message_id": line.contains("message-id=")
    case "status", "status_code", "status_postfix_code": line.contains("status=")
    case "client": line.contains("client=") || line.contains("connect from")
    default: false
    }
  }
}
