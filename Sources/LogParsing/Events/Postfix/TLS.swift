// TLS of smtpd(8), smtp(8), lmtp(8), tlsproxy(8) and posttls-finger(1): one library, one set of texts.

extension LogEvent {
  mutating func readTLS() -> Bool {
    readTLSConnection() || readTLSSetup() || readHandshakeError() || readCertificateError() || readLibraryError()
      || readTLSReport() || readTLSProxy() || readServerName()
  }

  /// `Trusted TLS connection established to PEER: TLSv1.3 with cipher C (256/256 bits) key-exchange X25519 …`.
  private mutating func readTLSConnection() -> Bool {
    var cursor = cursor
    let level = cursor.looks(at: "TLS ") ? nil : cursor.take(upTo: " ")
    guard cursor.skip("TLS connection "), let state = cursor.take(upTo: " "), let direction = cursor.take(upTo: " "),
      let peer = cursor.takePeer()
    else { return false }
    kind = .tlsEstablished
    let isIncoming = isWord("from", direction)
    if isIncoming { addClient(peer) } else { addServer(peer, as: "peer") }

    var tls = [
      Field("direction", .range(direction)), Field("peer", .range(peer.logged)), Field("state", .range(state)),
    ]
    if let level { tls.insert(Field("level", .range(level)), at: 0) }
    // The name that the client asked for (SNI, 3.5 and later).
    if cursor.skip(" to "), let name = cursor.take(upTo: ": ") {
      tls.append(Field("sni", .range(name)))
      markForeign(name)
    } else {
      _ = cursor.skip(": ")
    }
    readSession(&cursor, into: &tls)
    add("tls", .object(tls))
    return true
  }

  /// `PROTO with cipher C (U/A bits) key-exchange K (CURVE) server-signature S (N bits) server-digest D …`.
  private func readSession(_ cursor: inout ByteCursor, into tls: inout [Field]) {
    guard let version = cursor.take(while: { !$0.isSpace }) else { return }
    tls.append(Field("protocol", .range(version)))
    guard cursor.skip(" with cipher "), let cipher = cursor.take(while: { !$0.isSpace }) else { return }
    tls.append(Field("cipher", .range(cipher)))
    if cursor.skip(" ("), let used = cursor.take(while: \.isDigit) {
      tls.append(Field("bits", number(in: used)))
      if cursor.skip("/"), let all = cursor.take(while: \.isDigit) { tls.append(Field("cipher_bits", number(in: all))) }
      _ = cursor.take(upTo: ")")
    }
    while cursor.skip(" "), let key = cursor.take(while: { $0.isLowercase || $0 == UInt8(ascii: "-") }),
      cursor.skip(" "),
      let value = cursor.take(while: { !$0.isSpace })
    {
      let name = line[key].text.replacingHyphens
      tls.append(Field(name, .range(value)))
      guard cursor.skip(" ("), let detail = cursor.take(upTo: ")") else { continue }
      var words = ByteCursor(line, in: detail)
      if let bits = words.take(while: \.isDigit), words.skip(" bits") {
        tls.append(Field(name + "_bits", number(in: bits)))
      } else {
        tls.append(Field(name + "_curve", .range(detail)))
      }
    }
  }

  /// `setting up TLS connection from PEER` (loglevel 2), `TLS SNI NAME from PEER not matched, using default chain`.
  private mutating func readTLSSetup() -> Bool {
    var cursor = cursor
    guard cursor.skip("setting up TLS connection "), let direction = cursor.take(upTo: " "),
      let peer = cursor.takePeer()
    else { return false }
    kind = .notice
    if isWord("from", direction) { addClient(peer) } else { addServer(peer, as: "peer") }
    return true
  }

  private mutating func readServerName() -> Bool {
    var cursor = cursor
    guard cursor.skip("TLS SNI "), let name = cursor.take(upTo: " from "), let peer = cursor.takePeer() else {
      return false
    }
    kind = .notice
    addClient(peer)
    addForeign("sni", name)
    return true
  }

