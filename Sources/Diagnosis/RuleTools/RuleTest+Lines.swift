import LogParsing

extension RuleTest {
  /// The lines of the sample, as often as it says: each copy `every` seconds after the last, `{n}` counting them.
  func lines(clock: LogClock) -> [[UInt8]] {
    let block = log.trimmed.utf8.split(separator: 0x0A).map(Array.init)
    guard times > 1 else { return block }
    var parser = RecordParser(clock: clock)
    return (0..<times).flatMap { copy in
      block.map { line in
        let numbered = Array(line.text.replacing("{n}", with: String(copy + 1)).utf8)
        return Self.delayed(numbered, by: Int64(copy) * every, &parser)
      }
    }
  }

  /// The line as it would have been logged that many seconds later; a line without a stamp stays as it is.
  private static func delayed(_ line: [UInt8], by seconds: Int64, _ parser: inout RecordParser) -> [UInt8] {
    let record = parser.parse(line.span)
    guard var time = record.time else { return line }
    let rest = record.host.isEmpty ? record.program : record.host
    guard !rest.isEmpty else { return line }
    time.microseconds &+= seconds &* 1_000_000
    return Array((time.rfc3339 + " ").utf8) + line[Int(rest.start)...]
  }
}
