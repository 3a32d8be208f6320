import LogParsing
import Testing

@Suite struct `A delivery status notification` {
  @Test func `gives each recipient once, with the report's status and the text's server`() throws {
    let paste = PastedText.read(PasteSamples.dsn())
    try #require(paste.bounces.map(\.recipient) == ["bob@gmail.com", "carol@example.com"])
    #expect(paste.items.count == 2)
    let bob = paste.bounces[0]
    #expect(bob.status == "5.7.1" && bob.action == .failed)
    #expect(bob.remoteMTA == .init(host: "gmail-smtp-in.l.google.com", address: "2a00:1450:4001:c02::1a"))
    #expect(bob.reportingMTA == "mail.example.org")
    #expect(bob.arrivalDate == "Sat, 31 Jan 2026 22:04:13 +0000 (UTC)")
    #expect(bob.from == "alice@example.org")
    #expect(bob.originalRecipient == nil)
    #expect(bob.diagnostic.text == PasteSamples.gmailReply)
    #expect(bob.postfixReason.text == PasteSamples.gmailReason)
    #expect(paste.bounces[1].originalRecipient == "sales@example.org")
    #expect(paste.bounces[1].status == "4.4.1")
  }

  @Test func `is read without its text`() {
    let bob = PastedText.read(PasteSamples.dsn(text: "")).bounces.first
    #expect(bob?.diagnostic.text == PasteSamples.gmailReply)
    #expect(bob?.postfixReason.text == "host gmail-smtp-in.l.google.com said: \(PasteSamples.gmailReply)")
  }

  @Test func `is read without its report`() {
    let bounces = PastedText.read(PasteSamples.dsn(report: "")).bounces
    #expect(bounces.map(\.postfixReason.text).first == PasteSamples.gmailReason)
  }

  @Test func `takes the reply from where it is whole`() {
    let cut = PasteSamples.postfixReport.replacing(" 550 5.7.1 . z9si779477eeo.136 - gsmtp", with: "")
    #expect(PastedText.read(PasteSamples.dsn(report: cut)).bounces.first?.diagnostic.text == PasteSamples.gmailReply)
    let cutText = PasteSamples.postfixText.replacing(
      "550\n    5.7.1 . z9si779477eeo.136 - gsmtp (in reply to end of DATA command)", with: "")
    let bob = PastedText.read(PasteSamples.dsn(text: cutText)).bounces.first
    #expect(bob?.diagnostic.text == PasteSamples.gmailReply)
    #expect(bob?.postfixReason.text.hasSuffix("said: \(PasteSamples.gmailReply)") == true)
  }

  @Test func `is read from base64`() {
    let dsn = PasteSamples.dsn(
      text: base64(PasteSamples.postfixText), report: base64(PasteSamples.postfixReport), encoding: "base64")
    #expect(PastedText.read(dsn).items == PastedText.read(PasteSamples.dsn()).items)
  }

  @Test func `is read from quoted-printable`() {
    let dsn = PasteSamples.dsn(
      text: quotedPrintable(PasteSamples.postfixText), report: quotedPrintable(PasteSamples.postfixReport),
      encoding: "quoted-printable")
    #expect(PastedText.read(dsn).items == PastedText.read(PasteSamples.dsn()).items)
  }

  @Test func `in a western European charset becomes UTF-8`() {
    let text =
      "<bob@example.org>: host mx.example.org[192.0.2.7] said: 550 5.1.1 Bo=EEte inconnue =80 (in reply to RCPT TO"
      + " command)\n"
    let dsn = PasteSamples.dsn(text: text, report: "", encoding: "quoted-printable", charset: "iso-8859-1")
    #expect(PastedText.read(dsn).bounces.first?.diagnostic.text == "550 5.1.1 Boîte inconnue €")
  }

  @Test(arguments: ["> ", ">", "    ", "> > "])
  func `is read when the whole mail is quoted or indented`(mark: String) {
    #expect(PastedText.read(PasteSamples.dsn().quoted(mark)).bounces == PastedText.read(PasteSamples.dsn()).bounces)
  }

