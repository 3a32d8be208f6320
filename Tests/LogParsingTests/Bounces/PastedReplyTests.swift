import LogParsing
import Testing

@Suite struct `A pasted SMTP reply` {
  private static let joined =
    "550-5.7.1 This message does not meet 550-5.7.1 IPv6 sending guidelines. 550 5.7.1 See https://example.org/help"
  private static let lines =
    "550-5.7.1 This message does not meet\n550-5.7.1 IPv6 sending guidelines.\n550 5.7.1 See https://example.org/help"

  @Test(arguments: [
    lines, joined, "> " + joined, lines.quoted("> "), lines.quoted("    "), joined.wrapped(at: 40), joined.cut(at: 33),
  ])
  func `of several lines is joined as Postfix logs it`(paste: String) {
    #expect(PastedText.read(paste).items == [.reply(Array(Self.joined.utf8))])
  }

  @Test(arguments: [
    "421 Too many connections", "450 4.2.0 <bob@example.org>: Greylisted", "250 2.0.0 Ok: queued as 4F1A2B3C4D",
    "550 5.7.1 Denied, see https://example.org/why?ip=192.0.2.222&from=192.0.2.7",
  ])
  func `of one line is known by its code`(reply: String) {
    #expect(PastedText.read(reply).replies == [reply])
  }

  @Test func `ends where its code stands without a hyphen`() {
    let paste = PastedText.read("550-5.1.1 a\n550 5.1.1 b\n554 5.7.1 c")
    #expect(paste.replies == ["550-5.1.1 a 550 5.1.1 b", "554 5.7.1 c"])
  }

  @Test func `below the words that announce it is found`() {
    let paste = PastedText.read("Since today I get:\n550 5.7.1 Denied")
    #expect(paste.items == [.other(Array("Since today I get:".utf8)), .reply(Array("550 5.7.1 Denied".utf8))])
  }

  @Test(arguments: ["250 users complain", "12345 6", "5.7.1 Denied", "550: Denied"])
  func `is not seen in other numbers`(text: String) {
    #expect(PastedText.read(text).others == [text])
  }
}
