/// Reads plain text, paragraph by paragraph: log lines, notices of mail servers, reports, replies, and the rest.
struct TextReader {
  private let text: WrappedText
  private let breaks: LineBreaks
  private var notice = Notice()
  private var report = DeliveryStatus()
  private var items: [PastedText.Item] = []
  /// The sentence that promised the reply in the next paragraph.
  private var announcement: [UInt8]?
  /// How deep the returned message is quoted that the notice ends with; nothing in it counts.
  private var copyDepth: UInt8?

  /// What `text` holds when its line breaks are taken for `breaks`.
  static func items(in text: WrappedText, as breaks: LineBreaks) -> [PastedText.Item] {
    var reader = TextReader(text: text, breaks: breaks)
    for paragraph in text.paragraphs { reader.read(paragraph) }
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
    if let start = lines.first(where: { startsStructure($0, in: lines) }), start > lines.lowerBound {
      read(paragraph: Paragraph(lines.lowerBound..<start, of: text, breaks: breaks))
      read(paragraph: Paragraph(start..<lines.upperBound, of: text, breaks: breaks))
    } else {
      read(paragraph: Paragraph(lines, of: text, breaks: breaks))
    }
  }

  private func startsStructure(_ line: Int, in lines: Range<Int>) -> Bool {
    let marks = text.lines[line].marks
    return marks.contains(.startsLogLine)
      || marks.contains(.startsField) && lines.contains { DeliveryStatus.isUnmistakable(text.text($0)) }
  }

  private mutating func read(paragraph: Paragraph) {
    let greets = notice.takes(paragraph.text)
    let depth = text.lines[paragraph.lines.lowerBound].quoteDepth
    if let copyDepth, !greets, depth >= copyDepth, !paragraph.marks(paragraph.lines.lowerBound).contains(.startsField) {
      return
    }
    copyDepth = notice.announcesCopy(paragraph.text) ? depth : nil
    guard copyDepth == nil else { return }
    if readLogLines(paragraph) || readReport(paragraph) || readNotice(paragraph) || greets { return }
    if !Self.isSeparator(paragraph.text) { readRest(paragraph) }
  }

  /// Reads replies, and takes down what stands above them.
  private mutating func readRest(_ paragraph: Paragraph) {
    let first = paragraph.lines.lowerBound
    let start = paragraph.lines.first { line in
      text.lines[line].marks.contains(.startsReply) && (line == first || text.text(line - 1).last == UInt8(ascii: ":"))
    }
    guard let start else { return items.append(.other(paragraph.bytes)) }
    if start > first { items.append(.other(paragraph.part(first..<start).bytes)) }
    items += replies(in: start..<paragraph.lines.upperBound).map { .reply(paragraph.part($0).bytes) }
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
    let logLines = paragraph.runs { paragraph.marks($0).contains(.startsLogLine) }.map { line in
      line.text.dropFirst(LogPrefix.find(in: line.text)?.offset ?? 0)
    }
    let log = Array(logLines.joined(separator: [.lineFeed]))
    if case .logText(let before) = items.last {
      items[items.count - 1] = .logText(before + [.lineFeed] + log)
    } else {
      items.append(.logText(log))
    }
    return true
  }

  private mutating func readReport(_ paragraph: Paragraph) -> Bool {
    let first = paragraph.lines.lowerBound
    guard paragraph.marks(first).contains(.startsField),
      paragraph.lines.contains(where: { DeliveryStatus.isUnmistakable(text.text($0)) })
    else { return false }
    report.add(paragraph)
    return true
  }

  private mutating func readNotice(_ paragraph: Paragraph) -> Bool {
    if let promised = announcement {
      announcement = nil
      if SMTPReply.begins(paragraph.text) {
        add([GmailNotice.bounce(paragraph.text, announcement: promised[...], notice)])
        return true
      }
    }
    if let reply = GmailNotice.announcement(in: paragraph.text) {
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
      bounce.reportingMTA = notice.reportingMTA
      bounce.action = notice.action
      items.append(.bounce(bounce))
    }
  }

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
    text.count < longestSeparator && ["---", "___", "***", "==="].contains { text.opens(with: $0) && text.closes(with: $0) }
  }

  private static let longestSeparator = 120
}
