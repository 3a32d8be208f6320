/// The `> ` before lines that a mail client quotes, once or more often.
struct QuoteMarks {
  /// Whether a blank stands behind the marks of every quoted line; it belongs to the marks then.
  private let haveBlank: Bool

  init(_ text: [UInt8]) {
    haveBlank = text.split(separator: .lineFeed).allSatisfy { line in
      let marks = Self.marks(of: line, atMost: Self.deepest)
      let rest = line[marks.end...]
      return marks.depth == 0 || rest.first?.isBlank != false
    }
  }

  /// How often `line` is quoted, and where its own text begins.
  ///
  /// A line that was cut in the middle of `<bob@example.org>` leaves a `>` that is no mark.
  func mark(
    of line: ArraySlice<UInt8>, after previous: (depth: Int, text: ArraySlice<UInt8>)?
  ) -> (depth: Int, end: Int) {
    var marks = Self.marks(of: line, atMost: Self.deepest)
    if let previous, marks.depth > previous.depth, Self.hasOpenAngle(previous.text) {
      marks = Self.marks(of: line, atMost: previous.depth)
    }
    if marks.depth > 0, haveBlank, marks.end < line.endIndex, line[marks.end].isBlank { marks.end += 1 }
    return marks
  }

  private static let deepest = 16

  private static func marks(of line: ArraySlice<UInt8>, atMost deepest: Int) -> (depth: Int, end: Int) {
    var marks = (depth: 0, end: line.startIndex)
    var index = line.startIndex
    while index < line.endIndex, marks.depth < deepest {
      if line[index] == UInt8(ascii: ">") {
        marks = (marks.depth + 1, index + 1)
      } else if !line[index].isBlank {
        break
      }
      index += 1
    }
    return marks
  }

  private static func hasOpenAngle(_ text: ArraySlice<UInt8>) -> Bool {
    guard let last = text.last(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0.isBlank }) else {
      return false
    }
    return last == UInt8(ascii: "<")
  }
}
