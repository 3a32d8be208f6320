// Statistics of anvil(8) and scache(8).

extension LogEvent {
  mutating func readStatistics() -> Bool {
    var cursor = cursor
    guard cursor.skip("statistics: ") else { return readCacheCleanup() }
    kind = .statistics
    guard record.daemon != .scache else {
      readConnectionCache(&cursor)
      return true
    }
    if cursor.skip("max cache size "), let size = cursor.take(while: \.isDigit) {
      addInteger("cache_size", size)
    } else if cursor.skip("max ") {
      readMaximum(&cursor)
    }
    if cursor.skip(" at ") { add("at", cursor.takeRest()) }
    return true
  }

  /// `connection rate 3/60s for (SERVICE:ADDRESS)`, `connection count 3 for (SERVICE:ADDRESS)`.
  private mutating func readMaximum(_ cursor: inout ByteCursor) {
    let start = cursor.position
    while !cursor.isAtEnd, cursor.next?.isDigit == false { _ = cursor.take(while: { !$0.isDigit }) }
    add("statistic", ByteRange(start, max(start, cursor.position - 1)))
    if let value = cursor.take(while: \.isDigit) { addInteger("value", value) }
    if cursor.skip("/"), let seconds = cursor.take(while: \.isDigit) {
      addInteger("seconds", seconds)
      _ = cursor.skip("s")
    }
    guard cursor.skip(" for ("), let client = cursor.take(upTo: ")") else { return }
    let colon = separator(of: client)
    add("service", ByteRange(Int(client.start), colon))
    let address = ByteRange(min(colon + 1, Int(client.end)), Int(client.end))
    add("client", .object(("logged", address), ("address", address)))
  }

  /// The colon between service and address: both may hold colons (`127.0.0.1:2525:127.0.0.1`, `smtp:2001:db8::1`).
  private func separator(of range: ByteRange) -> Int {
    let colons = range.indices.filter { line[$0] == UInt8(ascii: ":") }
    guard let first = colons.first, let last = colons.last else { return Int(range.end) }
    if !line[last...].prefix(Int(range.end) - last).dropFirst().allSatisfy({
      $0.isDigit || ($0 | 0x20) <= 0x66 && $0.isAlphanumeric
    }) {
      return last
    }
    let isServiceAnAddress = line[Int(range.start)..<first].contains(UInt8(ascii: ".")) && colons.count > 1
    return isServiceAnAddress ? colons[1] : first
  }

  /// `start interval Nov 23 18:13:50`, `address lookup hits=0 miss=1 success=0%`, `max simultaneous domains=1 addresses=1 connection=1`.
  private mutating func readConnectionCache(_ cursor: inout ByteCursor) {
    if cursor.skip("start interval ") { return add("since", cursor.takeRest()) }
    let start = cursor.position
    while let word = cursor.take(while: \.isLowercase), cursor.next != UInt8(ascii: "=") {
      guard cursor.skip(" ") else { return add("statistic", ByteRange(start, Int(word.end))) }
    }
    while cursor.position > start, line[cursor.position - 1].isLowercase { cursor.move(to: cursor.position - 1) }
    add("statistic", ByteRange(start, max(start, cursor.position - 1)))
    addCounts(&cursor)
  }
}
