/// A text as lines, the way a terminal or a mail client left it: quoted, indented, broken where it did not fit.
struct WrappedText {
  let bytes: [UInt8]
  private(set) var lines: [Line] = []
  /// Runs of lines without an empty line between them.
  private(set) var paragraphs: [Range<Int>] = []
  /// How many columns the widest line took, and whether lines of that width were cut in the middle of words.
  private(set) var width: Int32 = 0
  private(set) var isCutAtWidth = false
  /// Whether some line may have been broken in a word or at a blank.
  private(set) var isDoubtful = false

  struct Line {
    /// The line without quote marks and without the blanks around it.
    var text: ByteRange
    /// The columns that it took where it was broken: quote marks and indentation count, blanks at its end do not.
    var width: Int32
    /// Blanks before the text, beyond those that every line of the paragraph has.
    var indent: Int32
    /// Blanks behind the text.
    var blanksAtEnd: Int32
    var quoteDepth: UInt8
    var marks: Marks
  }

  struct Marks: OptionSet {
    let rawValue: UInt8
    /// A line that cannot continue the one before it.
    static let startsAnew = Marks(rawValue: 1)
    static let startsLogLine = Marks(rawValue: 2)
    /// A line of quoted-printable text that goes on in the next one (RFC 2045, section 6.7): its `=` is left out.
    static let softBreak = Marks(rawValue: 4)
    static let quotedPrintable = Marks(rawValue: 8)
    static let startsField = Marks(rawValue: 16)
    static let startsReply = Marks(rawValue: 32)
  }

  init(_ text: some Collection<UInt8>) {
    bytes = Self.withPlainBlanks(text)
    let quotes = QuoteMarks(bytes)
    var begins = 0
    var current: [Line] = []
    for end in bytes.indices where bytes[end] == .lineFeed {
      add(bytes[begins..<end], quotes, to: &current)
      begins = end + 1
    }
    add(bytes[begins...], quotes, to: &current)
    close(&current)
    isCutAtWidth = isCut(lines.indices, width: width)
    isDoubtful = lines.indices.dropFirst().contains { isBare($0) }
  }

  func text(_ line: Int) -> ArraySlice<UInt8> { bytes[lines[line].text] }

  /// Line feeds for every kind of line end, spaces for no-break spaces (U+00A0, U+202F), and no byte order mark.
  private static func withPlainBlanks(_ text: some Collection<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(text.count)
    for byte in text {
      switch (plain.last, byte) {
      case (.carriageReturn, .lineFeed): plain[plain.count - 1] = .lineFeed
      case (.carriageReturn, _):
        plain[plain.count - 1] = .lineFeed
        plain.append(byte)
      case (0xC2, 0xA0): plain[plain.count - 1] = 0x20
      case (0x80, 0xAF) where plain.count > 1 && plain[plain.count - 2] == 0xE2:
        plain.removeLast()
        plain[plain.count - 1] = 0x20
      case (0xBB, 0xBF) where plain == [0xEF, 0xBB]: plain = []
      default: plain.append(byte)
      }
    }
    if plain.last == .carriageReturn { plain[plain.count - 1] = .lineFeed }
    return plain
  }
}

// MARK: - Lines and paragraphs

extension WrappedText {
  private mutating func add(_ raw: ArraySlice<UInt8>, _ quotes: QuoteMarks, to paragraph: inout [Line]) {
    guard let last = raw.lastIndex(where: { !$0.isBlank }) else { return close(&paragraph) }
    let previous = paragraph.last.map { (depth: Int($0.quoteDepth), text: bytes[$0.text]) }
    let row = raw[...last]
    let mark = quotes.mark(of: row, after: previous)
    let body = row[mark.end...]
    guard let first = body.firstIndex(where: { !$0.isBlank }) else { return close(&paragraph) }
    let line = Line(
      text: ByteRange(first, last + 1), width: Int32(row.columns), indent: Int32(first - mark.end),
      blanksAtEnd: Int32(raw.endIndex - last - 1), quoteDepth: UInt8(mark.depth), marks: [])
    if let before = paragraph.last, before.quoteDepth != line.quoteDepth, before.width < width - Self.ragged {
      close(&paragraph)
    }
    width = max(width, line.width)
    paragraph.append(line)
  }

  /// How far short of the full width a line may end because the next word did not fit.
  static let ragged: Int32 = 15

  private mutating func close(_ paragraph: inout [Line]) {
    guard let indent = paragraph.map(\.indent).min() else { return }
    defer { paragraph.removeAll(keepingCapacity: true) }
    for index in paragraph.indices { paragraph[index].indent -= indent }
    markQuotedPrintable(&paragraph)
    let begins = lines.count
    lines += paragraph
    for index in begins..<lines.count { markStart(of: index, inParagraphFrom: begins) }
    for part in withoutQuoteHeaders(begins..<lines.count) {
      lines[part.lowerBound].marks.insert(.startsAnew)
      paragraphs.append(part)
    }
  }

