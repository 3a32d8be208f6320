/// Finds words by their first three bytes, whatever their case: at once ready, where compiling a search would take longer
/// than the text is worth.
struct WordTable: Sendable {
  private let words: [[UInt8]]
  /// For each hash of three bytes the words that begin so: `places[starts[h]..<starts[h + 1]]`.
  private let starts: [Int32]
  private let places: [Int32]
  /// Words of one or two bytes; the loader allows none, tests may.
  private let shortWords: [Int]

  private static let size = 4_096

  /// `words` in lower case.
  init(_ words: [[UInt8]]) {
    self.words = words
    shortWords = words.indices.filter { words[$0].count < 3 }
    var buckets = [[Int32]](repeating: [], count: Self.size)
    for (place, word) in words.enumerated() where word.count >= 3 {
      buckets[Self.hash(word[0], word[1], word[2])].append(Int32(place))
    }
    var starts: [Int32] = [0]
    for bucket in buckets { starts.append(starts[starts.count - 1] + Int32(bucket.count)) }
    self.starts = starts
    places = buckets.flatMap { $0 }
  }

  /// All hits in `text`, in the order of their ends.
  func scan(_ text: Span<UInt8>, into hits: inout [LiteralScanner.Hit]) {
    for start in 0..<text.count {
      for place in shortWords where stands(place, in: text, at: start) { hits.append(hit(place, start)) }
      guard start + 3 <= text.count else { continue }
      let hash = Self.hash(text[start].lowercased, text[start + 1].lowercased, text[start + 2].lowercased)
      for index in Int(starts[hash])..<Int(starts[hash + 1]) {
        let place = Int(places[index])
        if stands(place, in: text, at: start) { hits.append(hit(place, start)) }
      }
    }
    hits.sort { $0.end < $1.end }
  }

  private func hit(_ place: Int, _ start: Int) -> LiteralScanner.Hit {
    LiteralScanner.Hit(literal: UInt32(place), end: UInt32(truncatingIfNeeded: start + words[place].count))
  }

  private func stands(_ place: Int, in text: Span<UInt8>, at start: Int) -> Bool {
    let word = words[place]
    guard start + word.count <= text.count else { return false }
    for offset in word.indices where text[start + offset].lowercased != word[offset] { return false }
    return true
  }

  private static func hash(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int {
    Int((UInt32(a) &* 0x9E3B ^ UInt32(b) &* 0x0101 ^ UInt32(c) &* 0x85EB) & UInt32(size - 1))
  }
}

extension UInt8 {
  /// ASCII only, as Vectorscan compares.
  fileprivate var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
