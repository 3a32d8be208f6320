// Warnings of smtpd(8) and cleanup(8) about the mail filters that they ask.

extension LogEvent {
  /// `connect to Milter service inet:localhost:8891: Connection refused`, `milter inet:localhost:8891: can't read …`.
  mutating func readMilterWarning() -> Bool {
    var cursor = cursor
    guard cursor.skip("connect to Milter service ") || cursor.skip("milter "),
      let filter = cursor.take(while: { !$0.isSpace }),
      line[filter].last == UInt8(ascii: ":"), cursor.skip(" ")
    else { return false }
    kind = .diagnostic
    add("milter", ByteRange(Int(filter.start), Int(filter.end) - 1))
    add("error", cursor.takeRest())
    return true
  }
}
