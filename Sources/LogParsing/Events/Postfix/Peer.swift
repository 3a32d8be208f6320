/// The other end of a connection as Postfix writes it: `name[address]`, `name[address]:port` or `name[path]`.
struct Peer {
  var logged: ByteRange
  var name: ByteRange
  /// Empty when the line is cut before it, or when the end is a socket.
  var address: ByteRange = .empty
  var port: ByteRange?
  /// The socket of an LMTP server on this host (`mail.example.net[private/dovecot-lmtp]`).
  var path: ByteRange?

  /// The parts as fields; `host` is what the name is called: a client has a `name`, a server is a `host`.
  func value(host: String, in line: [UInt8]) -> FieldValue {
    var fields = [Field("logged", .range(logged))]
    // postscreen knows no names.
    if !name.isEmpty { fields.append(Field(host, .range(name))) }
    if let path {
      fields.append(Field("path", .range(path)))
    } else if !address.isEmpty {
      fields.append(Field("address", .range(address)))
    }
    if let port { fields.append(Field("port", Int(line[port].text).map { .integer($0) } ?? .range(port))) }
    return .object(fields)
  }
}

extension ByteCursor {
  /// Takes `name[address]` with an optional `:port`; a name without brackets is none.
  mutating func takePeer() -> Peer? {
    let start = position
    let name = take { !$0.isSpace && $0 != UInt8(ascii: "[") } ?? ByteRange(position, position)
    guard skip("[") else {
      move(to: start)
      return nil
    }
    let inner = take { !$0.isSpace && $0 != UInt8(ascii: "]") } ?? ByteRange(position, position)
    let isClosed = skip("]")
    guard isClosed || isAtEnd else {
      move(to: start)
      return nil
    }
    var peer = Peer(logged: ByteRange(start, position), name: name, address: inner)
    if inner.indices.contains(where: { bytes[$0] == UInt8(ascii: "/") }) {
      peer.path = inner
      peer.address = .empty
    }
    let behindBracket = position
    if isClosed, skip(":"), let port = take(while: \.isDigit) {
      peer.port = port
      peer.logged = ByteRange(start, position)
    } else {
      move(to: behindBracket)
    }
    return peer
  }
}

extension LogEvent {
  /// Adds a client; its name came from the client's own DNS.
  mutating func addClient(_ peer: Peer, as name: String = "client") {
    add(name, peer.value(host: "name", in: line))
    markForeign(peer.name)
  }

  mutating func addServer(_ peer: Peer, as name: String) { add(name, peer.value(host: "host", in: line)) }
}
