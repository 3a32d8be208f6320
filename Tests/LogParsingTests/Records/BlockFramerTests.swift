import LogParsing
import RepeatableNumbers
import Testing

@Suite struct `A log cut into pieces` {
  /// The lines of `pieces`, each cut where the pipeline cuts it.
  private static func lines(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
    var framer = BlockFramer()
    var lines: [[UInt8]] = []
    func collect(_ block: Span<UInt8>) {
      block.forEachLine { line, _ in lines.append(Array(line.copy.prefix(BlockFramer.longestLine))) }
    }
    for piece in pieces { framer.feed(Array(piece).span) { collect($0) } }
    framer.end { collect($0) }
    return lines
  }

  private static let log = Array(
    ("2026-11-23T17:40:53+00:00 mail postfix/smtpd[1]: connect from unknown[192.0.2.7]\r\n\n\r\nshort\n"
      + "2026-11-23T17:40:53+00:00 mail postfix/qmgr[2]: 4F3A2B1C0D: removed\n no final line end").utf8)

  private static let lines = [
    "2026-11-23T17:40:53+00:00 mail postfix/smtpd[1]: connect from unknown[192.0.2.7]", "", "", "short",
    "2026-11-23T17:40:53+00:00 mail postfix/qmgr[2]: 4F3A2B1C0D: removed", " no final line end",
  ]

  @Test func `gives the same lines wherever it is cut once`() {
    for place in Self.log.indices {
      #expect(Self.lines([Self.log[..<place], Self.log[place...]]).map(\.text) == Self.lines, "cut at \(place)")
    }
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1_000])
  func `gives the same lines in pieces of any length`(length: Int) {
    #expect(Self.lines(Self.log.cut { length }).map(\.text) == Self.lines)
  }

  @Test(arguments: 0..<40)
  func `gives the same lines in random pieces`(seed: UInt64) {
    var random = RepeatableNumbers(state: seed)
    var log: [UInt8] = []
    for _ in 0..<Int.random(in: 0...300, using: &random) {
      log += [0x0A, 0x0D, 0x41, 0x8A, 0x0B, 0x0A].randomElement(using: &random).map { [$0] } ?? []
    }
    let pieces = log.cut { Int.random(in: 1...12, using: &random) }
    #expect(Self.lines(pieces) == Self.lines([log[...]]))
  }

  @Test(arguments: [1_000, 65_535, 65_536, 65_537, 1 << 20, 3 << 20])
  func `keeps the beginning of a line of 2 MB, and the line behind it whole`(length: Int) {
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 2 << 20)
    let lines = Self.lines((long + Array("\nsecond\n".utf8)).cut { length })
    #expect(lines.map(\.count) == [BlockFramer.longestLine, 6])
    #expect(lines.last?.text == "second")
  }

  @Test func `keeps the beginning of a long line that never ends`() {
    var framer = BlockFramer()
    var lengths: [Int] = []
    for _ in 0..<100 { framer.feed([UInt8](repeating: 0x61, count: 10_000).span) { lengths.append($0.count) } }
    framer.end { lengths.append($0.count) }
    #expect(lengths == [BlockFramer.longestLine + 1])
  }

  @Test func `that is empty has no line`() {
    #expect(Self.lines([]).isEmpty)
    #expect(Self.lines([[][...]]).isEmpty)
  }

  @Test func `finds line ends at every place of a word`() {
    for count in 0..<40 {
      for place in 0..<count {
        var bytes = [UInt8](repeating: 0x0B, count: count)
        bytes[place] = 0x0A
        for start in 0...count { #expect(bytes.span.firstLineEnd(from: start) == (start <= place ? place : nil)) }
      }
    }
  }
}
