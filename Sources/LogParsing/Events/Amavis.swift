extension LogEvent {
  /// amavisd: `(SESSION) Passed CLEAN {RelayedInbound}, [A]:P [O] <FROM> -> <TO>, Queue-ID: Q, Message-ID: <M>, …, Hits: H, …`.
  mutating func readAmavis() -> Bool {
    kind = .amavis
    var cursor = cursor
    guard cursor.skip("("), let session = cursor.take(upTo: ") ") else { return true }
    add("session", session)
    guard cursor.looks(at: "Passed ") || cursor.looks(at: "Blocked "), let action = cursor.take(upTo: " ") else {
      return true
    }
    add("action", action)
    add(
      "verdict",
      cursor.take { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "(") } ?? cursor.rest)
    _ = cursor.take(upTo: ", ")
    if let client = takeAmavisPeer(&cursor) { addClient(client) }
    if let from = cursor.first("<") {
      cursor.move(to: from)
      addForeign("from", ifAny: cursor.takeAddress())
      if cursor.skip(" -> ") { addForeign("to", ifAny: cursor.takeAddress()) }
    }
    add("queue_id", ifAny: part(behind: "Queue-ID: ", before: ","))
    addForeign("message-id", ifAny: part(behind: "Message-ID: <", before: ">,"))
    if let hits = part(behind: "Hits: ", before: ",") { add("score", decimal(in: hits)) }
    if let size = part(behind: "size: ", before: ",") { addInteger("size", size) }
    add("queued_as", ifAny: part(behind: "queued_as: ", before: ","))
    return true
  }

  private func takeAmavisPeer(_ cursor: inout ByteCursor) -> Peer? {
    var ahead = cursor
    while !ahead.looks(at: "["), ahead.take(upTo: " ") != nil, !ahead.looks(at: "<") {}
    guard ahead.looks(at: "["), let peer = ahead.takePeer() else { return nil }
    cursor = ahead
    return peer
  }
}
