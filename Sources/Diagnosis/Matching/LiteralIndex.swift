/// The words that clauses ask for, searched for together, and the clauses behind each.
struct LiteralIndex: Sendable {
  let scanner: LazyScanner
  /// The clauses of word `w` are `clauses[starts[w]..<starts[w + 1]]`: flat, so that looking them up counts no references.
  private let starts: [Int32]
  private let clauses: [Int32]

  /// `reserved` words come first and have no clauses.
  init(reserved: [[UInt8]] = [], _ wanted: [(clause: Int, words: [[UInt8]])]) {
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
    scanner = LazyScanner(words)
    var starts: [Int32] = [0]
    for list in clausesOfWord { starts.append(starts[starts.count - 1] + Int32(list.count)) }
    self.starts = starts
    clauses = clausesOfWord.flatMap { $0 }
  }

  /// Where the clauses of a hit's word stand, for `clause(at:)`.
  func entries(of hit: LiteralScanner.Hit) -> Range<Int> {
    Int(starts[Int(hit.literal)])..<Int(starts[Int(hit.literal) + 1])
  }

  func clause(at entry: Int) -> Int { Int(clauses[entry]) }
}
