/// What to take the line breaks of a paste for.
enum LineBreaks {
  /// What they look like.
  case judged
  /// The widest lines were cut at the width, words or not, as terminals do.
  case cut
  /// All stand where a blank was, as mail clients do.
  case atBlanks
}

extension WrappedText {
  /// The lines of `range` as the one line that they were.
  func joined(_ range: Range<Int>, as breaks: LineBreaks) -> [UInt8] {
    let range = range.clamped(to: lines.indices)
    let width = range.map { lines[$0].width }.max() ?? 0
    let cut =
      switch breaks {
      case .judged: width == self.width ? isCutAtWidth : isCut(range, width: width)
      case .cut: true
      case .atBlanks: false
      }
    var line: [UInt8] = []
    for index in range {
      if index > range.lowerBound {
        let blanks = breaks == .atBlanks ? 1 : blanks(before: index, cutAt: cut ? width : nil)
        line += lines[index - 1].marks.contains(.softBreak) ? [] : Array(repeating: 0x20, count: blanks)
      }
      line += text(index)
    }
    let isEncoded = range.contains { lines[$0].marks.contains(.quotedPrintable) }
    return isEncoded ? TransferEncoding.decodedEscapes(line) : line
  }

  /// How many blanks the break before `index` took away.
  private func blanks(before index: Int, cutAt width: Int32?) -> Int {
    let before = lines[index - 1]
    if isBare(index) {
      if hint(index) == .certainlyInWord { return 0 }
      return before.width == width ? 0 : 1
    }
    // A cut keeps the blanks on both sides, unless somebody cleaned up the line ends.
    let missing = width.map { max($0 - before.width, 0) } ?? 0
    let twice = width != nil && missing == 1 && lines[index].indent == 1
    return twice ? 2 : 1
  }

  /// Whether nothing but the break itself stands between the lines: it may have taken a blank, or be in a word.
  private func isBare(_ index: Int) -> Bool {
    lines[index - 1].blanksAtEnd == 0 && lines[index].indent == 0 && !lines[index].marks.contains(.startsAnew)
      && !lines[index - 1].marks.contains(.softBreak)
  }

  /// Whether lines of `width` columns, the widest in `range`, were cut without regard to words.
  ///
  /// What stands at the breaks tells, if it tells anything. Otherwise: cut lines are all of one width, and lines that were
  /// broken at blanks rarely are.
  func isCut(_ range: Range<Int>, width: Int32) -> Bool {
    var full = 0
    var ragged = 0
    var keptBlanks = 0
    var inWord = 0
    var betweenWords = 0
    for index in range.dropFirst() {
      let before = lines[index - 1]
      guard isBare(index) else {
        // A cut leaves the blank at the end of a full line, or at the start of the next.
        let isKept = before.blanksAtEnd > 0 ? before.width + before.blanksAtEnd == width : before.width == width
        keptBlanks += isKept && lines[index].indent < 2 && !lines[index].marks.contains(.startsAnew) ? 1 : 0
        continue
      }
      guard before.width == width else {
        ragged += before.width >= width / 2 ? 1 : 0
        continue
      }
      full += 1
      switch hint(index) {
      case .certainlyInWord, .inWord: inWord += 1
      case .betweenWords: betweenWords += 1
      case nil: break
      }
    }
    if full > 0, ragged == 0 { inWord += keptBlanks }
    if inWord != betweenWords { return inWord > betweenWords }
    return full > 1 && full >= ragged || full == 1 && ragged == 0 && width == Self.terminalWidth
  }

  /// What a terminal has unless somebody made it wider; mail clients break earlier.
  private static let terminalWidth: Int32 = 80

  private func hint(_ index: Int) -> BreakHint? { BreakHint.find(before: text(index - 1), after: text(index)) }
}
