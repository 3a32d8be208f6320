import Foundation
import LogParsing
import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `A redacted log` {
  private static func redacted(_ log: String) -> String {
    var redactor = Redactor(Shipped.rules, clock: clock)
    return log.utf8.split(separator: 0x0A).compactMap { redactor.redact(Array($0)) }.map(\.text).joined(separator: "\n")
  }

  /// What failed, how often, and why.
  private static func diagnosis(_ log: [UInt8]) -> [String] {
    var pipeline = Pipeline(rules: Shipped.rules, clock: clock)
    pipeline.begin("mail.log", clock: clock)
    pipeline.consume(log.span)
    let report = pipeline.finish()
    return report.incidents.map { incident in
      "\(incident.rule.id) \(incident.count) \(incident.severity) \(incident.causes.map(\.id)) \(incident.messages.count)"
    }.sorted() + ["\(report.summary)", "\(report.unexplained.map(\.count).sorted())"]
  }

  @Test(arguments: Recordings.names) func `has the same incidents as the log itself`(name: String) {
    let log = Recordings.bytes(name, "mail.log")
    let safe = Array((Self.redacted(log.text) + "\n").utf8)
    #expect(Self.diagnosis(safe) == Self.diagnosis(log))
  }

  @Test(arguments: [
    (
      "Nov 23 17:00:00 mx1 postfix/smtpd[7]: 4F3A2B1C0D: client=pc.corp.example.com[198.18.7.7], sasl_method=PLAIN, sasl_username=alice",
      "Nov 23 17:00:00 h1 postfix/smtpd[7]: A000000001: client=h2.h3.d1.example[192.0.2.2], sasl_method=PLAIN, sasl_username=u1"
    ),
    (
      "Nov 23 17:00:00 mx1 postfix/smtp[7]: 4F3A2B1C0D: to=<Bob.Smith+x@corp.co.uk>, relay=gmail-smtp-in.l.google.com[2a00::1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 OK d9443c01a7336-1cc2e3si1234567.9 - gsmtp)",
      "Nov 23 17:00:00 h1 postfix/smtp[7]: A000000001: to=<u1@d1.example>, relay=gmail-smtp-in.l.google.com[2001:db8::1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 OK xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx2 - gsmtp)"
    ),
    (
      "Nov 23 17:00:00 mx1 opendkim[7]: OpenDKIM Filter: Unable to bind to port inet:8891@localhost: Address already in use",
      "Nov 23 17:00:00 h1 opendkim[7]: OpenDKIM Filter: Unable to bind to port inet:8891@localhost: Address already in use"
    ),
    (
      "Nov 23 17:00:00 mx1 postfix/local[7]: warning: cannot open /home/alice/.forward: Permission denied in /etc/postfix/main.cf",
      "Nov 23 17:00:00 h1 postfix/local[7]: warning: cannot open /home/u1/.forward: Permission denied in /etc/postfix/main.cf"
    ),
    (
      "Nov 23 17:00:00 mx1 postfix/cleanup[7]: 4F3A2B1C0D: warning: header Subject: Meet Anna at 5 from local; from=<a@b.org>",
      "Nov 23 17:00:00 h1 postfix/cleanup[7]: A000000001: warning: header Subject: xxxx xxxx xx 0 from local; from=<u1@d1.example>"
    ),
    (
      "Nov 23 17:00:00 mx1 postfix/smtpd[7]: warning: 7.7.18.198.zen.spamhaus.org: RBL lookup error: Host not found, try again",
      "Nov 23 17:00:00 h1 postfix/smtpd[7]: warning: 2.2.0.192.zen.spamhaus.org: RBL lookup error: Host not found, try again"
    ),
    (
      "Nov 23 17:00:00 mx1 postfix/smtpd[7]: connect from localhost[127.0.0.1]",
      "Nov 23 17:00:00 h1 postfix/smtpd[7]: connect from localhost[127.0.0.1]"
    ),
  ]) func `names nobody and keeps the rest`(line: String, safe: String) {
    let found = Self.redacted(line)
    #expect(found == safe)
  }

  @Test func `takes no quote for its own that another part of the line has`() {
    let line =
      "Nov 23 17:00:00 mx1 postfix/smtp[7]: 3F0C12A0B1: to=<\"a b\"@example.com>, relay=mx.foo.net[192.0.3.4]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host mx.foo.net[192.0.3.4] said: 550 \"@evil.net bad (in reply to RCPT TO command))"
    let safe = Self.redacted(line)
    #expect(safe.contains("said: 550 \"@d"))
    #expect(!safe.contains("evil") && !safe.contains("foo.net") && !safe.contains("a b"))
    let twice = Self.redacted("Nov 23 17:00:00 mx1 postfix/smtp[7]: warning: \"anna\"@bei.de\"@carl.de")
    #expect(!twice.contains("anna") && !twice.contains("bei") && !twice.contains("carl"))
  }

  @Test(arguments: [
    "auth: Info: passwd-file(alice,192.0.2.1): Password mismatch (given password: hunter2)",
    "auth: passwd-file(alice,192.0.2.1,<s>): Password mismatch (given password: hun)ter2)",
    "auth: Debug: sql(alice,192.0.2.1): SHA512-CRYPT(hunter2) != '$6$hunter2'",
    "auth: Debug: client in: AUTH#0111#011PLAIN#011service=imap#011resp=hunter2#011x=1",
    "auth-worker(9): Debug: pass=hunter2",
  ]) func `holds no password, and neither does an event or a report`(text: String) {
    let line = "Nov 23 17:00:00 mx1 dovecot: " + text
    let safe = Self.redacted(line)
    #expect(!safe.contains("ter2") && safe.contains("**"), "\(safe)")
    let log = line.replacing("dovecot: ", with: "dovecot: Error: ") + "\n"
    let report = DiagnosisTests.diagnosis(log + line, Shipped.rules)
    #expect(!report.digest.contains("ter2"), "\(report.digest)")
  }

  @Test func `leaves out what other programs wrote`() {
    #expect(Self.redacted("Nov 23 17:00:00 mx1 sudo[7]: alice : COMMAND=/bin/sh\nNov 23 17:00:00 mx1 CRON[8]: x") == "")
  }

  /// Every form in which a name, an address or an id may stand, filled with values that stand nowhere else.
  @Test func `gives away no name, address or id, wherever it stands`() {
    var numbers = RepeatableNumbers(state: 20_261_123)
    func word(_ alphabet: String, _ length: ClosedRange<Int>) -> String {
      let letters = Array(alphabet)
      return String((0..<Int.random(in: length, using: &numbers)).map { _ in letters.randomElement(using: &numbers)! })
    }
    let letters = "bcdfghjklmnpqrstvwxz"
    var leaks: [String] = []
    var redactor = Redactor(Shipped.rules, clock: clock)
    for round in 0..<4_000 {
      let user =
        "q" + word(letters, 5...9) + ["", ".", "-", "+"].randomElement(using: &numbers)! + "w" + word(letters, 5...9)
      let domain =
        "v" + word(letters, 6...12) + "." + ["com", "org", "de", "fr", "co.uk", "info"].randomElement(using: &numbers)!
      let host = "k" + word(letters, 4...8) + "." + domain
      let single = "y" + word(letters, 7...10)
      let v4 = (0..<4).map { _ in String(Int.random(in: 128...219, using: &numbers)) }.joined(separator: ".")
      let v6 =
        "2a0" + word("123456789", 1...1) + ":"
        + (0..<4).map { _ in "f" + word("0123456789abcdef", 3...3) }.joined(separator: ":") + "::"
        + word("123456789", 2...3)
      let ip = Bool.random(using: &numbers) ? v4 : v6
      let id = "4" + word("0123456789ABCDEF", 9...11) + "F"
      let secrets = [user, domain, host, single, ip, id]
      let reverse = v4.split(separator: ".").reversed().joined(separator: ".")
      let texts = [
        "smtpd[7]: connect from \(host)[\(ip)]", "smtpd[7]: connect from unknown[\(ip)]:41234",
        "smtpd[7]: \(id): client=\(host)[\(ip)], sasl_method=LOGIN, sasl_username=\(user)",
        "smtpd[7]: \(id): client=\(single)[\(ip)], sasl_method=LOGIN, sasl_username=\(user)@\(domain)",
        "smtpd[7]: NOQUEUE: reject: RCPT from \(host)[\(ip)]: 554 5.7.1 <\(user)@\(domain)>: Relay access denied; from=<\(user)@\(host)> to=<\(user)@\(domain)> proto=ESMTP helo=<\(single)>",
        "smtpd[7]: NOQUEUE: reject: RCPT from \(host)[\(ip)]: 450 4.7.1 <\(host)>: Helo command rejected: Host not found; from=<> to=<\"\(user) x\"@\(domain)> proto=SMTP helo=<[\(ip)]>",
        "smtpd[7]: warning: \(host)[\(ip)]: SASL LOGIN authentication failed: x, sasl_username=\(user)",
        "smtpd[7]: warning: hostname \(host) does not resolve to address \(ip): Name or service not known",
        "smtpd[7]: warning: \(reverse).zen.spamhaus.org: RBL lookup error: Host not found",
        "cleanup[7]: \(id): message-id=<\(user)@\(host)>",
        "cleanup[7]: \(id): message-id=<20261123170000.\(id)@\(host)>",
        "cleanup[7]: \(id): reject: header Subject: \(user) calls \(host) from \(host)[\(ip)]; from=<\(user)@\(domain)> to=<x@\(domain)> proto=ESMTP helo=<\(host)>: no",
        "qmgr[7]: \(id): from=<bounces+\(user)=\(domain)@\(host)>, size=1, nrcpt=1 (queue active)",
        "smtp[7]: \(id): to=<\(user)@\(domain)>, orig_to=<\(user)>, relay=\(host)[\(ip)]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host \(host)[\(ip)] said: 550-5.1.1 <\(user)@\(domain)> unknown; see https://\(host)/x?u=\(user)@\(domain) for [\(ip)] (in reply to RCPT TO command))",
        "smtp[7]: \(id): to=<\(user)@\(domain)>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to \(host)[\(ip)]:25: Connection timed out)",
        "smtp[7]: connect to \(host)[\(ip)]:25: Connection refused",
        "local[7]: warning: \(id): /home/\(user)/Maildir: Permission denied",
        "bounce[7]: \(id): sender non-delivery notification: \(id)",
        "lmtp[7]: \(id): to=<\(user)@\(domain)>, relay=\(host)[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <\(user)@\(domain)> \(id)abc Saved)",
        "smtpd[7]: warning: connect to Milter service inet:\(host):8891: Connection refused",
        "smtpd[7]: warning: connect to Milter service inet:[\(ip)]:8891: Connection refused",
        "smtp[7]: \(id): uses \(user)@[\(ip)] or \(user)@[IPv6:\(v6)] or <mailto:\(user)@\(domain)>",
        "trivial-rewrite[7]: warning: do not list domain \(domain) in BOTH mydestination and virtual_alias_domains",
        "smtp[7]: warning: mailer loop: best MX host for \(domain) is local: \(host)., \(v4)/32",
      ]
      let tags = ["postfix/", "postfix-out/submission/"]
      let text = texts[round % texts.count]
      let line = Array("Nov 23 17:00:00 \(host) \(tags.randomElement(using: &numbers)!)\(text)".utf8)
      guard let safe = redactor.redact(line)?.text else { continue }
      for secret in secrets + [reverse, v6] where safe.contains(secret) { leaks.append("\(secret) in: \(safe)") }
    }
    #expect(leaks.isEmpty, "\(leaks.count): \(leaks.prefix(5))")
  }

  @Test func `is no longer than its lines, whatever bytes they hold`() {
    var numbers = RepeatableNumbers(state: 7)
    var redactor = Redactor(Shipped.rules, clock: clock)
    let pieces = [
      "postfix/smtpd[7]: ", "a@b.org", "[::1]", "\"", "<", ">", "=", "@", "@@", "inet:1@", ":::", "…", "\u{0}",
      "from=<", "helo=<[", "/home/", "z", "4F3A2B1C0D: ", "\"@", "\"a b\"@c.org", ">, ",
      "status=bounced (host c[::1] said: ",
    ]
    for _ in 0..<20_000 {
      let line = (0..<Int.random(in: 0...12, using: &numbers)).map { _ in pieces.randomElement(using: &numbers)! }
        .joined()
      let daemon = ["smtpd", "smtp", "cleanup"].randomElement(using: &numbers)!
      let whole = Array(("Nov 23 17:00:00 mail postfix/\(daemon)[7]: " + line).utf8)
      let safe = redactor.redact(whole)
      #expect((safe?.count ?? 0) < 4 * whole.count + 200)
    }
  }
}
