import Testing

@testable import LogParsing

/// A book of stories that reads whole lines and keeps every story that ends.
private struct Reading {
  var book: StoryBook
  private var parser = RecordParser(clock: LogClock(newest: 1_795_456_800))
  var ended: [Story] = []

  init(mostOpen: Int = 100_000) { book = StoryBook(mostOpen: mostOpen) }

  init(_ log: String) {
    self.init()
    for line in log.split(separator: "\n") { read(String(line)) }
    book.closeAll()
    ended += book.takeFinished()
  }

  /// Reads the line, and asks about its message so that the story is kept when it ends.
  mutating func read(_ line: String) {
    let bytes = Array(line.utf8)
    let record = parser.parse(bytes.span)
    _ = book.refer(bytes.span, record)
    book.note(bytes.span, record)
    _ = book.refer(bytes.span, record)
    ended += book.takeFinished()
  }

  subscript(id: String) -> Story? { ended.first { $0.queueID == id } }
}

@Suite struct `The story of a message` {
  @Test func `tells client, sender, recipients, id and end`() throws {
    let reading = Reading(
      """
      2026-11-23T17:40:53Z mail postfix/smtpd[1]: 4F3A2B1C0D: client=h.example.org[192.0.2.7], sasl_method=PLAIN, sasl_username=joe
      2026-11-23T17:40:53Z mail postfix/cleanup[2]: 4F3A2B1C0D: message-id=<1@example.org>
      2026-11-23T17:40:53Z mail opendkim[3]: 4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.org)
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=2 (queue active)
      2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=4.7.1, status=deferred (host mx[192.0.2.1] said: 450 later)
      2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<b@example.net>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)
      2026-11-23T17:50:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)
      2026-11-23T17:50:56Z mail postfix/qmgr[4]: 4F3A2B1C0D: removed
      """)
    let story = try #require(reading["4F3A2B1C0D"])
    #expect(story.client == "h.example.org[192.0.2.7]")
    #expect(story.messageID == "<1@example.org>")
    #expect(story.isSigned)
    #expect(story.from == "joe@example.org")
    #expect(story.recipients.map(\.to) == ["a@example.net", "b@example.net"])
    #expect(story.recipients.map(\.status) == ["sent", "sent"])
    #expect(story.recipientCount == 2)
    #expect(story.ending == .removed)
    #expect(story.first?.rfc3339 == "2026-11-23T17:40:53Z")
    #expect(story.last?.rfc3339 == "2026-11-23T17:50:56Z")
  }

  @Test func `of a quoted address keeps its angle brackets`() throws {
    let reading = Reading(
      """
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<"a> to=<b"@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<"x, status=sent"@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)
      """)
    let story = try #require(reading["4F3A2B1C0D"])
    #expect(story.from == "\"a> to=<b\"@example.org")
    #expect(story.recipients == [Story.Recipient(to: "\"x, status=sent\"@example.net", status: "deferred")])
  }

  @Test func `of mail to many names the first recipients and counts all`() throws {
    let lines = (0..<30).map {
      "2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<u\($0)@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)"
    }
    let story = try #require(Reading(lines.joined(separator: "\n"))["4F3A2B1C0D"])
    #expect(story.recipients.map(\.to) == (0..<5).map { "u\($0)@example.net" })
    #expect(story.recipientCount == 30)
  }

  @Test func `begins anew when Postfix uses the queue id again`() {
    let reading = Reading(
      """
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<first@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:55Z mail postfix/qmgr[4]: 4F3A2B1C0D: removed
      2026-11-23T17:40:56Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<second@example.org>, size=715, nrcpt=1 (queue active)
      """)
    #expect(reading.ended.map(\.from) == ["first@example.org", "second@example.org"])
    #expect(reading.ended.map(\.ending) == [.removed, nil])
  }

  @Test func `of one host is not that of another with the same queue id`() {
    let reading = Reading(
      """
      2026-11-23T17:40:54Z mx1 postfix/qmgr[4]: 4F3A2B1C0D: from=<one@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:54Z mx2 postfix/qmgr[4]: 4F3A2B1C0D: from=<two@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:55Z mx1 postfix/qmgr[4]: 4F3A2B1C0D: removed
      2026-11-23T17:40:55Z mx2 postfix/qmgr[4]: 4F3A2B1C0D: removed
      """)
    #expect(reading.ended.map(\.from) == ["one@example.org", "two@example.org"])
  }

