/// Searches texts for the words of an index, and keeps which clauses have one of theirs in it. One task owns it.
struct LiteralSearch: ~Copyable {
  private let index: LiteralIndex
  /// Vectorscan, once there has been text enough, and its working memory.
  private var scanner: LiteralScanner?
  private var scratch = LiteralScanner.Scratch()
  /// How many bytes the table has searched so far.
  private var searched = 0
  private var isFound: [Bool]
  /// Where the words were found, in the order of their ends.
  private(set) var hits: [LiteralScanner.Hit] = []
  /// The clauses with a word in the text, each once, ascending.
  private(set) var found: [Int] = []

  private static let worthCompiling = 32_768

  init(_ index: LiteralIndex, clauseCount: Int) {
    self.index = index
    isFound = Array(repeating: false, count: clauseCount)
  }

  /// Searches one text; only clauses that `accepts` are kept.
  mutating func search(_ text: Span<UInt8>, accepts: (Int) -> Bool) {
    scan(text)
    collect(0..<hits.count, accepts: accepts)
  }

  /// Searches a block of many lines; `collect` then tells them apart.
  mutating func scan(_ block: Span<UInt8>) {
    hits.removeAll(keepingCapacity: true)
    if scanner == nil, searched <= Self.worthCompiling {
      searched += block.count
      if searched > Self.worthCompiling, let compiled = index.scanner.scanner {
        scanner = compiled
        scratch = compiled.scratch()
      }
    }
    if let scanner {
      scanner.scan(block, with: scratch, into: &hits)
    } else {
      index.scanner.table.scan(block, into: &hits)
    }
  }

  /// Keeps the clauses of these hits.
  mutating func collect(_ range: Range<Int>, accepts: (Int) -> Bool) {
    for clause in found { isFound[clause] = false }
    found.removeAll(keepingCapacity: true)
    for place in range {
      for entry in index.entries(of: hits[place]) {
        let clause = index.clause(at: entry)
        guard !isFound[clause], accepts(clause) else { continue }
        isFound[clause] = true
        found.append(clause)
      }
    }
    if found.count > 1 { found.sort() }
  }

  /// Which of the pipeline's own words are among these hits.
  func statusWords(_ range: Range<Int>) -> StatusWords {
    var words: StatusWords = []
    for place in range {
      if let word = StatusWord(rawValue: hits[place].literal) { words.insert(StatusWords(word)) }
    }
    return words
  }
}
