/// The words that clauses ask for, searched for together, and the clauses behind each.
struct LiteralIndex: Sendable {
  let scanner: LiteralScanner
  /// The clauses of word `w` are `clauses[starts[w]..<starts[w + 1]]`: flat, so that looking them up counts no references.
  private let starts: [Int32]
  private let clauses: [Int32]

  /// `reserved` words come first and have no clauses; no words at all are not searched for.
  init?(reserved: [[UInt8]] = [], _ wanted: [(clause: Int, words: [[UInt8]])]) throws(LiteralScanner.Fault) {
    var words = reserved
    var clausesOfWord = [[Int32]](repeating: [], count: words.count)
    var placeOfWord = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    for (clause, wantedWords) in wanted {
      for word in wantedWords {
        let place = placeOfWord[word] ?? words.count
        if place == words.count {
          placeOfWord[word] = place
          words.append(word)
          clausesOfWord.append([])
        }
        clausesOfWord[place].append(Int32(clause))
      }
    }
    guard !words.isEmpty else { return nil }
    scanner = try LiteralScanner(words)
    var starts: [Int32] = [0]
    for list in clausesOfWord { starts.append(starts[starts.count - 1] + Int32(list.count)) }
    self.starts = starts
    clauses = clausesOfWord.flatMap { $0 }
  }

  func forEachClause(of hit: LiteralScanner.Hit, _ body: (Int) -> Void) {
    let word = Int(hit.literal)
    for place in Int(starts[word])..<Int(starts[word + 1]) { body(Int(clauses[place])) }
  }
}