  private mutating func markStart(of index: Int, inParagraphFrom begins: Int) {
    let line = text(index)
    if startsLogLine(index, inParagraphFrom: begins) { lines[index].marks.formUnion([.startsAnew, .startsLogLine]) }
    if DeliveryStatus.isField(line), lines[index].indent == 0 {
      lines[index].marks.formUnion([.startsAnew, .startsField])
    }
    let goesOn = index > begins && text(index - 1).last.map(BreakHint.leavesWordOpen) ?? false
    if SMTPReply.begins(line), !goesOn { lines[index].marks.formUnion([.startsAnew, .startsReply]) }
  }

  private func startsLogLine(_ index: Int, inParagraphFrom begins: Int) -> Bool {
    guard let prefix = LogPrefix.find(in: text(index))?.prefix else { return false }
    let rowsAbove = max(begins, index - Self.mostRows)..<index
    guard let start = rowsAbove.last(where: { lines[$0].marks.contains(.startsLogLine) }) else { return true }
    switch prefix {
    case .time:
      // Some lines end with a time, or have one inside; a line that begins with it then goes on.
      return hasTag(from: index) || !hasTag(from: start)
    case .tag:
      // A wrapped line can have its tag at the start of a later row.
      return hasTag(from: start, upTo: index)
    }
  }

  /// Whether a tag stands in the first words of the log line that begins at `start`.
  private func hasTag(from start: Int, upTo end: Int? = nil) -> Bool {
    let end = min(end ?? lines.count, start + Self.mostRowsBeforeTag)
    // The break may stand in the tag, or be the blank before it.
    var cut: [UInt8] = []
    var spaced: [UInt8] = []
    for index in start..<end {
      if index > start, LogPrefix.find(in: text(index))?.prefix == .time { break }
      let row = text(index).prefix(Self.longestPrefix)
      cut += row
      spaced += row + [0x20]
    }
    return [cut, spaced].contains { beginning in
      let words = beginning.prefix(Self.longestPrefix).words.prefix(Self.mostWordsBeforeTag)
      return words.contains { $0.last == UInt8(ascii: ":") }
    }
  }

  private static let mostRows = 200
  private static let mostRowsBeforeTag = 6
  private static let mostWordsBeforeTag = 8
  private static let longestPrefix = 256

  /// Finds out whether a paragraph is quoted-printable text that nobody decoded: then no `=` stands there for itself.
  private func markQuotedPrintable(_ paragraph: inout [Line]) {
    var evidence = 0
    for line in paragraph {
      let text = bytes[line.text]
      for index in text.indices where text[index] == UInt8(ascii: "=") {
        let escaped = text[index...].dropFirst().prefix(2)
        if escaped.isEmpty {
          evidence += 1
          continue
        }
        // `ip=192.0.2.1` looks like one, too; but nobody encodes a control character, or what may stand for itself.
        guard let byte = Self.escapedByte(escaped), byte >= 0x80 || Self.encodedASCII.contains(byte) else { return }
        evidence += byte == UInt8(ascii: "=") ? 2 : byte >= 0x80 ? 1 : 0
      }
    }
    guard evidence > 1 else { return }
    for index in paragraph.indices {
      paragraph[index].marks.insert(.quotedPrintable)
      guard bytes[paragraph[index].text].last == UInt8(ascii: "=") else { continue }
      paragraph[index].marks.insert(.softBreak)
      paragraph[index].text.end -= 1
    }
  }

  /// What encoders write as `=XX` though it is ASCII: `=` itself, blanks and line ends, and what a line must not begin with.
  private static let encodedASCII = "=\t\n\r .F".utf8.map(\.self)

  private static func escapedByte(_ digits: some Collection<UInt8>) -> UInt8? {
    let values = digits.compactMap(\.hexDigitValue)
    return values.count == 2 && digits.count == 2 ? UInt8(values[0] << 4 | values[1]) : nil
  }

  /// The parts of a paragraph around "On … wrote:" and its like in other languages.
  private func withoutQuoteHeaders(_ paragraph: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var begins = paragraph.lowerBound
    var index = begins
    while index < paragraph.upperBound {
      if let end = QuoteHeader.end(in: self, from: index, upTo: paragraph.upperBound) {
        if begins < index { parts.append(begins..<index) }
        begins = end
        index = end
      } else {
        index += 1
      }
    }
    return begins < paragraph.upperBound ? parts + [begins..<paragraph.upperBound] : parts
  }
}

extension ArraySlice<UInt8> {
  /// How many columns it takes on a terminal, with one for each character.
  var columns: Int { count { $0 & 0xC0 != 0x80 } }
}