  @Test func `goes on behind a content filter under another id`() throws {
    let reading = Reading(
      """
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:55Z mail postfix/smtpd[6]: 5E4D3C2B1A: client=localhost[127.0.0.1], orig_queue_id=4F3A2B1C0D, orig_client=h.example.org[192.0.2.7]
      2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 5E4D3C2B1A)
      2026-11-23T17:40:56Z mail postfix/qmgr[4]: 4F3A2B1C0D: removed
      2026-11-23T17:40:57Z mail postfix/qmgr[4]: 5E4D3C2B1A: removed
      """)
    #expect(try #require(reading["4F3A2B1C0D"]).children == ["5E4D3C2B1A"])
    #expect(try #require(reading["5E4D3C2B1A"]).parent == "4F3A2B1C0D")
  }

  private static let message =
    "2026-11-23T17:40:55Z mail postfix/cleanup[2]: D217AF8093E: message-id=<20261123174055.D217AF8093E@mail.example.net>"
  private static let notice =
    "2026-11-23T17:40:55Z mail postfix/bounce[8]: 4F3A2B1C0D: sender non-delivery notification: D217AF8093E"
  private static let original =
    "2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=1 (queue active)"

  @Test func `of a bounce notification names the message that came back`() throws {
    let reading = Reading([Self.original, Self.message, Self.notice].joined(separator: "\n"))
    #expect(try #require(reading["4F3A2B1C0D"]).children == ["D217AF8093E"])
    #expect(try #require(reading["D217AF8093E"]).parent == "4F3A2B1C0D")
  }

  @Test func `of a bounce notification names the message that came back, though its own lines come later`() throws {
    let reading = Reading([Self.original, Self.notice, Self.message].joined(separator: "\n"))
    #expect(try #require(reading["4F3A2B1C0D"]).children == ["D217AF8093E"])
    #expect(try #require(reading["D217AF8093E"]).parent == "4F3A2B1C0D")
  }

  @Test func `of a forwarded copy names the message it was made of`() throws {
    let reading = Reading(
      """
      \(Self.original)
      2026-11-23T17:40:55Z mail postfix/cleanup[2]: 5E4D3C2B1A: message-id=<1@example.org>
      2026-11-23T17:40:55Z mail postfix/local[5]: 4F3A2B1C0D: to=<bob@example.net>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (forwarded as 5E4D3C2B1A)
      """)
    #expect(try #require(reading["4F3A2B1C0D"]).children == ["5E4D3C2B1A"])
    #expect(try #require(reading["5E4D3C2B1A"]).parent == "4F3A2B1C0D")
  }

  @Test(arguments: [
    "postfix/cleanup[2]: 4F3A2B1C0D: milter-reject: END-OF-MESSAGE from h.example.org[192.0.2.7]: 5.7.1 Spam; from=<joe@example.org> to=<a@example.net> proto=ESMTP helo=<h>",
    "postfix/cleanup[2]: 4F3A2B1C0D: reject: header Subject: win from h.example.org[192.0.2.7]; from=<joe@example.org> to=<a@example.net> proto=ESMTP helo=<h>: 5.7.1 no",
    "postfix/smtpd[2]: 4F3A2B1C0D: reject: END-OF-MESSAGE from h.example.org[192.0.2.7]: 550 5.7.1 no; from=<joe@example.org> to=<a@example.net> proto=ESMTP helo=<h>",
    "postfix/smtpd[2]: 4F3A2B1C0D: milter-reject: END-OF-MESSAGE from h.example.org[192.0.2.7]: 550 5.7.1 no; from=<joe@example.org> to=<a@example.net> proto=ESMTP helo=<h>",
  ])
  func `ends when the whole message is refused`(line: String) throws {
    var reading = Reading()
    reading.read("2026-11-23T17:40:53Z mail postfix/smtpd[1]: 4F3A2B1C0D: client=h.example.org[192.0.2.7]")
    reading.read("2026-11-23T17:40:54Z mail " + line)
    reading.read("2026-11-23T17:40:55Z mail postfix/smtpd[9]: connect from h.example.org[192.0.2.7]")
    let story = try #require(reading["4F3A2B1C0D"])
    #expect(story.ending == .rejected)
    #expect(story.from == "joe@example.org")
    #expect(story.recipients == [Story.Recipient(to: "a@example.net", status: "rejected")])
    #expect(reading.book.openCount == 0)
  }

