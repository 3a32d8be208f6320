// The life of a queue file: pickup(8), qmgr(8), bounce(8), postsuper(1).

extension LogEvent {
  mutating func readPickup() -> Bool {
    var cursor = cursor
    guard cursor.skip("uid="), let uid = cursor.take(while: \.isDigit), cursor.skip(" from=") else { return false }
    kind = .pickup
    addInteger("uid", uid)
    addForeign("from", cursor.takeAddress() ?? cursor.take { !$0.isSpace } ?? cursor.takeRest())
    if cursor.skip(" orig_id=") { add("orig_queue_id", cursor.takeRest()) }
    return true
  }

  mutating func readQueueManager() -> Bool {
    readQueueActive() || readRemoved() || readSkipped() || readDelivery()
  }

  /// `from=<S>, size=N, nrcpt=N (queue active)` at every try; `from=<S>, status=expired, returned to sender` at the end.
  private mutating func readQueueActive() -> Bool {
    var cursor = cursor
    guard cursor.skip("from=") else { return false }
    let sender =
      cursor.takeAddress() ?? cursor.take { $0 != UInt8(ascii: ",") } ?? ByteRange(cursor.position, cursor.position)
    addForeign("from", sender)
    kind = .queueActive
    guard cursor.skip(", ") else { return true }
    if cursor.skip("status=") {
      kind = .expired
      add("status", cursor.take { $0 != UInt8(ascii: ",") } ?? cursor.takeRest())
      return true
    }
    if cursor.skip("size="), let size = cursor.take(while: \.isDigit) { addInteger("size", size) }
    if cursor.skip(", nrcpt="), let count = cursor.take(while: \.isDigit) { addInteger("nrcpt", count) }
    if cursor.skip(" (queue ") { add("queue", cursor.takeParenthesised()) }
    return true
  }

  /// `removed`; cleanup(8) of 3.10 and later says why, and `canceled` when the client went away.
  mutating func readRemoved() -> Bool {
    var cursor = cursor
    guard !record.queueID.isEmpty else { return false }
    if cursor.looks(at: "canceled") {
      add("reason", cursor.takeRest())
    } else if !cursor.skip("removed") || !(cursor.isAtEnd || cursor.looks(at: " (")) {
      return false
    } else if cursor.skip(" (") {
      add("reason", cursor.takeParenthesised())
    }
    kind = .removed
    return true
  }

  private mutating func readSkipped() -> Bool {
    guard cursor.looks(at: "skipped, ") else { return false }
    kind = .skipped
    return true
  }

  /// `sender non-delivery notification: NEWID`; since 3.11 also `sender notification failed to ADDRESS: REASON`.
  mutating func readBounce() -> Bool {
    var cursor = cursor
    guard cursor.looks(at: "sender ") || cursor.looks(at: "postmaster "), let addressee = cursor.take(upTo: " ") else {
      return false
    }
    if cursor.skip("notification failed to ") {
      kind = .bounceNotice
      add("notified", addressee)
      let address =
        cursor.looks(at: "<") ? cursor.takeAddress() ?? cursor.takeRest() : cursor.take(upTo: ": ") ?? cursor.takeRest()
      addForeign("to", address)
      if !cursor.isAtEnd {
        _ = cursor.skip(": ")
        addForeign("error", cursor.takeRest())
      }
      return true
    }
    guard let notification = cursor.take(upTo: " notification: ") else { return false }
    kind = .bounceNotice
    add("notified", addressee)
    add("notification", notification)
    add("new_queue_id", cursor.takeRest())
    return true
  }

  /// `QID: requeued`, `QID: placed on hold`, …, and the sums: `Deleted: 3 messages`.
  mutating func readPostsuper() -> Bool {
    if readRemoved() { return true }
    var cursor = cursor
    if record.queueID.isEmpty {
      guard let action = cursor.take(upTo: ": "), let count = cursor.take(while: \.isDigit), cursor.skip(" message")
      else { return false }
      kind = .notice
      add("action", action)
      addInteger("count", count)
      return true
    }
    if cursor.looks(at: "requeued") {
      kind = .requeued
    } else if cursor.looks(at: "placed on hold") || cursor.looks(at: "released from hold") {
      kind = .hold
    } else if cursor.looks(at: "expired") {
      kind = .notice
    } else {
      return false
    }
    add("action", cursor.takeRest())
    return true
  }
}
