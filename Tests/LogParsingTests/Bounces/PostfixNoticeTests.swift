import LogParsing
import Testing

@Suite struct `A Postfix notice` {
  @Test func `names each recipient, the servers and the reply`() throws {
    let bounces = PastedText.read(PasteSamples.postfixText).bounces
    try #require(bounces.map(\.recipient) == ["bob@gmail.com", "carol@example.com"])
    #expect(bounces[0].remoteMTA == .init(host: "gmail-smtp-in.l.google.com", address: "2a00:1450:4001:c02::1a"))
    #expect(bounces[0].reportingMTA == "mail.example.org")
    #expect(bounces[0].action == .failed)
    #expect(bounces[0].status == "5.7.1")
    #expect(bounces[0].diagnostic.text == PasteSamples.gmailReply)
    #expect(bounces[0].command == "end of DATA command")
    #expect(bounces[0].postfixReason.text == PasteSamples.gmailReason)
    #expect(bounces[1].originalRecipient == "sales@example.org")
    #expect(bounces[1].remoteMTA == .init(host: "mx.example.com", address: "192.0.2.7"))
    #expect(bounces[1].postfixReason.text == "connect to mx.example.com[192.0.2.7]:25: Connection timed out")
  }

  @Test func `leaves nothing but the recipients`() {
    #expect(PastedText.read(PasteSamples.postfixText).items.count == 2)
  }

  private static let unwrapped = "\(PasteSamples.postfixIntroduction)\n<bob@gmail.com>: \(PasteSamples.gmailReason)\n"

  @Test(arguments: ["", "> ", "> > "], 20...200)
  func `is read whatever the mail client's width`(mark: String, columns: Int) {
    for text in [Self.unwrapped, PasteSamples.postfixText] {
      let paste = PastedText.read(text.wrapped(at: columns).quoted(mark))
      #expect(paste.bounces.first?.postfixReason.text == PasteSamples.gmailReason)
      #expect(paste.bounces.first?.recipient == "bob@gmail.com")
      #expect(paste.bounces.first?.reportingMTA == "mail.example.org")
    }
  }

  @Test(arguments: ["", "> ", "> > "], 20...200)
  func `is read whatever the terminal's width`(mark: String, columns: Int) {
    for text in [Self.unwrapped, PasteSamples.postfixText] {
      let paste = PastedText.read(text.cut(at: columns).quoted(mark))
      #expect(paste.bounces.first?.postfixReason.text == PasteSamples.gmailReason)
      #expect(paste.bounces.first?.recipient == "bob@gmail.com")
      #expect(paste.bounces.first?.reportingMTA == "mail.example.org")
    }
  }

  @Test(arguments: [
    "From: MAILER-DAEMON@mail.example.org\nTo: alice@example.org\nSubject: Undelivered Mail Returned to Sender\n\n",
    "De : Mail Delivery System <MAILER-DAEMON@mail.example.org>\nEnvoyé : samedi 31 janvier 2026 22:04\nÀ : alice@example.org\n"
      + "Objet : Undelivered Mail Returned to Sender\n\n",
    "Bonjour, voici le message :\n\n-------- Message transféré --------\nSujet : Undelivered Mail\nDate : 31/01/2026\n\n",
  ])
  func `is found below the header lines of the mail`(header: String) {
    let paste = PastedText.read(header + PasteSamples.postfixText)
    #expect(paste.bounces.map(\.recipient) == ["bob@gmail.com", "carol@example.com"])
    #expect(paste.others.count <= 1)
  }

  @Test func `of a delay says so`() {
    let paste = PastedText.read(
      """
      This is the mail system at host mail.example.org.

      ####################################################################
      # THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
      ####################################################################

      Your message could not be delivered for more than 4 hour(s).
      It will be retried until it is 5 day(s) old.

                         The mail system

      <bob@example.com>: host mx.example.com[192.0.2.7] refused to talk to me: 421
          4.7.0 Try again later
      """)
    #expect(paste.items.count == 1)
    #expect(paste.bounces.first?.action == .delayed)
    #expect(paste.bounces.first?.status == "4.7.0")
    #expect(
      paste.bounces.first?.postfixReason.text
        == "host mx.example.com[192.0.2.7] refused to talk to me: 421 4.7.0 Try again later")
  }

  @Test func `keeps the address that a reply holds at the start of a line`() {
    let paste = PastedText.read(
      """
      <bob@example.com>: host mx.example.com[192.0.2.7] said: 550 5.1.1
          <bob@example.com>: Recipient address rejected: User unknown (in reply to RCPT
          TO command)
      """)
    #expect(paste.bounces.map(\.status) == ["5.1.1"])
    #expect(paste.bounces.first?.command == "RCPT TO command")
  }

  @Test func `without its recipient is still a bounce`() {
    let bounces = PastedText.read(PasteSamples.gmailReason).bounces
    #expect(bounces.map(\.recipient) == [""])
    #expect(bounces.map(\.postfixReason.text) == [PasteSamples.gmailReason])
  }

  @Test func `pasted twice counts once`() {
    #expect(PastedText.read(PasteSamples.postfixText + "\n" + PasteSamples.postfixText).bounces.count == 2)
  }
}
