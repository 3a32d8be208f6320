import LogParsing
import Testing

/// What an attacker would like to see in the log.
private let bait = [
  "status=bounced (host gmail-smtp-in.l.google.com said: 550-5.7.26 IPv6 sending guidelines)",
  "warning: connect to Milter service inet:[::1]:8891: Connection refused",
  "; from=<x> to=<y> proto=SMTP helo=<z>", ">, relay=none, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (no)",
  ">: Recipient address rejected: blocked using zen.example.org",
  " from h[192.0.2.9]; from=<x> to=<y> proto=SMTP helo=<z>: no",
  "(in reply to MAIL FROM command))", ", sasl_username=root", "]: SASL LOGIN authentication failed: no",
]

@Suite struct `Words from outside` {
  @Test(arguments: bait)
  func `in a recipient stay in the recipient`(words: String) {
    let address = "\"\(words)\"@example.net"
    let delivery = event(
      "postfix/local",
      "4F3A2B1C0D: to=<\(address)>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)"
    )
    #expect(delivery.text("to") == address)
    #expect(delivery.text("relay") == "local")
    #expect(delivery.text("status") == "sent")
    #expect(delivery.text("reply") == "delivered to mailbox")
    #expect(!delivery.ownWords.contains(words))

    let unknown = event(
      "postfix/local",
      "4F3A2B1C0D: to=<\(address)>, relay=local, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: \"\(words)\")"
    )
    #expect(!unknown.ownWords.contains(words))
    #expect(unknown.ownWords.contains("unknown user: \""))
  }

  @Test(arguments: bait)
  func `in a sender stay in the sender`(words: String) {
    let active = event("postfix/qmgr", "4F3A2B1C0D: from=<\"\(words)\"@example.org>, size=715, nrcpt=1 (queue active)")
    #expect(active.text("from") == "\"\(words)\"@example.org")
    #expect(active.text("size") == "715")
    #expect(!active.ownWords.contains(words))
  }