  @Test func `goes on when one of its recipients is refused`() {
    var reading = Reading()
    reading.read("2026-11-23T17:40:53Z mail postfix/smtpd[1]: 4F3A2B1C0D: client=h.example.org[192.0.2.7]")
    reading.read(
      "2026-11-23T17:40:54Z mail postfix/smtpd[1]: 4F3A2B1C0D: reject: RCPT from h.example.org[192.0.2.7]: 550 5.1.1 <x@example.net>: User unknown; from=<joe@example.org> to=<x@example.net> proto=ESMTP helo=<h>"
    )
    #expect(reading.book.openCount == 1)
    #expect(reading.ended.isEmpty)
  }

  @Test func `tells that the message was too old`() throws {
    let reading = Reading(
      """
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, status=expired, returned to sender
      2026-11-23T17:40:55Z mail postfix/qmgr[4]: 4F3A2B1C0D: removed
      """)
    #expect(try #require(reading["4F3A2B1C0D"]).ending == .expired)
  }

  @Test func `ends when nothing was heard for longer than mail waits`() throws {
    var reading = Reading()
    reading.read(
      "2026-11-10T00:00:00Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=1 (queue active)")
    reading.read(
      "2026-11-15T23:59:59Z mail postfix/qmgr[4]: AAAAAAAAAA: from=<x@example.org>, size=715, nrcpt=1 (queue active)")
    #expect(reading.book.openCount == 2)
    reading.read(
      "2026-11-16T00:00:01Z mail postfix/qmgr[4]: BBBBBBBBBB: from=<y@example.org>, size=715, nrcpt=1 (queue active)")
    #expect(try #require(reading["4F3A2B1C0D"]).ending == .silent)
    #expect(reading.book.openCount == 2)
  }

  @Test func `is kept only when somebody asked about it`() {
    var book = StoryBook()
    var parser = RecordParser(clock: LogClock(newest: 1_795_456_800))
    for text in ["4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=1 (queue active)", "4F3A2B1C0D: removed"] {
      let line = Array("2026-11-23T17:40:54Z mail postfix/qmgr[4]: \(text)".utf8)
      book.note(line.span, parser.parse(line.span))
    }
    #expect(book.openCount == 0)
    #expect(book.takeFinished().isEmpty)
  }
}

@Suite struct `A log of 200,000 messages that never end` {
  @Test func `keeps 100,000 stories and counts those forgotten`() {
    var book = StoryBook()
    var parser = RecordParser(clock: LogClock(newest: 1_795_456_800))
    for number in 0..<200_000 {
      let id = String(0x1_0000_0000 + number, radix: 16).uppercased()
      let line = Array("2026-11-23T17:40:54Z mail postfix/pickup[4]: \(id): uid=0 from=<root>".utf8)
      book.note(line.span, parser.parse(line.span))
    }
    #expect(book.openCount <= 100_000)
    #expect(book.openCount + book.evicted == 200_000)
  }

  @Test func `forgets the quiet ones before those that still speak`() {
    var reading = Reading(mostOpen: 100)
    for number in 0..<1_000 {
      reading.read(
        "2026-11-23T17:40:54Z mail postfix/qmgr[4]: \(100_000 + number): from=<x@example.org>, size=1, nrcpt=1 (queue active)"
      )
      reading.read(
        "2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=1, nrcpt=1 (queue active)")
    }
    #expect(reading.book.openCount <= 100)
    #expect(reading["4F3A2B1C0D"] == nil)
    #expect(reading.ended.allSatisfy { $0.ending == .evicted })
    #expect(reading.book.evicted == reading.ended.count)
  }
}
