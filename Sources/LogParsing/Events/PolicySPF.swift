extension LogEvent {
  /// policyd-spf: `[QID:] prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=A; helo=H; envelope-from=F; …`,
  /// `550 5.7.23 Message rejected due to: SPF fail - not authorized. …;identity=…`.
  mutating func readPolicySPF() -> Bool {
    kind = .policySPF
    var cursor = cursor
    _ = cursor.skip(": ")
    if cursor.skip("prepend ") {
      add("action", ByteRange(cursor.position - "prepend ".utf8.count, cursor.position - 1))
      if cursor.take(upTo: "Received-SPF: ") != nil || cursor.take(upTo: "; spf=") != nil {
        add("result", ifAny: cursor.take { $0.isAlphanumeric })
      }
    } else if let code = cursor.takeReplyCode() {
      addInteger("code", code)
      _ = cursor.skip(" ")
      if let enhanced = cursor.takeEnhancedCode() { add("dsn", enhanced) }
      let start = cursor.position
      add("text", ByteRange(start, cursor.first("identity=").map { max(start, $0 - 1) } ?? cursor.end))
      if let result = part(behind: "due to: SPF ", before: " ") { add("result", result) }
    } else if let result = cursor.take(while: { $0.isAlphanumeric }), cursor.looks(at: "; identity=") {
      add("result", result)
    } else {
      return true
    }
    readIdentity()
    return true
  }

  /// The fields of Received-SPF (RFC 7208, section 9.1); HELO name and sender come from the client.
  private mutating func readIdentity() {
    add("identity", ifAny: part(behind: "identity=", before: ";"))
    addClientAddress(part(behind: "client-ip=", before: ";"))
    addForeign("helo", ifAny: bounded(behind: "helo=", before: "envelope-from="))
    addForeign("from", ifAny: bounded(behind: "envelope-from=", before: "receiver="))
    add("receiver", ifAny: part(behind: "receiver=", before: " ").map { withoutSemicolon($0) })
  }

  /// A value that may hold a semicolon itself: it ends before the next key.
  private func bounded(behind opening: StaticString, before key: StaticString) -> ByteRange? {
    part(behind: opening, before: key).map { withoutSemicolon($0) }
  }

  private func withoutSemicolon(_ range: ByteRange) -> ByteRange {
    var end = Int(range.end)
    while end > Int(range.start), line[end - 1].isSpace || line[end - 1] == UInt8(ascii: ";") { end -= 1 }
    return ByteRange(Int(range.start), end)
  }
}
