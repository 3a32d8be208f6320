/// Reads plain text, paragraph by paragraph: log lines, notices of mail servers, reports, replies, and the rest.
struct TextReader {
  private let text: WrappedText
  private let breaks: LineBreaks
  private var notice = Notice()
  private var report = DeliveryStatus()
  private var items: [PastedText.Item] = []
  private var bounceCount = 0
  /// The log lines read since the last item.
  private var log: [UInt8] = []
  /// The sentence that promised the reply in the next paragraph.
  private var announcement: [UInt8]?
  /// How deep the returned message is quoted that the notice ends with; nothing in it counts.
  private var copyDepth: UInt8?

  /// What `text` holds when its line breaks are taken for `breaks`.
  static func items(in text: WrappedText, as breaks: LineBreaks) -> [PastedText.Item] {
    var reader = TextReader(text: text, breaks: breaks)
    for paragraph in text.paragraphs { reader.read(paragraph) }
    reader.closeLog()
    return BounceList.merged(reader.items, report: reader.report.bounces)
  }

  private init(text: WrappedText, breaks: LineBreaks) {
    self.text = text
    self.breaks = breaks
  }

  private mutating func read(_ lines: Range<Int>) {
    let lines = withoutMailFields(lines)
    guard !lines.isEmpty else { return }
    // A log or a report begins in the middle of a paragraph where somebody left no empty line above it.
    let holdsReport = lines.contains { startsUnmistakableField($0) }
    let start = lines.first { line in
      let marks = text.lines[line].marks
      return marks.contains(.startsLogLine) || holdsReport && marks.contains(.startsField)
    }
    if let start, start > lines.lowerBound {
      read(paragraph: Paragraph(lines.lowerBound..<start, of: text, breaks: breaks))
      read(paragraph: Paragraph(start..<lines.upperBound, of: text, breaks: breaks))
    } else {
      read(paragraph: Paragraph(lines, of: text, breaks: breaks))
    }
  }

  private func startsUnmistakableField(_ line: Int) -> Bool {
    text.lines[line].marks.contains(.startsField) && DeliveryStatus.isUnmistakable(text.text(line))
  }

  private mutating func read(paragraph: Paragraph) {
    if readLogLines(paragraph) { return }
    let greets = notice.takes(paragraph.text)
    let depth = text.lines[paragraph.lines.lowerBound].quoteDepth
    if let copyDepth, !greets, depth >= copyDepth, !paragraph.marks(paragraph.lines.lowerBound).contains(.startsField) {
      return
    }
    copyDepth = notice.announcesCopy(paragraph.text) ? depth : nil
    guard copyDepth == nil else { return }
    if readReport(paragraph) || readNotice(paragraph) || greets { return }
    if !Self.isSeparator(paragraph.text) { readRest(paragraph) }
  }

  /// Reads replies, and takes down what stands above them.
  private mutating func readRest(_ paragraph: Paragraph) {
    let first = paragraph.lines.lowerBound
    let start = paragraph.lines.first { line in
      text.lines[line].marks.contains(.startsReply) && (line == first || text.text(line - 1).last == UInt8(ascii: ":"))
    }
    guard let start else { return add(.other(paragraph.bytes)) }
    if start > first { add(.other(paragraph.part(first..<start).bytes)) }
    for reply in replies(in: start..<paragraph.lines.upperBound) { add(.reply(paragraph.part(reply).bytes)) }
  }

  /// The lines of each reply: one has ended when its code has come without a hyphen.
  private func replies(in lines: Range<Int>) -> [Range<Int>] {
    var starts: [Int] = []
    var isComplete = true
    for line in lines {
      let isPromised = line > lines.lowerBound && text.text(line - 1).last == UInt8(ascii: ":")
      if isComplete, !isPromised, text.lines[line].marks.contains(.startsReply) {
        starts.append(line)
        isComplete = false
      }
      guard let start = starts.last else { continue }
      let code = text.text(start).prefix(3)
      isComplete = isComplete || text.text(line).words.contains(code)
    }
    return zip(starts, starts.dropFirst() + [lines.upperBound]).map { $0..<$1 }
  }

  private mutating func readLogLines(_ paragraph: Paragraph) -> Bool {
    guard paragraph.marks(paragraph.lines.lowerBound).contains(.startsLogLine) else { return false }
    for line in paragraph.runs(beginningAt: { paragraph.marks($0).contains(.startsLogLine) }) {
      if !log.isEmpty { log.append(.lineFeed) }
      log += line.text.dropFirst(LogPrefix.find(in: line.text)?.offset ?? 0)
    }
    return true
  }

  private mutating func closeLog() {
    guard !log.isEmpty else { return }
    items.append(.logText(log))
    log = []
  }

  private mutating func add(_ item: PastedText.Item) {
    closeLog()
    items.append(item)
  }

  private mutating func readReport(_ paragraph: Paragraph) -> Bool {
    guard paragraph.marks(paragraph.lines.lowerBound).contains(.startsField),
      paragraph.lines.contains(where: startsUnmistakableField)
    else { return false }
    report.add(paragraph)
    return true
  }

  private mutating func readNotice(_ paragraph: Paragraph) -> Bool {
    guard bounceCount < Self.mostBounces else { return false }
    if let promised = announcement {
      announcement = nil
      if SMTPReply.begins(paragraph.text) || notice.writer == .gmail {
        add([GmailNotice.bounce(paragraph.text, announcement: promised[...], notice)])
        return true
      }
    }
    if let reply = GmailNotice.announcement(in: paragraph.text, notice) {
      if reply.isEmpty {
        announcement = paragraph.bytes
      } else {
        add([GmailNotice.bounce(reply, announcement: paragraph.text, notice)])
      }
      return true
    }
    var bounces = QmailNotice.bounces(in: paragraph, notice)
    if bounces.isEmpty { bounces = PostfixNotice.bounces(in: paragraph) }
    if bounces.isEmpty { bounces = EximNotice.bounces(in: paragraph, notice) }
    if bounces.isEmpty { bounces = ExchangeNotice.bounces(in: paragraph, notice) }
    add(bounces)
    return !bounces.isEmpty
  }

  private mutating func add(_ bounces: [Bounce]) {
    for var bounce in bounces {
      bounce.reportingMTA = bounce.reportingMTA ?? notice.reportingMTA
      bounce.action = notice.action
      add(.bounce(bounce))
      bounceCount += 1
    }
  }

  private static let mostBounces = 1000

  /// The lines without the header fields of a mail, as a mail client shows or quotes them, at their start.
  private func withoutMailFields(_ lines: Range<Int>) -> Range<Int> {
    var begin = lines.lowerBound
    var count = 0
    while begin < lines.upperBound {
      let line = text.text(begin)
      if MailField.begins(line) {
        count += 1
      } else if !(count > 0 && text.lines[begin].indent > 0) && !Self.isSeparator(line) {
        break
      }
      begin += 1
    }
    return count > 1 ? begin..<lines.upperBound : lines
  }

  /// Whether `text` only parts what stands above it from what stands below: dashes, perhaps with words between them.
  private static func isSeparator(_ text: ArraySlice<UInt8>) -> Bool {
    text.count < longestSeparator && separators.contains { text.opens(with: $0) && text.closes(with: $0) }
  }

  private static let separators = ["---", "___", "***", "==="]
  private static let longestSeparator = 120
}
