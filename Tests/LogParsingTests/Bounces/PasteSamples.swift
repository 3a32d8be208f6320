import LogParsing

/// What admins paste, in documentation's own names and addresses.
enum PasteSamples {
  static let gmailReply =
    "550-5.7.1 [2001:4b98:dc2:41:216:3eff:fe23:9014 16] Our system has detected 550-5.7.1 that this message does not meet"
    + " IPv6 sending guidelines regarding PTR 550-5.7.1 records and authentication. Please review 550-5.7.1 "
    + "https://support.google.com/mail/?p=IPv6AuthError for more information 550 5.7.1 . z9si779477eeo.136 - gsmtp"

  static let gmailReason =
    "host gmail-smtp-in.l.google.com[2a00:1450:4001:c02::1a] said: \(gmailReply) (in reply to end of DATA command)"

  static let postfixIntroduction = """
    This is the mail system at host mail.example.org.

    I'm sorry to have to inform you that your message could not
    be delivered to one or more recipients. It's attached below.

    For further assistance, please send mail to postmaster.

    If you do so, please include this problem report. You can
    delete your own text from the attached returned message.

                       The mail system

    """

  /// A Postfix notice for Bob and Carol as bounce(8) writes it: 79 columns, continued lines indented.
  static let postfixText =
    postfixIntroduction + """

      <bob@gmail.com>: host gmail-smtp-in.l.google.com[2a00:1450:4001:c02::1a] said:
          550-5.7.1 [2001:4b98:dc2:41:216:3eff:fe23:9014 16] Our system has detected
          550-5.7.1 that this message does not meet IPv6 sending guidelines regarding
          PTR 550-5.7.1 records and authentication. Please review 550-5.7.1
          https://support.google.com/mail/?p=IPv6AuthError for more information 550
          5.7.1 . z9si779477eeo.136 - gsmtp (in reply to end of DATA command)

      <carol@example.com> (expanded from <sales@example.org>): connect to
          mx.example.com[192.0.2.7]:25: Connection timed out

      """

  static let postfixReport = """
    Reporting-MTA: dns; mail.example.org
    X-Postfix-Queue-ID: DE9FF20C16
    X-Postfix-Sender: rfc822; alice@example.org
    Arrival-Date: Sat, 31 Jan 2026 22:04:13 +0000 (UTC)

    Final-Recipient: rfc822; bob@gmail.com
    Original-Recipient: rfc822;bob@gmail.com
    Action: failed
    Status: 5.7.1
    Remote-MTA: dns; gmail-smtp-in.l.google.com
    Diagnostic-Code: smtp; 550-5.7.1 [2001:4b98:dc2:41:216:3eff:fe23:9014 16] Our
        system has detected 550-5.7.1 that this message does not meet IPv6 sending
        guidelines regarding PTR 550-5.7.1 records and authentication. Please
        review 550-5.7.1 https://support.google.com/mail/?p=IPv6AuthError for more
        information 550 5.7.1 . z9si779477eeo.136 - gsmtp

    Final-Recipient: rfc822; carol@example.com
    Original-Recipient: rfc822; sales@example.org
    Action: failed
    Status: 4.4.1
    Diagnostic-Code: X-Postfix; connect to mx.example.com[192.0.2.7]:25: Connection
        timed out

    """

  /// A whole DSN of Postfix, its parts encoded as `encoding` says.
  static func dsn(
    text: String = postfixText, report: String = postfixReport, encoding: String = "7bit", charset: String = "us-ascii"
  ) -> String {
    """
    Return-Path: <>
    Received: by mail.example.org (Postfix)
    \tid E068820C1A; Sat, 31 Jan 2026 22:04:20 +0000 (UTC)
    From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
    Subject: Undelivered Mail Returned to Sender
    To: alice@example.org
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status;
    \tboundary="DE9FF20C16.1423795693/mail.example.org"

    This is a MIME-encapsulated message.

    --DE9FF20C16.1423795693/mail.example.org
    Content-Description: Notification
    Content-Type: text/plain; charset=\(charset)
    Content-Transfer-Encoding: \(encoding)

    \(text)
    --DE9FF20C16.1423795693/mail.example.org
    Content-Description: Delivery report
    Content-Type: message/delivery-status
    Content-Transfer-Encoding: \(encoding)

    \(report)
    --DE9FF20C16.1423795693/mail.example.org
    Content-Description: Undelivered Message
    Content-Type: message/rfc822

    Return-Path: <alice@example.org>
    To: bob@gmail.com
    Subject: Hello

    550 5.0.0 these are Alice's own words

    --DE9FF20C16.1423795693/mail.example.org--

    """
  }

  static let logLine =
    "Jan 31 22:04:20 mail postfix/smtp[1234]: 4F1A2B3C4D: to=<bob@gmail.com>, "
    + "relay=gmail-smtp-in.l.google.com[2a00:1450:4001:c02::1a]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.7.1, "
    + "status=bounced (\(gmailReason))"
}

extension PastedText {
  static func read(_ text: String) -> PastedText { read(Array(text.utf8)) }

  var bounces: [Bounce] { items.compactMap { if case .bounce(let bounce) = $0 { bounce } else { nil } } }
  var logTexts: [String] { items.compactMap { if case .logText(let text) = $0 { text.text } else { nil } } }
  var replies: [String] { items.compactMap { if case .reply(let text) = $0 { text.text } else { nil } } }
  var others: [String] { items.compactMap { if case .other(let text) = $0 { text.text } else { nil } } }
}

/// Line breaks as programs put them.
extension String {
  /// Each line broken at blanks, as mail clients do; longer words stay whole.
  func wrapped(at columns: Int) -> String {
    mapLines { line in
      var rows: [String] = []
      for word in line.split(separator: " ") {
        if let row = rows.last, row.count + 1 + word.count <= columns {
          rows[rows.count - 1] = row + " " + word
        } else {
          rows.append(String(word))
        }
      }
      return rows
    }
  }

  /// Each line cut where it is full, as terminals do.
  func cut(at columns: Int) -> String {
    mapLines { line in
      var rest = line[...]
      var rows: [String] = []
      while rest.count > columns {
        rows.append(String(rest.prefix(columns)))
        rest = rest.dropFirst(columns)
      }
      return rows + [String(rest)]
    }
  }

  func quoted(_ mark: String) -> String { mapLines { [mark + $0] } }

  private func mapLines(_ transform: (String) -> [String]) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let rows = transform(String(line))
      return rows.isEmpty ? "" : rows.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
