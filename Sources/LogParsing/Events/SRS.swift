extension LogEvent {
  /// postsrsd: `srs_forward: <A> rewritten as <B>`, `srs_reverse: <A> not rewritten: REASON`, `rejecting invalid SRS address <A>`.
  mutating func readSRS() -> Bool {
    kind = .srs
    var cursor = cursor
    if let map = cursor.take(upTo: ": <") {
      add("map", map)
      cursor.move(to: cursor.position - 1)
    } else if cursor.take(upTo: "invalid SRS address ") == nil, !cursor.looks(at: "<") {
      return true
    }
    addForeign("address", ifAny: cursor.takeAddress())
    if cursor.skip(" rewritten as ") {
      addForeign("rewritten", ifAny: cursor.takeAddress())
    } else if cursor.skip(" not rewritten: ") {
      add("reason", cursor.takeRest())
    }
    return true
  }
}
