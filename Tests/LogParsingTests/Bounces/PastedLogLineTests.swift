import LogParsing
import Testing

@Suite struct `Pasted log lines` {
  private static let milter =
    "Jan 31 22:04:20 mail postfix/cleanup[13497]: warning: connect to Milter service inet:[::1]:12345: Connection refused"

  @Test func `come back as they are`() {
    let log = "\(Self.milter)\n\(PasteSamples.logLine)"
    #expect(PastedText.read(log).items == [.logText(Array(log.utf8))])
  }

  @Test(arguments: 20...200)
  func `are one line again whatever the mail client's width`(columns: Int) {
    let paste = PastedText.read(PasteSamples.logLine.wrapped(at: columns))
    #expect(paste.logTexts == [PasteSamples.logLine])
  }

  @Test(arguments: 20...200)
  func `are one line again whatever the terminal's width`(columns: Int) {
    let paste = PastedText.read(PasteSamples.logLine.cut(at: columns))
    #expect(([paste] + paste.alternatives).contains { $0.logTexts == [PasteSamples.logLine] })
  }

  @Test(arguments: ["> ", ">", "> > ", ">> ", "    ", "\t"], [30, 72, 80, 132])
  func `are found under quote marks and indentation`(mark: String, columns: Int) {
    let log = "\(Self.milter)\n\(PasteSamples.logLine)"
    #expect(PastedText.read(log.wrapped(at: columns).quoted(mark)).logTexts == [log])
    let cut = PastedText.read(log.cut(at: columns).quoted(mark))
    #expect(([cut] + cut.alternatives).contains { $0.logTexts == [log] })
  }

  @Test func `lose carriage returns, blanks at their ends and no-break spaces`() {
    let solid = Self.milter.replacing(" ", with: "\u{A0}")
    let paste = PastedText.read("\u{FEFF}\(Self.milter)   \r\n\(solid)\r\n")
    #expect(paste.logTexts == ["\(Self.milter)\n\(Self.milter)"])
  }

  @Test func `flow on where a line of a flowed mail ends with a blank`() {
    let flowed = PasteSamples.logLine.wrapped(at: 70).split(separator: "\n").joined(separator: " \n")
    #expect(PastedText.read(flowed).logTexts == [PasteSamples.logLine])
  }

  @Test func `are decoded where somebody copied the source of a mail`() {
    let encoded =
      "Jan 31 22:04:20 mail postfix/smtp[12]: 4F1A2B3C4D: to=3D<bob@exam=\nple.org>, relay=3Dnone,=\n"
      + " status=3Ddeferred (d=C3=A9lai)"
    let decoded =
      "Jan 31 22:04:20 mail postfix/smtp[12]: 4F1A2B3C4D: to=<bob@example.org>, relay=none, status=deferred (délai)"
    #expect(PastedText.read(encoded).logTexts == [decoded])
  }

  @Test(arguments: [
    "Jan 31 22:04:20 mail postfix/qmgr[12]: 4F1A2B3C4D: removed", "Jan  1 22:04:20 mail postfix/qmgr[12]: x",
    "2026-01-31T22:04:20.123456+01:00 mail postfix/qmgr[12]: 4F1A2B3C4D: removed",
    "Sat 2026-01-31 22:04:20 CET mail postfix/qmgr[12]: 4F1A2B3C4D: removed",
    "<22>Jan 31 22:04:20 mail postfix/qmgr[12]: 4F1A2B3C4D: removed", "postfix/smtp[123]: 4F1A2B3C4D: removed",
    "postfix-out/submission/smtpd[123]: connect from unknown[192.0.2.1]",
    "opendkim[5]: 4F1A2B3C4D: no signing table match",
  ])
  func `begin with any of the usual prefixes`(line: String) {
    #expect(PastedText.read("\(Self.milter)\n\(line)").logTexts == ["\(Self.milter)\n\(line)"])
    #expect(PastedText.read(line).logTexts == [line])
  }

  @Test func `lose the file name that grep put before them`() {
    let paste = PastedText.read("/var/log/mail.log:\(Self.milter)\nmail.log.1:7:\(Self.milter)")
    #expect(paste.logTexts == ["\(Self.milter)\n\(Self.milter)"])
  }

  @Test func `go on where a row begins with a time of its own`() {
    let line = "Jan 31 22:04:20 mail postfix/anvil[7]: statistics: max connection rate 1/60s for (smtp:192.0.2.1) at"
    let paste = PastedText.read("\(line)\nJan 31 22:01:00\n\(Self.milter)")
    #expect(paste.logTexts == ["\(line) Jan 31 22:01:00\n\(Self.milter)"])
  }

  @Test func `keep the closing bracket of an address that a cut left at the start of a quoted row`() {
    let line = "Jan 31 22:04:20 mail postfix/qmgr[12]: 4F1A2B3C4D: from=<alice@example.org"
    let paste = PastedText.read("> \(line)\n> >, size=335")
    #expect(paste.logTexts == ["\(line)>, size=335"])
  }

  @Test(arguments: [
    "Le 31 janvier 2026 à 22:04, Mail Delivery System\n<MAILER-DAEMON@mail.example.org> a écrit :",
    "Le sam. 31 janv. 2026 à 22:04, Bob <bob@example.org> a\nécrit\u{A0}:", "On 31 January 2026, Bob wrote:",
    "Am 31.01.2026 um 22:04 schrieb Bob:",
  ])
  func `stand below a quote header that is skipped`(header: String) {
    let paste = PastedText.read("Bonjour,\n\n\(header)\n\(Self.milter.quoted("> "))")
    #expect(paste.items == [.other(Array("Bonjour,".utf8)), .logText(Array(Self.milter.utf8))])
  }

  @Test func `stand apart from the words around them`() {
    let paste = PastedText.read("I see this since Monday:\n\(Self.milter)\n\nWhat is it?\n")
    #expect(
      paste.items == [
        .other(Array("I see this since Monday:".utf8)), .logText(Array(Self.milter.utf8)),
        .other(Array("What is it?".utf8)),
      ])
  }

  @Test func `with a break that tells nothing are offered in two readings`() {
    let paste = PastedText.read("postfix/smtp[1]: mailserver\nroom")
    #expect(paste.logTexts == ["postfix/smtp[1]: mailserver room"])
    #expect(paste.alternatives.map(\.logTexts) == [["postfix/smtp[1]: mailserverroom"]])
  }
}
