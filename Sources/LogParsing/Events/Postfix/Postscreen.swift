// postscreen(8) before smtpd, and dnsblog(8), which asks the block lists for it.

extension LogEvent {
  mutating func readPostscreen() -> Bool {
    readScreenedReject() || readScreening() || readStress() || readCacheCleanup()
  }

  /// `addr A listed by domain D as R`.
  mutating func readDNSBlog() -> Bool {
    var cursor = cursor
    guard cursor.skip("addr "), let address = cursor.take(upTo: " listed by domain "),
      let domain = cursor.take(upTo: " as ")
    else { return false }
    kind = .dnsblog
    add("client", .object(("logged", address), ("address", address)))
    add("domain", domain)
    add("result", cursor.takeRest())
    return true
  }

  /// `reject: RCPT from [A]:P: REPLY; from=<S>, to=<R>, proto=P, helo=<H>`; here commas part the fields.
  private mutating func readScreenedReject() -> Bool {
    var cursor = cursor
    guard cursor.skip("reject: "), let stage = cursor.take(upTo: " from "), let peer = cursor.takePeer() else {
      return false
    }
    kind = .reject
    add("action", ByteRange(Int(record.text.start), Int(record.text.start) + "reject".utf8.count))
    add("stage", stage)
    addClient(peer)
    guard cursor.skip(": ") else { return true }
    let transaction = cursor.transaction(separatedBy: ", ")
    addReply(ByteRange(cursor.position, transaction?.start ?? cursor.end), to: peer, in: transaction)
    if let transaction { add(transaction) }
    return true
  }

  /// `PASS NEW [A]:P`, `PREGREET 11 after 0.2 from [A]:P: TEXT`, `COMMAND TIME LIMIT from [A]:P after CONNECT`, ….
  private mutating func readScreening() -> Bool {
    var cursor = cursor
    let start = cursor.position
    guard cursor.next?.isUppercase == true else { return false }
    while let word = cursor.take(while: { $0.isUppercase || $0 == UInt8(ascii: "-") }), !word.isEmpty, cursor.skip(" ")
    {}
    var action = ByteRange(start, max(start, cursor.position - 1))
    if cursor.skip("without valid RCPT ") { action = ByteRange(start, cursor.position - 1) }

    var found: [Field] = []
    if cursor.skip("rank "), let rank = cursor.take(while: { $0.isDigit || $0 == UInt8(ascii: "-") }) {
      found.append(Field("rank", number(in: rank)))
      _ = cursor.skip(" for ")
    } else if let length = cursor.take(while: \.isDigit) {
      found.append(Field("length", number(in: length)))
      _ = cursor.skip(" ")
    }
    if cursor.skip("after "), let time = cursor.take(while: { !$0.isSpace }) {
      found.append(Field("after", decimal(in: time)))
      _ = cursor.skip(" ")
    }
    _ = cursor.skip("from ")
    guard let client = cursor.takePeer() else { return false }

    kind = .postscreen
    add("action", action)
    addClient(client)
    fields += found
    if cursor.skip(" to "), let server = cursor.takePeer() { addServer(server, as: "server") }
    if cursor.skip(" after ") || cursor.skip(" in ") {
      add("stage", cursor.take { $0 != UInt8(ascii: ":") } ?? ByteRange(cursor.position, cursor.position))
    }
    if cursor.skip(": ") { addForeign("command", cursor.takeRest()) }
    return true
  }

  /// `entering STRESS mode with N connections`.
  private mutating func readStress() -> Bool {
    var cursor = cursor
    guard let action = cursor.take(upTo: " STRESS mode with "), let count = cursor.take(while: \.isDigit) else {
      return false
    }
    kind = .postscreen
    add("action", action)
    addInteger("connections", count)
    return true
  }

  /// `cache TABLE full cleanup: retained=N dropped=M entries` (postscreen, verify, tlsmgr).
  mutating func readCacheCleanup() -> Bool {
    var cursor = cursor
    guard cursor.skip("cache "), let table = cursor.take(upTo: " "), let cleanup = cursor.take(upTo: " cleanup: ")
    else { return false }
    kind = .statistics
    add("table", table)
    add("cleanup", cleanup)
    addCounts(&cursor)
    return true
  }

  /// `name=N name=N …`.
  mutating func addCounts(_ cursor: inout ByteCursor) {
    while let key = cursor.takeKey(), let count = cursor.take(while: \.isDigit) {
      addInteger(line[key].text, count)
      _ = cursor.take(while: { !$0.isSpace })
      _ = cursor.skip(" ")
    }
  }
}
