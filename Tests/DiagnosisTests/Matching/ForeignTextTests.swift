import LogParsing
import Testing

@testable import Diagnosis

/// Whoever sends mail chooses addresses, HELO names, message ids, headers and answers; none of that may pass for words of
/// this server's own programs.
@Suite struct `Words of strangers` {
  /// Lines in which a stranger's words stand, with a place for them.
  private static let lines: [(String, @Sendable (String) -> String)] = [
    (
      "sender, recipient and HELO of a refusal",
      {
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 550 5.1.1 <\($0)@example.net>: Recipient address rejected: "
          + "User unknown in local recipient table; from=<\($0)@example.org> to=<\($0)@example.net> proto=ESMTP helo=<\($0)>"
      }
    ),
    (
      "the sender of a queued message",
      { "postfix/qmgr[1]: 4F3A2B1C0D: from=<\"\($0)\"@example.org>, size=715, nrcpt=1 (queue active)" }
    ),
    ("a message id", { "postfix/cleanup[1]: 4F3A2B1C0D: message-id=<\($0)@example.org>" }),
    (
      "a recipient",
      {
        "postfix/smtp[1]: 4F3A2B1C0D: to=<\"\($0)\"@example.net>, orig_to=<\"\($0)\"@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1, "
          + "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
      }
    ),
    (
      "a logged header",
      {
        "postfix/cleanup[1]: 4F3A2B1C0D: info: header Subject: \($0) from h.example.org[192.0.2.7]; from=<a@example.org> to=<b@example.net> "
          + "proto=ESMTP helo=<h.example.org>: noted"
      }
    ),
    ("an SMTP command", { "postfix/smtpd[1]: warning: non-SMTP command from h.example.org[192.0.2.7]: \($0)" }),
  ]

  private static func rules(_ line: String, _ matcher: inout RuleMatcher) -> Set<String> {
    var parser = RecordParser(clock: clock)
    let bytes = Array("2026-11-23T17:40:53+00:00 mail \(line)".utf8)
    let event = LogEvent(line: bytes, record: parser.parse(bytes.span))
    return Set(matcher.findingsTryingAll(event).map { matcher.rules.rules[$0.rule].id })
  }

  /// What the samples of all rules say, without the marks that end an address.
  private static var texts: [String] {
    var parser = RecordParser(clock: clock)
    return Shipped.rules.rules.flatMap(\.tests).filter(\.matches).flatMap { $0.log.split(separator: "\n") }.map {
      line in
      let bytes = Array(line.utf8)
      return bytes[parser.parse(bytes.span).message].text.filter { !"<>\"\\".contains($0) }
    }
  }

  @Test(arguments: lines.indices)
  func `match no rule that their line does not match without them`(line: Int) {
    let (place, make) = Self.lines[line]
    var matcher = RuleMatcher(rules: Shipped.rules)
    let harmless = Self.rules(make("x"), &matcher)
    for text in Set(Self.texts).sorted() {
      let found = Self.rules(make(text), &matcher).subtracting(harmless)
      if !found.isEmpty { Issue.record("\(place): '\(text)' matches \(found.sorted())") }
    }
  }

  @Test func `in a remote answer match no rule about this server's own words`() {
    var matcher = RuleMatcher(rules: Shipped.rules)
    let ofMessages = Set(Shipped.rules.rules.filter { $0.clauses.allSatisfy { $0.reply == nil } }.map(\.id))
    for status in ["deferred", "bounced"] {
      func line(_ words: String) -> String {
        "postfix/smtp[1]: 4F3A2B1C0D: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, "
          + "status=\(status) (host mx.example.com[192.0.2.1] said: 550 5.0.0 \(words) (in reply to RCPT TO command))"
      }
      let harmless = Self.rules(line("x"), &matcher)
      for text in Set(Self.texts).sorted() {
        let found = Self.rules(line(text), &matcher).subtracting(harmless).intersection(ofMessages)
        if !found.isEmpty { Issue.record("'\(text)' matches \(found.sorted())") }
      }
    }
  }
}
