/// Where Postfix connects to: `inet:host:port`, `unix:path`, `host:port`, `[host]:port`, or a path (MILTER_README).
struct ServiceAddress: Equatable {
  enum Kind: Equatable {
    case inet(host: String, port: String)
    case unix(path: String)
  }

  let kind: Kind
  let text: String

  init?(_ text: String) {
    self.text = text
    var rest = text[...]
    for scheme in ["unix:", "local:"] where rest.hasPrefix(scheme) {
      let path = String(rest.dropFirst(scheme.count))
      guard !path.isEmpty else { return nil }
      kind = .unix(path: path)
      return
    }
    if rest.hasPrefix("inet:") {
      rest = rest.dropFirst(5)
    } else if rest.hasPrefix("/") || rest.hasPrefix("private/") {
      kind = .unix(path: String(rest))
      return
    }
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      let port = rest[rest.index(after: close)...]
      guard port.hasPrefix(":"), port.count > 1 else { return nil }
      kind = .inet(host: String(rest[rest.index(after: rest.startIndex)..<close]), port: String(port.dropFirst()))
    } else if let colon = rest.lastIndex(of: ":") {
      let port = String(rest[rest.index(after: colon)...])
      guard !port.isEmpty else { return nil }
      let host = String(rest[..<colon])
      kind = .inet(host: host.isEmpty ? "localhost" : host, port: port)
    } else if !rest.isEmpty, text.hasPrefix("inet:") {
      kind = .inet(host: "localhost", port: String(rest))
    } else {
      return nil
    }
  }
}
