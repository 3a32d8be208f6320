/// The part of an Exim notice that lists recipients, each with its reason below (Exim specification, chapter 50).
enum EximNotice {
  static func bounces(in paragraph: Paragraph, _ notice: Notice) -> [Bounce] {
    guard notice.writer == .exim || paragraph.text.mentions(remoteError) else { return [] }
    let entries = paragraph.runs { isRecipient($0, in: paragraph) }
    let bounces = entries.compactMap(bounce)
    if bounces.isEmpty, paragraph.text.mentions(remoteError) {
      return [bounce(of: notice.address ?? "", reason: paragraph.text)]
    }
    return bounces
  }

  private static let remoteError = "SMTP error from remote mail"

  /// Whether `line` names a recipient: an address alone, with its reason on the lines below or to the right of it.
  private static func isRecipient(_ line: Int, in paragraph: Paragraph) -> Bool {
    guard let first = paragraph.source.text(line).words.first, first.isMailAddress else { return false }
    if line == paragraph.lines.lowerBound { return true }
    let lines = paragraph.source.lines
    return lines[line].indent == 0 && line + 1 < paragraph.lines.upperBound && lines[line + 1].indent > 0
  }

  private static func bounce(_ entry: Paragraph) -> Bounce? {
    guard let recipient = entry.text.words.first else { return nil }
    let reason = entry.text[recipient.endIndex...].withoutBlanks
    return reason.isEmpty ? nil : bounce(of: recipient.text, reason: reason)
  }

  private static func bounce(of recipient: String, reason: ArraySlice<UInt8>) -> Bounce {
    var reason = reason
    var bounce = Bounce(recipient: recipient)
    if reason.opens(with: "("), let origin = reason.text(after: "generated from "), let end = origin.text(before: ")") {
      bounce.originalRecipient = end.withoutBlanks.address
      reason = origin.text(after: ")")?.withoutBlanks ?? []
    }
    bounce.diagnostic = Array(reason)
    bounce.remoteMTA = server(in: reason)
    guard let error = reason.text(after: remoteError) else { return bounce }
    bounce.command = error.text(after: " after ").flatMap(command)
    if let reply = SMTPReply(in: error) {
      bounce.diagnostic = Array(reply.text)
      bounce.status = SMTPReply.enhancedStatus(in: reply.text)
    }
    return bounce
  }

  /// `host mx.example.org [192.0.2.1]`.
  private static func server(in reason: ArraySlice<UInt8>) -> Bounce.RemoteMTA? {
    guard let place = reason.text(after: "host "), let name = place.words.first, name.isHostName else { return nil }
    let next = place[name.endIndex...].withoutBlanks
    let address = next.first == UInt8(ascii: "[") ? next.text(before: "]")?.dropFirst() : nil
    return Bounce.RemoteMTA(host: name.host, address: address?.text)
  }

  /// The stage in Postfix's words.
  private static func command(_ stage: ArraySlice<UInt8>) -> String? {
    let stage = stage.opens(with: "pipelined ") ? stage.dropFirst(10) : stage
    if stage.opens(with: "end of data") || stage.opens(with: "sending data block") { return "end of DATA command" }
    let verbs = ["RCPT TO", "MAIL FROM", "DATA", "EHLO", "HELO", "AUTH", "STARTTLS"]
    return verbs.first { stage.opens(with: $0) }.map { "\($0) command" }
  }
}
