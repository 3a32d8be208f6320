/// The part of a Postfix notice that names a recipient and the reason: `<bob@example.org>: host mx[192.0.2.1] said: …`
/// (bounce(8), bounce_notify_util.c).
enum PostfixNotice {
  static func bounces(in paragraph: Paragraph) -> [Bounce] {
    if isReason(paragraph.text) { return [bounce(of: nil, reason: paragraph.text)] }
    guard recipient(of: paragraph.text) != nil else { return [] }
    return paragraph.runs { begins($0, in: paragraph) }.compactMap { part in
      recipient(of: part.text).map { bounce(of: $0, reason: $0.reason) }
    }
  }

  /// A recipient, the address it was expanded from, and what follows.
  typealias Entry = (recipient: ArraySlice<UInt8>, original: ArraySlice<UInt8>?, reason: ArraySlice<UInt8>)

  /// The recipient that `text` opens with: `<bob@example.org>: …`, `<bob@example.org> (expanded from <x>): …`.
  static func recipient(of text: ArraySlice<UInt8>) -> Entry? {
    guard text.first == UInt8(ascii: "<"), let close = text.prefix(longestAddress).firstPlace(of: ">") else {
      return nil
    }
    let recipient = text[..<close].dropFirst()
    guard !recipient.isEmpty else { return nil }
    let rest = text[(close + 1)...]
    if rest.opens(with: ":") { return (recipient, nil, rest.dropFirst().withoutBlanks) }
    guard rest.opens(with: expandedFrom), let end = rest.prefix(longestAddress).firstPlace(of: ">):") else {
      return nil
    }
    return (recipient, rest[..<end].dropFirst(expandedFrom.utf8.count), rest[(end + 3)...].withoutBlanks)
  }

  private static let longestAddress = 1024
  private static let expandedFrom = " (expanded from <"

  /// Whether a new recipient begins with `line`: the address of a reply can stand at the start of a line too.
  private static func begins(_ line: Int, in paragraph: Paragraph) -> Bool {
    if line == paragraph.lines.lowerBound { return true }
    let source = paragraph.source
    guard source.lines[line].indent == 0, recipient(of: source.text(line)) != nil else { return false }
    let before = source.text(line - 1)
    return source.lines[line - 1].indent > 0 || reasonEnds.contains { before.last == $0 }
  }

  private static let reasonEnds = Array(")\"".utf8)

  /// Whether somebody pasted the reason without the recipient.
  private static func isReason(_ text: ArraySlice<UInt8>) -> Bool {
    text.opens(with: "host ") && (text.mentions("] said: ") || text.mentions("] refused to talk to me: "))
  }

  private static func bounce(of entry: Entry?, reason: ArraySlice<UInt8>) -> Bounce {
    var bounce = Bounce(recipient: entry?.recipient.text ?? "", diagnostic: Array(reason))
    bounce.originalRecipient = entry?.original?.text
    bounce.loggedReason = Array(reason)
    bounce.remoteMTA = server(in: reason)
    guard let answer = reason.text(after: "] said: ") ?? reason.text(after: "] refused to talk to me: ") else {
      return bounce
    }
    var reply = answer
    if let stage = answer.lastPlace(of: inReplyTo), answer.last == UInt8(ascii: ")") {
      reply = answer[..<stage]
      bounce.command = answer[stage...].dropFirst(inReplyTo.utf8.count).dropLast().text
    }
    bounce.diagnostic = Array(reply.withoutBlanks)
    bounce.status = SMTPReply.enhancedStatus(in: reply)
    return bounce
  }

  private static let inReplyTo = " (in reply to "

  /// The `HOST[ADDRESS]` that the reason names first.
  private static func server(in reason: ArraySlice<UInt8>) -> Bounce.RemoteMTA? {
    for opening in ["host ", "connect to ", "lost connection with ", "conversation with "] {
      guard let place = reason.text(after: opening), let bracket = place.firstIndex(of: UInt8(ascii: "[")),
        let close = place[bracket...].firstIndex(of: UInt8(ascii: "]")),
        !place[..<bracket].contains(where: \.isBlank), bracket > place.startIndex
      else { continue }
      return Bounce.RemoteMTA(host: place[..<bracket].text, address: place[bracket..<close].dropFirst().text)
    }
    return nil
  }
}
