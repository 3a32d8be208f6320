/// Searches texts for the words of an index, and keeps which clauses have one of theirs in it.
///
/// A class, because its working memory belongs to Vectorscan; one task owns it.
final class LiteralSearch {
  private let index: LiteralIndex
  private let scratch: LiteralScanner.Scratch
  private var isFound: [Bool]
  /// Where the words were found, in the order of their ends.
  private(set) var hits: [LiteralScanner.Hit] = []
  /// The clauses with a word in the text, each once, ascending.
  private(set) var found: [Int] = []

  init(_ index: LiteralIndex, clauseCount: Int) {
    self.index = index
    scratch = index.scanner.scratch()
    isFound = Array(repeating: false, count: clauseCount)
  }

  /// Searches one text; only clauses that `accepts` are kept.
  func search(_ text: Span<UInt8>, accepts: (Int) -> Bool) {
    scan(text)
    collect(0..<hits.count, accepts: accepts)
  }

  /// Searches a block of many lines; `collect` then tells them apart.
  func scan(_ block: Span<UInt8>) { index.scanner.scan(block, with: scratch, into: &hits) }

  /// Keeps the clauses of these hits.
  func collect(_ range: Range<Int>, accepts: (Int) -> Bool) {
    for clause in found { isFound[clause] = false }
    found.removeAll(keepingCapacity: true)
    for place in range {
      index.forEachClause(of: hits[place]) { clause in
        guard !isFound[clause], accepts(clause) else { return }
        isFound[clause] = true
        found.append(clause)
      }
    }
    if found.count > 1 { found.sort() }
  }
}
