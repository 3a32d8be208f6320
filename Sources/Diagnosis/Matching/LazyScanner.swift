import Synchronization

/// Searches for words by a plain table at first, and by Vectorscan once there is text enough to be worth compiling for:
/// that takes 20 ms for the shipped rules, and `explain` reads one line.
final class LazyScanner: Sendable {
  let words: [[UInt8]]
  let table: WordTable
  private let compiled = Mutex<LiteralScanner?>(nil)

  /// In lower case, none empty.
  init(_ words: [[UInt8]]) {
    self.words = words
    table = WordTable(words)
  }

  /// The compiled search, the same for all tasks; `nil` if Vectorscan cannot compile it: the table finds the same.
  var scanner: LiteralScanner? {
    compiled.withLock { compiled in
      if compiled == nil { compiled = try? LiteralScanner(words) }
      return compiled
    }
  }
}
