import LogParsing
import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `The search for many words` {
  private static func hits(_ words: [[UInt8]], _ text: [UInt8]) throws -> Set<[Int]> {
    let scanner = try LiteralScanner(words)
    let scratch = scanner.scratch()
    var hits: [LiteralScanner.Hit] = []
    scanner.scan(text.span, with: scratch, into: &hits)
    #expect(hits.map(\.end) == hits.map(\.end).sorted())
    var plain: [LiteralScanner.Hit] = []
    WordTable(words).scan(text.span, into: &plain)
    #expect(plain.map(\.end) == hits.map(\.end))
    #expect(Set(plain.map { [Int($0.literal), Int($0.end)] }) == Set(hits.map { [Int($0.literal), Int($0.end)] }))
    return Set(hits.map { [Int($0.literal), Int($0.end)] })
  }

  /// The plain way.
  private static func naiveHits(_ words: [[UInt8]], _ text: [UInt8]) -> Set<[Int]> {
    let lower = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    var hits: Set<[Int]> = []
    for (number, word) in words.enumerated() where word.count <= lower.count {
      for start in 0...(lower.count - word.count) where lower[start..<(start + word.count)].elementsEqual(word) {
        hits.insert([number, start + word.count])
      }
    }
    return hits
  }

  @Test(arguments: 0..<60)
  func `finds what a plain search finds`(seed: UInt64) throws {
    var random = RepeatableNumbers(state: seed)
    let small = Array("ab=: \u{1}".utf8)
    let words = Set(
      (0..<Int.random(in: 1...30, using: &random)).map { _ in
        (0..<Int.random(in: 3...6, using: &random)).compactMap { _ in small.randomElement(using: &random) }
      })
    let text = (0..<Int.random(in: 0...400, using: &random)).compactMap { _ in
      (small + Array("AB\n\0\u{7F}".utf8) + [0xFF]).randomElement(using: &random)
    }
    #expect(try Self.hits(Array(words), text) == Self.naiveHits(Array(words), text))
  }

  @Test func `ignores case, steps over line ends and zero bytes, and finds words inside words`() throws {
    let words = ["status=sent", "sent", "\u{E9}t\u{E9}", "a\0b"].map { Array($0.utf8) }
    let text = Array("STATUS=Sent\nxa\0b été".utf8)
    #expect(try Self.hits(words, text) == [[0, 11], [1, 11], [3, 16], [2, 22]])
  }

  @Test func `finds nothing in nothing`() throws { #expect(try Self.hits([Array("abc".utf8)], []).isEmpty) }

  @Test func `cannot be made of an empty word`() {
    #expect(throws: LiteralScanner.Fault.self) { try LiteralScanner([[]]) }
  }
}
