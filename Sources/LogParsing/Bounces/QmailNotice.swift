/// The part of a qmail notice that names a recipient: `<bob@example.org>:` and qmail-remote(8)'s sentences below.
enum QmailNotice {
  static func bounces(in paragraph: Paragraph, _ notice: Notice) -> [Bounce] {
    guard notice.writer == .qmail || paragraph.text.mentions(remoteSaid),
      let entry = PostfixNotice.recipient(of: paragraph.text)
    else { return [] }
    var bounce = Bounce(recipient: entry.recipient.text, diagnostic: Array(entry.reason))
    bounce.status = status(in: entry.reason)
    guard let place = entry.reason.firstPlace(of: remoteSaid), let answer = entry.reason.text(after: remoteSaid) else {
      return [bounce]
    }
    let reply = (answer.text(before: "Giving up on ") ?? answer).withoutBlanks
    bounce.diagnostic = Array(reply)
    bounce.status = SMTPReply.enhancedStatus(in: reply) ?? bounce.status
    let sentence = entry.reason[..<place]
    bounce.command = stages.first { sentence.mentions($0.sentence) }?.command
    if let address = sentence.words.first(where: { $0.isIPAddress })?.text {
      bounce.remoteMTA = Bounce.RemoteMTA(host: address, address: address)
    }
    return [bounce]
  }

  private static let remoteSaid = "Remote host said: "
  private static let stages: [(sentence: String, command: String)] = [
    ("does not like recipient", "RCPT TO command"), ("sender was rejected", "MAIL FROM command"),
    ("failed after I sent the message", "end of DATA command"), ("failed on DATA command", "DATA command"),
  ]

  /// `(#5.1.1)`, qmail's own enhanced status code.
  private static func status(in reason: ArraySlice<UInt8>) -> String? {
    reason.text(after: "(#").flatMap(SMTPReply.enhancedStatus)
  }
}
