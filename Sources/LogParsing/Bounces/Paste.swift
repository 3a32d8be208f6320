/// A paste as the texts and mails that it consists of.
struct Paste {
  private let parts: [Part]

  private struct Part {
    var texts: [WrappedText]
    var reports: [WrappedText] = []
    var returnPath: String?
    var isAttached = false
  }

  init(_ bytes: ArraySlice<UInt8>) {
    let text = Self.withLineFeeds(bytes)
    let unquoted = Self.withoutCommonQuotes(text)
    parts = Self.parts(of: unquoted[...]) ?? [Part(texts: [WrappedText(text)])]
  }

  /// Whether another reading of the line breaks may give other items.
  var isDoubtful: Bool { parts.contains { ($0.texts + $0.reports).contains(where: \.isDoubtful) } }

  func items(as breaks: LineBreaks) -> [PastedText.Item] {
    BounceList.withoutDoubles(parts.flatMap { Self.items(of: $0, as: breaks) })
  }

  private static func items(of part: Part, as breaks: LineBreaks) -> [PastedText.Item] {
    var report = DeliveryStatus()
    for text in part.reports {
      for lines in text.paragraphs { report.add(Paragraph(lines, of: text, breaks: breaks)) }
    }
    var items = part.texts.flatMap { TextReader.items(in: $0, as: breaks) }
    let reported = report.bounces
    // The text of a notice says again what the report says; of an attached mail only bounces and logs matter.
    if !reported.isEmpty || part.isAttached {
      items.removeAll { item in
        switch item {
        case .logText, .bounce: false
        case .reply, .other: true
        }
      }
    }
    return BounceList.merged(items, report: reported).map { item in
      guard case .bounce(var bounce) = item, bounce.from == nil else { return item }
      bounce.from = part.returnPath
      return .bounce(bounce)
    }
  }

  // MARK: - Mails in the paste

  /// The mail in `text` and what stands above it; `nil` if there is none.
  private static func parts(of text: ArraySlice<UInt8>) -> [Part]? {
    guard let begin = beginOfMail(in: text) else { return MailContents.read(body: text)?.map(part) }
    let above = text[..<begin]
    let isEmpty = above.allSatisfy(\.isBlank)
    return (isEmpty ? [] : [Part(texts: [WrappedText(above)])]) + MailContents.read(text[begin...]).map(part)
  }

  private static func part(_ mail: MailContents) -> Part {
    Part(
      texts: mail.texts.map { WrappedText($0) }, reports: mail.reports.map { WrappedText($0) },
      returnPath: mail.returnPath, isAttached: mail.isAttached)
  }

  /// Where the header of a mail begins: at the top, or below somebody's words if the mail is a report with parts.
  private static func beginOfMail(in text: ArraySlice<UInt8>) -> Int? {
    var isParagraphStart = true
    var isTop = true
    var rest = text
    while !rest.isEmpty {
      let line = rest.prefix { $0 != .lineFeed }
      if line.withoutBlanks.isEmpty {
        isParagraphStart = true
      } else if isTop, line.opens(with: "From "), !line.contains(UInt8(ascii: "@")) || line.words.count > 5 {
        // The line that parts the mails of an mbox file.
      } else {
        if isParagraphStart, MailField.begins(line), isMail(rest, isTop: isTop) { return line.startIndex }
        isParagraphStart = false
        isTop = false
      }
      rest = rest[line.endIndex...].dropFirst()
    }
    return nil
  }

  private static func isMail(_ text: ArraySlice<UInt8>, isTop: Bool) -> Bool {
    let header = MailHeader.read(text).header
    return header.isOfMail && (isTop || ContentType(header["Content-Type"]).name.opens(with: "multipart/report"))
  }

  // MARK: - Line ends and quotes around the whole paste

  private static func withLineFeeds(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == .lineFeed, text.last == .carriageReturn { text.removeLast() }
      text.append(byte)
    }
    return text
  }

  /// `text` without the marks or the indentation that all its lines have, so that a quoted mail is a mail again.
  private static func withoutCommonQuotes(_ text: [UInt8]) -> [UInt8] {
    guard let first = text.first(where: { $0 != .lineFeed }), isQuote(first) else { return text }
    var lines = text.split(separator: .lineFeed, omittingEmptySubsequences: false)
    for _ in 0..<deepestQuote {
      let full = lines.filter { !$0.withoutBlanks.isEmpty }
      guard let first = full.first?.first, isQuote(first), full.allSatisfy({ $0.first == first }) else { break }
      let isSpaced = full.allSatisfy { $0.dropFirst().first?.isBlank != false }
      let width = first == UInt8(ascii: ">") && isSpaced ? 2 : 1
      lines = lines.map { $0.dropFirst(width) }
    }
    return Array(lines.joined(separator: [.lineFeed]))
  }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ">") || byte.isBlank }

  private static let deepestQuote = 16
}