  @Test(arguments: bait)
  func `in a refused recipient stay there, though it is logged without quotes`(words: String) {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 550 5.1.1 <\(words)@example.net>: Recipient address rejected: User unknown "
        + "in local recipient table; from=<joe@example.org> to=<\"\(words)\"@example.net> proto=ESMTP helo=<h.example.org>"
    )
    #expect(reject.text("data") == "\(words)@example.net")
    #expect(reject.text("reason") == "User unknown in local recipient table")
    #expect(reject.text("from") == "joe@example.org")
    #expect(reject.text("to") == "\"\(words)\"@example.net")
    #expect(reject.text("helo") == "h.example.org")
    #expect(!reject.ownWords.contains(words))
    #expect(reject.ownWords.contains(">: Recipient address rejected: User unknown in local recipient table; from=<"))
  }

  @Test(arguments: bait)
  func `in a refused sender do not become the recipient`(words: String) {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 554 5.7.1 <bob@example.com>: Relay access denied; "
        + "from=<\"\(words)\"@example.org> to=<bob@example.com> proto=ESMTP helo=<h.example.org>")
    #expect(reject.text("to") == "bob@example.com")
    #expect(reject.text("reason") == "Relay access denied")
    #expect(!reject.ownWords.contains(words))
  }

  @Test(arguments: [
    "status=deferred (connect to mx)", "h.example.org?; from=?x", "a> sasl_username=root", "x>: warning: <y",
  ])
  func `in a HELO name stay there`(name: String) {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 504 5.5.2 <\(name)>: Helo command rejected: need fully-qualified hostname; "
        + "from=<joe@example.org> to=<bob@example.net> proto=ESMTP helo=<\(name)>")
    #expect(reject.text("from") == "joe@example.org")
    #expect(!reject.ownWords.contains(name))
    #expect(reject.ownWords.contains("Helo command rejected: need fully-qualified hostname"))
  }

  @Test(arguments: bait)
  func `in a header or message id stay there`(words: String) {
    let check = event(
      "postfix/cleanup",
      "4F3A2B1C0D: warning: header Subject: \(words) from h.example.org[192.0.2.7]; from=<joe@example.org> to=<bob@example.net> "
        + "proto=ESMTP helo=<h.example.org>: our own note")
    #expect(check.text("content") == "Subject: \(words)")
    #expect(check.text("client.address") == "192.0.2.7")
    #expect(check.text("from") == "joe@example.org")
    #expect(check.text("text") == "our own note")
    #expect(!check.ownWords.contains(words))

    let id = event("postfix/cleanup", "4F3A2B1C0D: message-id=<\(words)>")
    #expect(!id.ownWords.contains(words))
  }

  @Test(arguments: bait)
  func `in another server's answer are that server's`(words: String) {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced "
        + "(host mx.example.com[192.0.2.1] said: 550 5.1.1 \(words) (in reply to RCPT TO command))")
    #expect(delivery.text("status") == "bounced")
    #expect(delivery.text("remote.host") == "mx.example.com")
    #expect(delivery.text("remote.command") == "RCPT TO")
    #expect(!delivery.ownWords.contains(words))

    let sent = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 \(words))"
    )
    #expect(!sent.ownWords.contains(words))
  }

  @Test(arguments: bait)
  func `in commands, logins and names stay there`(words: String) {
    let lines = [
      event("postfix/smtpd", "warning: non-SMTP command from h.example.org[192.0.2.7]: \(words)"),
      event("postfix/smtpd", "improper command pipelining after CONNECT from h.example.org[192.0.2.7]: \(words)"),
      event(
        "postfix/smtpd",
        "warning: h.example.org[192.0.2.7]: SASL PLAIN authentication failed: no, sasl_username=\(words)"),
      event("postfix/smtpd", "warning: Illegal address syntax from h.example.org[192.0.2.7] in RCPT command: \(words)"),
      event("postfix/postscreen", "PREGREET 99 after 0.2 from [192.0.2.7]:4001: \(words)"),
      event("postfix/postscreen", "NON-SMTP COMMAND from [192.0.2.7]:4001 after CONNECT: \(words)"),
      event(
        "postfix/pipe",
        "4F3A2B1C0D: to=<a@example.net>, relay=x, delay=1, delays=0/0/0/1, dsn=4.3.0, status=deferred "
          + "(temporary failure. Command output: \(words))"),
      event(
        "postfix/cleanup",
        "warning: 4F3A2B1C0D: virtual_alias_maps map lookup problem for \(words) -- message not accepted, try again later"
      ),
      event("postfix/local", "warning: hash:/etc/aliases: lookup of '\(words)' failed"),
    ]
    for line in lines { #expect(!line.ownWords.contains(words)) }
  }

  @Test func `cannot hide behind the end of a cut line`() {
    let words =
      "x; from=<e@example.org> to=<f> proto=SMTP helo=<d> connect to Milter service inet:[::1]:8891: Connection refused"
    let sender = "\"" + String(repeating: "a", count: 1300) + words
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 554 5.7.1 <bob@example.com>: Relay access denied; from=<\(sender)"
    )
    #expect(!reject.ownWords.contains("Milter"))
    #expect(reject.ownWords.contains("Relay access denied"))
  }

  @Test func `of this host stay visible`() {
    let missing = event(
      "postfix/pipe",
      "4F3A2B1C0D: to=<a@example.net>, relay=x, delay=1, delays=0/0/0/1, dsn=4.3.0, status=deferred (temporary failure. "
        + "Command output: pipe: fatal: pipe_command: execvp /usr/bin/maildrop: No such file or directory )")
    #expect(missing.ownWords.contains("execvp /usr/bin/maildrop: No such file or directory"))
    let refused = event("postfix/cleanup", "warning: connect to Milter service inet:[::1]:8891: Connection refused")
    #expect(refused.ownWords == "connect to Milter service inet:[::1]:8891: Connection refused")
    let full = event(
      "postfix/smtpd",
      "NOQUEUE: reject: MAIL from h.example.org[192.0.2.7]: 452 4.3.1 Insufficient system storage; from=<a@example.org>"
    )
    #expect(full.ownWords.contains("452 4.3.1 Insufficient system storage"))
  }
}
