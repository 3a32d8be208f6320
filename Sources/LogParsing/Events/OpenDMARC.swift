extension LogEvent {
  /// OpenDMARC: `DOMAIN pass|fail|none`, `SPF(mailfrom): DOMAIN fail`, and the life of the filter.
  mutating func readOpenDMARC() -> Bool {
    kind = .opendmarc
    if readFilterLife() { return true }
    var cursor = cursor
    if cursor.skip("SPF("), let identity = cursor.take(upTo: "): "), let domain = cursor.take(upTo: " ") {
      add("identity", identity)
      add("domain", domain)
      add("result", cursor.takeRest())
    } else if cursor.skip("ignoring connection from ") || cursor.skip("ignoring mail from ") {
      addForeign("client", cursor.takeRest())
    } else if cursor.take(upTo: "ignoring Authentication-Results at ") != nil {
      addForeign("authserv_id", ifAny: part(behind: " from "))
    } else if cursor.skip("RFC5322 requirement error: ") {
      add("error", cursor.takeRest())
    } else if let domain = cursor.take(upTo: " "), isResult(cursor.rest) {
      add("domain", domain)
      add("result", cursor.rest)
    }
    return true
  }

  private func isResult(_ range: ByteRange) -> Bool {
    let results: [StaticString] = ["pass", "fail", "none", "bestguesspass", "temperror", "permerror", "policy"]
    return results.contains { isWord($0, range) }
  }
}
