// cleanup(8): message ids, header and body checks; milter actions are read as in smtpd(8).

extension LogEvent {
  mutating func readCleanup() -> Bool {
    readMessageID() || readHeaderCheck() || readReject() || readRemoved() || readDelivery() || readMapProblem()
  }

  /// `message-id=<ID>`, `resent-message-id=<ID>`; a sender may write anything there, or nothing.
  private mutating func readMessageID() -> Bool {
    var cursor = cursor
    guard cursor.skip("message-id=") || cursor.skip("resent-message-id=") else { return false }
    kind = .messageID
    if ByteCursor(line, in: record.text).looks(at: "resent-") { add("resent", .word("yes")) }
    addForeign("message-id", withoutBrackets(cursor.takeRest()))
    return true
  }

  /// `<ID>` without its brackets, of which the end of the line may have cut off the second; else as it stands.
  private func withoutBrackets(_ value: ByteRange) -> ByteRange {
    var cursor = ByteCursor(line, in: value)
    guard cursor.skip("<") else { return value }
    let id = cursor.take(upTo: ">") ?? cursor.takeRest()
    return cursor.isAtEnd ? id : value
  }

  /// `ACTION: (header|body|mime-error) CONTENT from ORIGIN; from=<S> to=<R> proto=P helo=<H>: TEXT`.
  ///
  /// smtp(8) has header checks too, without origin and transaction.
  mutating func readHeaderCheck() -> Bool {
    var cursor = cursor
    guard let action = cursor.take(upTo: ": "), line[action].allSatisfy({ $0.isLowercase || $0 == UInt8(ascii: "-") }),
      let part = cursor.take(while: { $0.isLowercase || $0 == UInt8(ascii: "-") }),
      isWord("header", part) || isWord("body", part) || isWord("mime-error", part), cursor.skip(" ")
    else { return false }
    kind = .headerCheck
    add("action", action)
    if ByteCursor(line, in: action).looks(at: "milter-") {
      add("milter_action", ByteRange(Int(action.start) + "milter-".utf8.count, Int(action.end)))
    }
    add("part", part)

    guard let transaction = cursor.transaction(before: .colonAndText) else {
      addForeign("content", cursor.rest)
      return true
    }
    var content = ByteCursor(line, in: ByteRange(cursor.position, transaction.start))
    addForeign("content", content.take(upToLast: " from ") ?? content.rest)
    let origin = content.rest
    if let peer = content.takePeer() {
      addClient(peer)
    } else if isWord("local", origin) {
      add("client", .object(("logged", origin), ("name", origin)))
    }
    add(transaction)
    cursor.move(to: transaction.end)
    if cursor.skip(": ") { add("text", cursor.takeRest()) }
    return true
  }

  /// `virtual_alias_maps map lookup problem for ADDRESS -- message not accepted, try again later`.
  private mutating func readMapProblem() -> Bool {
    guard record.level == .warning else { return false }
    var cursor = cursor
    _ = cursor.skip("unreasonable ")
    guard let map = cursor.take(while: { !$0.isSpace }), cursor.skip(" ") else { return false }
    guard
      cursor.skip("map lookup problem") || cursor.skip("map nesting") || cursor.skip("map expansion size")
        || cursor.looks(at: "result ")
    else { return false }
    guard cursor.skip(" for ") || cursor.skip("result ") || cursor.looks(at: " -- ") else { return false }
    kind = .diagnostic
    add("table", map)
    let address = cursor.take(upToLast: " -- ") ?? cursor.takeRest()
    if !address.isEmpty { addForeign("to", address) }
    return true
  }
}
