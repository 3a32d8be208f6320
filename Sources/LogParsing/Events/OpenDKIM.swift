extension LogEvent {
  /// OpenDKIM: its subject before the words, `s=` and `d=` of the signature or key, the file or socket it could not use.
  mutating func readOpenDKIM() -> Bool {
    kind = .opendkim
    if !readFilterLife(), !readClientOfFilter(), !readKeyProblem() { readSigning() }
    return true
  }

  /// `OpenDKIM Filter v2.11.0 starting (args: …)`, `… Unable to bind to port SOCKET: ERROR`; OpenDMARC's are the same.
  mutating func readFilterLife() -> Bool {
    var cursor = cursor
    guard cursor.take(upTo: " Filter") != nil else { return false }
    if cursor.skip(" v"), let version = cursor.take(while: { !$0.isSpace }), cursor.skip(" ") {
      add("version", version)
      add("action", cursor.take(while: \.isLowercase) ?? cursor.rest)
      if cursor.skip(" with status "), let status = cursor.take(while: \.isDigit) { addInteger("exit_status", status) }
      return true
    }
    guard cursor.skip(": ") else { return false }
    add("error", cursor.rest)
    if cursor.skip("Unable to bind to port ") {
      add("socket", cursor.take(upTo: ": ") ?? cursor.rest)
      add("reason", cursor.takeRest())
    } else if cursor.skip("Unable to create listening socket on conn ") {
      add("socket", cursor.takeRest())
    }
    return true
  }

  /// `HOST [ADDRESS] not internal`, `external host HOST attempted to send as DOMAIN`.
  private mutating func readClientOfFilter() -> Bool {
    var cursor = cursor
    if cursor.skip("external host ") {
      let host = cursor.take(upTo: " attempted to send as ") ?? cursor.rest
      add("client", .object(("logged", host), ("name", host)))
      markForeign(host)
      addForeign("domain", cursor.takeRest())
      return true
    }
    let start = cursor.position
    guard let name = cursor.take(upTo: " ["), let address = cursor.take(upTo: "] not internal") else { return false }
    add("client", .object(("logged", ByteRange(start, Int(address.end) + 1)), ("name", name), ("address", address)))
    markForeign(name)
    return true
  }

  private mutating func readKeyProblem() -> Bool {
    var cursor = cursor
    if let key = cursor.take(upTo: ": key data is not secure: ") {
      add("key", key)
      let path = cursor.take(upTo: " ") ?? cursor.rest
      add("path", path)
      add("reason", cursor.takeRest())
    } else if cursor.skip("can't load key from ") {
      add("path", cursor.take(upTo: ": ") ?? cursor.rest)
      add("reason", cursor.takeRest())
    } else if cursor.skip("error loading key '") || cursor.skip("KeyTable entry for '") || cursor.skip("key '")
      || cursor.skip("signing table references unknown key '") || cursor.skip("failed to add signature for key '")
    {
      add("key", cursor.take(upTo: "'") ?? cursor.rest)
      _ = cursor.skip(" ")
      if !cursor.isAtEnd { add("reason", cursor.takeRest()) }
    } else {
      return false
    }
    return true
  }

  /// `DKIM-Signature field added (s=S, d=D)`, `s=S d=D a=A SSL ERROR`, `key retrieval failed (s=S, d=D): REASON`.
  private mutating func readSigning() {
    var cursor = cursor
    if cursor.skip("s="), let selector = cursor.take(while: { !$0.isSpace }) {
      add("selector", selector)
      add("domain", ifAny: part(behind: " d=", before: " "))
      add("algorithm", ifAny: part(behind: " a=", before: " "))
      add("error", ifAny: part(behind: " SSL "))
      return
    }
    if cursor.take(upTo: "(s=") != nil, let selector = cursor.take(upTo: ", d=") {
      add("selector", selector)
      add("domain", cursor.take { $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: ",") } ?? cursor.rest)
      if cursor.skip(", a=") { add("algorithm", cursor.take { $0 != UInt8(ascii: ")") } ?? cursor.rest) }
      if cursor.skip("): ") { add("reason", cursor.takeRest()) }
      return
    }
    if cursor.take(upTo: "no signing table match for '") != nil
      || cursor.take(upTo: "no signing domain match for '") != nil
      || cursor.take(upTo: "no signing subdomain match for '") != nil
    {
      let sender = cursor.take(upToLast: "'") ?? cursor.rest
      add("from", sender)
      // The domain is what the tables are about.
      var address = ByteCursor(line, in: sender)
      if let localPart = address.take(upToLast: "@") { markForeign(localPart) }
      add("domain", address.rest)
    } else if cursor.looks(at: "can't parse ") {
      // `can't parse From: header value 'WHAT STANDS THERE'`
      markForeign(part(behind: " value '") ?? .empty)
    }
  }
}
