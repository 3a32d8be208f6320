import Foundation
import Testing

/// The bounce of Gmail over IPv6, in the shapes in which people paste it.
@Suite struct `The Gmail bounce about IPv6 and PTR` {
  static let sentence =
    "<someone@gmail.com>: host gmail-smtp-in.l.google.com[2a00:1450:4001:c02::1a] said: 550-5.7.1 "
    + "[2001:4b98:dc2:41:216:3eff:fe23:9014      16] Our system has detected 550-5.7.1 that this message does not meet IPv6 "
    + "sending guidelines regarding PTR 550-5.7.1 records and authentication. Please review 550-5.7.1 "
    + "https://support.google.com/mail/?p=ipv6_authentication_error for more 550 5.7.1 information. "
    + "z9si779477eeo.136 - gsmtp (in reply to end of DATA command)"

  static let preamble = """
    This is the mail system at host mail.example.org.

    I'm sorry to have to inform you that your message could not
    be delivered to one or more recipients. It's attached below.

    For further assistance, please send mail to postmaster.

    If you do so, please include this problem report. You can
    delete your own text from the attached returned message.

                       The mail system


    """

  static let headers = """
    Received: by mail.example.org (Postfix)
    \tid 3F0C12A0B1; Sat, 31 Jan 2026 22:04:20 +0000 (UTC)
    Date: Sat, 31 Jan 2026 22:04:20 +0000 (UTC)
    From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
    Subject: Undelivered Mail Returned to Sender
    To: alice@example.org
    MIME-Version: 1.0

    """

