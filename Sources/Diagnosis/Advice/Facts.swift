import LogParsing

/// The values that a rule's texts can name: captures, parsed fields, and what the message's story adds.
public struct Facts: Sendable, Codable {
  private var values: [String: String] = [:]

  public init() {}

  public mutating func set(_ name: String, _ value: String) {
    if !value.isEmpty { values[name] = value }
  }

  public subscript(name: String) -> String? { values[name] ?? Self.part(of: name) { values[$0] } }

  /// `milter.port`, `to.domain`, `ip.arpa`: a part of a value that is known as a whole.
  static func part(of name: String, _ value: (String) -> String?) -> String? {
    guard let dot = name.lastIndex(of: "."), let whole = value(String(name[..<dot])) else { return nil }
    switch name[name.index(after: dot)...] {
    case "host": return Endpoint(whole)?.host
    case "port": return Endpoint(whole)?.port
    case "path": return Endpoint(whole)?.path
    case "domain": return whole.lastIndex(of: "@").map { String(whole[whole.index(after: $0)...]) }
    case "local": return whole.lastIndex(of: "@").map { String(whole[..<$0]) }
    case "arpa": return IPAddress(whole)?.reverseName
    case "family": return IPAddress(whole)?.family
    default: return nil
    }
  }
}

/// One finding's values, looked up in the line when somebody asks: most findings of a flood are only counted.
struct FactLookup {
  let event: LogEvent
  let finding: Finding
  let story: Story?
  /// Known before the first line.
  let known: [String: String]

  /// Values that the message's story tells where the line itself does not.
  static let namesOfStory = ["from", "to", "client"]

  subscript(name: String) -> String? { whole(name) ?? Facts.part(of: name, whole) }

  private func whole(_ name: String) -> String? {
    if let capture = finding.captures.first(where: { $0.name == name }), !capture.value.isEmpty { return capture.value }
    if let text = event.text(name), !text.isEmpty { return text }
    let value =
      switch name {
      case "host": event.line[event.record.host].text
      case "program": event.line[event.record.program].text
      case "daemon": event.record.daemon.rawValue
      case "queueID": event.line[event.record.queueID].text
      case "pid": event.record.pid.map(String.init) ?? ""
      case "from": story?.from ?? ""
      case "to": story?.recipients.first?.to ?? ""
      case "client": story?.client ?? ""
      default: ""
      }
    return value.isEmpty ? known[name] : value
  }

  /// All values, to keep.
  var facts: Facts {
    var facts = Facts()
    for (name, value) in known { facts.set(name, value) }
    for name in ["host", "program", "daemon", "queueID", "pid", "from", "to", "client"] {
      if let value = whole(name) { facts.set(name, value) }
    }
    for field in event.fields { add(field, prefix: "", to: &facts) }
    for capture in finding.captures { facts.set(capture.name, capture.value) }
    return facts
  }

  private func add(_ field: Field, prefix: String, to facts: inout Facts) {
    if case .object(let inner) = field.value {
      for part in inner { add(part, prefix: prefix + field.name + ".", to: &facts) }
    }
    if let text = field.value.text(in: event.line) { facts.set(prefix + field.name, text) }
  }
}

/// Where a service listens, as Postfix writes it: `inet:host:port`, `unix:/path`, `host[address]:port`.
struct Endpoint {
  var host: String?
  var port: String?
  var path: String?

  init?(_ text: String) {
    var rest = text[...]
    for scheme in ["unix:", "local:"] where rest.hasPrefix(scheme) {
      path = String(rest.dropFirst(scheme.count))
      return
    }
    if rest.hasPrefix("inet:") {
      rest = rest.dropFirst(5)
    } else if rest.hasPrefix("/") || rest.hasPrefix("private/") {
      path = String(rest)
      return
    }
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      host = String(rest[...close])
      rest = rest[rest.index(after: close)...]
    } else if let open = rest.firstIndex(of: "["), let close = rest.lastIndex(of: "]"), open < close {
      host = String(rest[..<open])
      let inner = rest[rest.index(after: open)..<close]
      if inner.hasPrefix("/") || inner.hasPrefix("private/") { path = String(inner) }
      rest = rest[rest.index(after: close)...]
    } else if let colon = rest.lastIndex(of: ":") {
      host = String(rest[..<colon])
      rest = rest[colon...]
    } else {
      return nil
    }
    if rest.hasPrefix(":") { port = String(rest.dropFirst()) }
  }
}