  @Test func `is read with carriage returns, from an mbox file, and below somebody's words`() {
    let bounces = PastedText.read(PasteSamples.dsn()).bounces
    #expect(PastedText.read(PasteSamples.dsn().replacing("\n", with: "\r\n")).bounces == bounces)
    #expect(PastedText.read("From MAILER-DAEMON  Sat Jan 31 22:04:20 2026\n" + PasteSamples.dsn()).bounces == bounces)
    let paste = PastedText.read("Hello,\n\nwhat is this?\n\n" + PasteSamples.dsn())
    #expect(paste.bounces == bounces)
    #expect(paste.others == ["Hello,", "what is this?"])
  }

  @Test func `is read without the header of the mail`() throws {
    let body = try #require(PasteSamples.dsn().split(separator: "\n\n", maxSplits: 1).last)
    let whole = PastedText.read(PasteSamples.dsn()).bounces
    #expect(PastedText.read(String(body)).bounces.map(\.postfixReason) == whole.map(\.postfixReason))
  }

  @Test(arguments: [60, 80, 100])
  func `is read when a terminal cut its lines`(columns: Int) {
    let paste = PastedText.read(PasteSamples.dsn().cut(at: columns))
    #expect(paste.bounces.map(\.recipient) == ["bob@gmail.com", "carol@example.com"])
    #expect(paste.bounces.first?.diagnostic.text == PasteSamples.gmailReply)
  }

  @Test func `forwarded as an attachment is found in the mail around it`() {
    let mail = """
      From: alice@example.org
      To: postmaster@example.org
      Subject: Fwd: what is this?
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=outer

      --outer
      Content-Type: text/plain

      Please have a look.

      --outer
      Content-Type: message/rfc822

      \(PasteSamples.dsn())
      --outer--
      """
    let paste = PastedText.read(mail)
    #expect(paste.bounces == PastedText.read(PasteSamples.dsn()).bounces)
    #expect(paste.others == ["Please have a look."])
  }

  @Test func `pasted as the report alone is read`() {
    let bounces = PastedText.read(PasteSamples.postfixReport).bounces
    #expect(bounces.map(\.recipient) == ["bob@gmail.com", "carol@example.com"])
    #expect(bounces.first?.diagnostic.text == PasteSamples.gmailReply)
    #expect(bounces.first?.reportingMTA == "mail.example.org")
  }

  @Test func `from Gmail tells the server's address in parentheses`() {
    let report = """
      Reporting-MTA: dns; googlemail.com
      Arrival-Date: Sat, 31 Jan 2026 21:42:08 -0700 (PDT)

      Final-Recipient: rfc822; bob@example.com
      Action: failed
      Status: 5.1.1
      Remote-MTA: dns; mx.example.com. (192.0.2.153, the server for the domain example.com.)
      Diagnostic-Code: smtp; 550 5.1.1 <bob@example.com>: User unknown
      Last-Attempt-Date: Sat, 31 Jan 2026 21:42:10 -0700 (PDT)
      """
    let text =
      "** Address not found **\n\nYour message wasn't delivered to bob@example.com because it couldn't be found.\n\n"
      + "The response from the remote server was:\n\n550 5.1.1 <bob@example.com>: User unknown\n"
    let paste = PastedText.read(PasteSamples.dsn(text: text, report: report))
    #expect(paste.items.count == 1)
    #expect(paste.bounces.first?.remoteMTA == .init(host: "mx.example.com", address: "192.0.2.153"))
    #expect(
      paste.bounces.first?.postfixReason.text
        == "host mx.example.com[192.0.2.153] said: 550 5.1.1 <bob@example.com>: User unknown")
  }

  private func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var encoded = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 { encoded.append(place > group.count ? "=" : alphabet[bits >> (18 - 6 * place) & 63]) }
      if (start / 3) % 19 == 18 { encoded += "\n" }
    }
    return encoded
  }

  private func quotedPrintable(_ text: String) -> String {
    text.replacing("=", with: "=3D").split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line).cut(at: 60).replacing("\n", with: "=\n")
    }.joined(separator: "\n")
  }
}