  /// The sentence in lines of at most `columns`, broken at spaces as Postfix does it.
  static func wrapped(_ text: String, _ columns: Int, indent: String = "    ") -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = indent + word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\n") + "\n"
  }

  private func expectExplained(_ run: Maillogd.Outcome, _ location: SourceLocation = #_sourceLocation) throws {
    #expect(run.status == 0, sourceLocation: location)
    let incident = try #require(try run.report().incident("gmail.ipv6-ptr"), sourceLocation: location)
    #expect(incident.captures["ip"] == "2001:4b98:dc2:41:216:3eff:fe23:9014", sourceLocation: location)
    let ptr = try #require(incident.causes.first { $0.id == "no-ptr" }, sourceLocation: location)
    #expect(incident.causes.first?.id == "no-ptr", sourceLocation: location)
    let name = "4.1.0.9.3.2.e.f.f.f.e.3.6.1.2.0.1.4.0.0.2.c.d.0.8.9.b.4.1.0.0.2.ip6.arpa."
    #expect(
      ptr.fix.flatMap(\.dns).contains(.init(name: name, type: "PTR", value: "mail.example.org.")),
      sourceLocation: location)
    let signing = try #require(incident.causes.first { $0.id == "no-spf-no-dkim" }, sourceLocation: location)
    #expect(
      signing.fix.flatMap(\.dns).contains {
        $0.type == "TXT" && $0.value.hasPrefix("v=spf1")
          && $0.value.contains("ip6:2001:4b98:dc2:41:216:3eff:fe23:9014")
      }, sourceLocation: location)
    #expect(signing.fix.contains { $0.text.contains("DKIM") }, sourceLocation: location)
  }

  private func explain(_ text: String) throws -> Maillogd.Outcome {
    try Maillogd.run(["explain", "--lang", "en", "--format", "json"], input: Data(text.utf8))
  }

  @Test(arguments: [50, 60, 72, 76, 79, 100, 200, 10_000])
  func `is explained wherever its lines are wrapped`(columns: Int) throws {
    try expectExplained(try explain(Self.preamble + Self.wrapped(Self.sentence, columns)))
  }

  @Test(arguments: ["> ", ">", "> > "]) func `is explained when it was quoted`(mark: String) throws {
    let text = Self.preamble + Self.wrapped(Self.sentence, 72)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { mark + $0 + "\n" }
    try expectExplained(try explain(lines.joined()))
  }

  @Test func `is explained with the line ends of Windows`() throws {
    let text = Self.preamble + Self.wrapped(Self.sentence, 76)
    try expectExplained(try explain(text.replacing("\n", with: "\r\n")))
  }

  @Test(arguments: [50, 76]) func `is explained without what Postfix says before it`(columns: Int) throws {
    let run = try explain(Self.wrapped(Self.sentence, columns))
    #expect(try run.report().incident("gmail.ipv6-ptr")?.captures["ip"] == "2001:4b98:dc2:41:216:3eff:fe23:9014")
  }

  @Test func `is explained as a file with a base64 part`() throws {
    let body = Data((Self.preamble + Self.wrapped(Self.sentence, 76)).utf8)
      .base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
    try expectExplained(
      try explain(
        Self.headers + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + body + "\n"))
  }

  @Test func `is explained as a file with a quoted-printable part`() throws {
    let body = (Self.preamble + Self.wrapped(Self.sentence, 70)).replacing("=", with: "=3D").replacing(
      " and authentication", with: " and=20=\nauthentication")
    try expectExplained(
      try explain(
        Self.headers + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + body
      ))
  }

  @Test(arguments: ["7bit", "base64"]) func `is explained as a delivery status notification`(encoding: String) throws {
    let notice = Self.preamble + Self.wrapped(Self.sentence, 76)
    let first =
      encoding == "base64"
      ? Data(notice.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]) + "\n" : notice
    let diagnostic = Self.sentence.split(separator: "said: ")[1].split(separator: " (in reply")[0]
    let message = """
      \(Self.headers)Content-Type: multipart/report; report-type=delivery-status;
      \tboundary="3F0C12A0B1.1769897060/mail.example.org"

      --3F0C12A0B1.1769897060/mail.example.org
      Content-Description: Notification
      Content-Type: text/plain; charset=us-ascii
      Content-Transfer-Encoding: \(encoding)

      \(first)
      --3F0C12A0B1.1769897060/mail.example.org
      Content-Description: Delivery report
      Content-Type: message/delivery-status

      Reporting-MTA: dns; mail.example.org
      X-Postfix-Queue-ID: 3F0C12A0B1
      X-Postfix-Sender: rfc822; alice@example.org
      Arrival-Date: Sat, 31 Jan 2026 22:04:19 +0000 (UTC)

      Final-Recipient: rfc822; someone@gmail.com
      Original-Recipient: rfc822;someone@gmail.com
      Action: failed
      Status: 5.7.1
      Remote-MTA: dns; gmail-smtp-in.l.google.com
      Diagnostic-Code: smtp; \(Self.wrapped(String(diagnostic), 60))
      --3F0C12A0B1.1769897060/mail.example.org
      Content-Description: Undelivered Message
      Content-Type: message/rfc822

      From: alice@example.org
      To: someone@gmail.com
      Subject: hello

      Hello.

      --3F0C12A0B1.1769897060/mail.example.org--

      """
    try expectExplained(try explain(message))
  }

  @Test func `is explained from the log line of the delivery`() throws {
    let reply = Self.sentence.split(separator: "<someone@gmail.com>: ")[0]
    let line =
      "Jan 31 22:04:20 smtp postfix/smtp[13497]: 3F0C12A0B1: to=<someone@gmail.com>, "
      + "relay=gmail-smtp-in.l.google.com[2a00:1450:4001:c02::1a]:25, delay=0.9, delays=0.1/0.01/0.5/0.3, dsn=5.7.1, "
      + "status=bounced (\(reply))"
    let incident = try #require(try explain(line).report().incident("gmail.ipv6-ptr"))
    #expect(incident.captures["ip"] == "2001:4b98:dc2:41:216:3eff:fe23:9014")
    let names = incident.causes.flatMap(\.fix).flatMap(\.dns).map(\.name)
    #expect(names.contains("4.1.0.9.3.2.e.f.f.f.e.3.6.1.2.0.1.4.0.0.2.c.d.0.8.9.b.4.1.0.0.2.ip6.arpa."))
  }

  @Test func `shows a person the records to publish`() throws {
    let run = try Maillogd.run(
      ["explain", "--lang", "en"], input: Data((Self.preamble + Self.wrapped(Self.sentence, 76)).utf8))
    #expect(run.text.contains(".ip6.arpa. IN PTR mail.example.org."))
    #expect(run.text.contains("IN TXT \"v=spf1 mx ip6:2001:4b98:dc2:41:216:3eff:fe23:9014 -all\""))
  }
}
