/// Where OpenDKIM listens, as it writes it: `inet:8891@localhost`, `inet6:8891@[::1]`, `local:/path` (opendkim.conf(5)).
struct MilterSocket: Equatable {
  enum Kind: Equatable {
    case inet(port: String, host: String?, isVersion6: Bool)
    case unix(path: String)
  }

  let kind: Kind

  init?(_ text: String) {
    for (scheme, isVersion6) in [("inet6:", true), ("inet:", false)] where text.hasPrefix(scheme) {
      let parts = text.dropFirst(scheme.count).split(separator: "@", maxSplits: 1).map(String.init)
      guard let port = parts.first, !port.isEmpty else { return nil }
      kind = .inet(
        port: port, host: parts.count == 2 ? parts[1].filter { $0 != "[" && $0 != "]" } : nil, isVersion6: isVersion6)
      return
    }
    for scheme in ["local:", "unix:"] where text.hasPrefix(scheme) {
      kind = .unix(path: String(text.dropFirst(scheme.count)))
      return
    }
    guard !text.isEmpty else { return nil }
    kind = .unix(path: text)
  }

  /// Whether Postfix, asked to connect to `service`, arrives here. One libmilter socket has one address family.
  func isReached(by service: ServiceAddress, queue: String) -> Bool {
    switch (kind, service.kind) {
    case (.inet(let port, let host, let isVersion6), .inet(let wantedHost, let wantedPort)):
      guard port == wantedPort else { return false }
      let isLocalName = wantedHost == "localhost"
      guard let host, host != "localhost" else {
        // Without a host it listens on every address of its family; `::` takes IPv4 too.
        if host == nil { return isVersion6 || !wantedHost.contains(":") }
        return isLocalName || wantedHost == (isVersion6 ? "::1" : "127.0.0.1")
      }
      return host == wantedHost || (isLocalName && (host == "::1" || host == "127.0.0.1"))
    case (.unix(let path), .unix(let wanted)):
      return path == wanted || path == queue + "/" + wanted || path == queue + wanted
    default: return false
    }
  }

  /// What smtpd_milters must say to arrive here; a path below the queue directory is written relative to it.
  func asPostfixWrites(queue: String) -> String {
    switch kind {
    case .inet(let port, let host, let isVersion6):
      let name = host ?? "localhost"
      if name == "localhost" { return "inet:\(isVersion6 ? "[::1]" : "127.0.0.1"):\(port)" }
      return name.contains(":") ? "inet:[\(name)]:\(port)" : "inet:\(name):\(port)"
    case .unix(let path):
      return "unix:" + (path.hasPrefix(queue + "/") ? String(path.dropFirst(queue.count + 1)) : path)
    }
  }
}
