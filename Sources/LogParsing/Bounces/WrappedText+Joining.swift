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
        let blanks = blanks(before: index, cutAt: cut ? width : nil, as: breaks)
        line += Array(repeating: 0x20, count: blanks)
      }
      line += text(index)
    }
    let isEncoded = range.contains { lines[$0].marks.contains(.quotedPrintable) }
    return isEncoded ? TransferEncoding.decodedEscapes(line) : line
  }

  /// How many blanks the break before `index` took away.
  private func blanks(before index: Int, cutAt width: Int32?, as breaks: LineBreaks) -> Int {
    let before = lines[index - 1]
    if before.marks.contains(.softBreak) { return Int(lines[index].indent) }
    if breaks == .atBlanks { return 1 }
    if isBare(index) {
      switch hint(index) {
      case .certainlyInWord: return 0
      case .certainlyBetweenWords where breaks == .judged: return 1
      case .inWord where !text(index - 1).contains(where: \.isBlank) && before.width == self.width: return 0
      case .inWord, .betweenWords, .certainlyBetweenWords, nil: return before.width == width ? 0 : 1
      }
    }
    // A cut keeps the blanks on both sides, unless somebody cleaned up the line ends.
    let missing = width.map { max($0 - before.width, 0) } ?? 0
    let twice = width != nil && missing == 1 && lines[index].indent == 1
    return twice ? 2 : 1
  }

  /// Whether nothing but the break itself stands between the lines: it may have taken a blank, or be in a word.
  func isBare(_ index: Int) -> Bool {
    lines[index - 1].blanksAtEnd == 0 && lines[index].indent == 0 && !lines[index].marks.contains(.startsAnew)
      && !lines[index - 1].marks.contains(.softBreak)
  }

  /// Whether lines of `width` columns, the widest in `range`, were cut without regard to words.
  ///
  /// What stands at the breaks tells, if it tells anything. Otherwise: cut lines are all of one width, and lines that were
  /// broken at blanks rarely are.
  func isCut(_ range: Range<Int>, width: Int32) -> Bool {
    var tally = BreakTally()
    for index in range.dropFirst() { count(index, width: width, in: &tally) }
    if tally.ragged > tally.full { return false }
    if tally.full > 0, tally.ragged == 0 { tally.inWord += tally.keptBlanks }
    if tally.inWord != tally.betweenWords { return tally.inWord > tally.betweenWords }
    // Long words that were left whole can be of one length too.
    let full = tally.unexplained > 0 ? tally.full - tally.singleWords : tally.full
    return full > 1 && full > tally.ragged || full == 1 && tally.ragged == 0 && width == Self.terminalWidth
  }

  /// The breaks of a text by what they look like.
  private struct BreakTally {
    /// After a line of full width, and those of them after a single word.
    var full = 0
    var singleWords = 0
    /// After a line into which the next word did not fit.
    var ragged = 0
    /// After a line into which the next word would have fitted: the author's own.
    var unexplained = 0
    var keptBlanks = 0
    var inWord = 0
    var betweenWords = 0
  }

  private func count(_ index: Int, width: Int32, in tally: inout BreakTally) {
    let before = lines[index - 1]
    guard isBare(index) else {
      tally.keptBlanks += hasKeptBlank(index, width: width) ? 1 : 0
      return
    }
    guard before.width == width else {
      let nextWord = text(index).prefix { !$0.isBlank }.columns
      let isExplained = Int(before.width) + 1 + nextWord > Int(width)
      tally.ragged += isExplained ? 1 : 0
      tally.unexplained += isExplained ? 0 : 1
      return
    }
    tally.full += 1
    tally.singleWords += text(index - 1).contains(where: \.isBlank) ? 0 : 1
    switch hint(index) {
    case .certainlyInWord, .inWord: tally.inWord += 1
    case .betweenWords, .certainlyBetweenWords: tally.betweenWords += 1
    case nil: break
    }
  }

  /// Whether a cut left the blank at the end of a full line, or at the start of the next.
  private func hasKeptBlank(_ index: Int, width: Int32) -> Bool {
    let before = lines[index - 1]
    let marks = lines[index].marks
    guard !marks.contains(.startsAnew) || marks.contains(.startsReply) else { return false }
    if before.blanksAtEnd > 0 { return before.width + before.blanksAtEnd == width && lines[index].indent < 2 }
    return before.width == width && lines[index].indent == 1
  }

  /// What a terminal has unless somebody made it wider; mail clients break earlier.
  private static let terminalWidth: Int32 = 80

  private func hint(_ index: Int) -> BreakHint? { BreakHint.find(before: text(index - 1), after: text(index)) }
}
