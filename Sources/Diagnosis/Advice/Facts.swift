import LogParsing

/// The values that a rule's texts can name: captures, parsed fields, and what the message's story adds.
public struct Facts: Sendable {
  private var values: [String: String] = [:]

  public init() {}

  init(event: LogEvent, finding: Finding, story: Story?) {
    for field in event.fields { add(field, prefix: "", in: event.line) }
    let record = event.record
    set("host", event.line[record.host].text)
    set("program", event.line[record.program].text)
    set("daemon", record.daemon.rawValue)
    set("queueID", event.line[record.queueID].text)
    if let pid = record.pid { set("pid", String(pid)) }
    if let story {
      if values["from"] == nil, let from = story.from { set("from", from) }
      if values["to"] == nil, let to = story.recipients.first?.to { set("to", to) }
      if values["client"] == nil, let client = story.client { set("client", client) }
    }
    for capture in finding.captures { set(capture.name, capture.value) }
  }

  private mutating func add(_ field: Field, prefix: String, in line: [UInt8]) {
    if case .object(let inner) = field.value {
      for part in inner { add(part, prefix: prefix + field.name + ".", in: line) }
    }
    if let text = field.value.text(in: line) { set(prefix + field.name, text) }
  }

  public mutating func set(_ name: String, _ value: String) {
    if !value.isEmpty { values[name] = value }
  }

  public subscript(name: String) -> String? { values[name] ?? part(of: name) }

  /// `milter.port`, `to.domain`, `ip.arpa`: a part of a value that is known as a whole.
  private func part(of name: String) -> String? {
    guard let dot = name.lastIndex(of: "."), let whole = values[String(name[..<dot])] else { return nil }
    switch name[name.index(after: dot)...] {
    case "host": return Endpoint(whole)?.host
    case "port": return Endpoint(whole)?.port
    case "path": return Endpoint(whole)?.path
    case "domain": return whole.lastIndex(of: "@").map { String(whole[whole.index(after: $0)...]) }
    case "local": return whole.lastIndex(of: "@").map { String(whole[..<$0]) }
    case "arpa": return IPAddress(whole)?.reverseName
    case "family": return IPAddress(whole)?.family
    case "word1": return whole.split(separator: " ").first.map(String.init)
    default: return nil
    }
  }

  public var all: [String: String] { values }
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
    if rest.hasPrefix("inet:") { rest = rest.dropFirst(5) } else if rest.hasPrefix("/") || rest.hasPrefix("private/") {
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