  /// `SSL_accept error from PEER: lost connection`, `SSL_connect error to PEER: -1`, `Cannot start TLS: handshake failure`.
  private mutating func readHandshakeError() -> Bool {
    var cursor = cursor
    if cursor.skip("SSL_accept error from "), let peer = cursor.takePeer() {
      addClient(peer)
    } else if cursor.skip("SSL_connect error to "), let peer = cursor.takePeer() {
      addServer(peer, as: "peer")
    } else if !cursor.skip("Cannot start TLS") {
      return false
    }
    kind = .tlsError
    if cursor.skip(": ") { add("error", cursor.takeRest()) }
    return true
  }

  /// `server certificate verification failed for PEER: num=62:hostname mismatch`.
  private mutating func readCertificateError() -> Bool {
    var cursor = cursor
    guard cursor.take(upTo: "certificate verification failed for ") != nil, let peer = cursor.takePeer() else {
      return false
    }
    kind = .tlsError
    addServer(peer, as: "peer")
    guard cursor.skip(": ") else { return true }
    if cursor.skip("num="), let number = cursor.take(while: \.isDigit) {
      addInteger("error_number", number)
      _ = cursor.skip(":")
    }
    let error = cursor.rest
    add("error", error)
    if cursor.skip("untrusted issuer ") { addForeign("issuer", cursor.takeRest()) }
    return true
  }

  /// `TLS library problem: error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE:DATA:`; OpenSSL 3 leaves the function empty.
  private mutating func readLibraryError() -> Bool {
    var cursor = cursor
    guard cursor.skip("TLS library problem: ") else { return false }
    kind = .tlsError
    add("error", cursor.rest)
    guard cursor.skip("error:") else { return true }
    let names = ["code", "library", "function", "reason", "file", "line", "data"]
    let parts = line[cursor.rest].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let fields = zip(names, parts).filter { !$1.isEmpty }
    add("openssl", .object(fields.map { Field($0, .range(ByteRange($1.startIndex, $1.endIndex))) }))
    return true
  }

  /// `TLSRPT: status=failure, domain=D, receiving_mx=H[A], failure_type=T` (3.10).
  private mutating func readTLSReport() -> Bool {
    var cursor = cursor
    guard cursor.skip("TLSRPT: status=") else { return false }
    kind = .tlsReport
    add("status", cursor.take { $0 != UInt8(ascii: ",") } ?? cursor.rest)
    while cursor.skip(", "), let key = cursor.takeKey() {
      let name = line[key].text
      if name == "receiving_mx", let peer = cursor.takePeer() {
        addServer(peer, as: "peer")
      } else {
        add(name, cursor.take { $0 != UInt8(ascii: ",") } ?? ByteRange(cursor.position, cursor.position))
      }
    }
    return true
  }

  /// `CONNECT from [A]:P`, `DISCONNECT [A]:P`, `TLS handshake failed for service=S peer=P`.
  private mutating func readTLSProxy() -> Bool {
    guard record.daemon == .tlsproxy else { return false }
    var cursor = cursor
    if cursor.skip("TLS handshake failed for service="), let service = cursor.take(upTo: " peer=") {
      kind = .tlsError
      add("service", service)
      if let peer = cursor.takePeer() { addServer(peer, as: "peer") }
      return true
    }
    guard let action = cursor.take(while: \.isUppercase), cursor.skip(" ") else { return false }
    let isServer = cursor.skip("to ")
    _ = cursor.skip("from ")
    guard let peer = cursor.takePeer() else { return false }
    kind = .notice
    add("action", action)
    if isServer { addServer(peer, as: "peer") } else { addClient(peer) }
    return true
  }
}

extension String {
  /// `server-signature` as a field's name: `server_signature`.
  fileprivate var replacingHyphens: String { split(separator: "-").joined(separator: "_") }
}
