import LogParsing
import Testing

@Suite struct `Line prefixes` {
  @Test(arguments: [
    "<22>1 2026-11-23T17:40:53.633063+00:00 mail postfix/smtpd 4711 - - connect from unknown[192.0.2.7]",
    "<22>1 2026-11-23T17:40:53.633063+00:00 mail postfix/smtpd 4711 ID47 [timeQuality tzKnown=\"1\" isSynced=\"1\"] "
      + "connect from unknown[192.0.2.7]",
    "<22>1 2026-11-23T17:40:53.633063+00:00 mail postfix/smtpd 4711 - [a x=\"]\"][b y=\"\\\"]\"] connect from unknown[192.0.2.7]",
    "<22>1 2026-11-23T17:40:53.633063+00:00 mail postfix/smtpd 4711 - - \u{FEFF}connect from unknown[192.0.2.7]",
  ])
  func `of RFC 5424 are stepped over, structured data included`(line: String) {
    let read = ReadLine(line)
    #expect(read.time == "2026-11-23T17:40:53.633063Z")
    #expect(read.host == "mail")
    #expect(read.program == "postfix/smtpd")
    #expect(read.record.daemon == .smtpd)
    #expect(read.record.pid == 4711)
    #expect(read.message == "connect from unknown[192.0.2.7]")
  }

  @Test func `of RFC 5424 may leave everything open`() {
    let read = ReadLine("<22>1 - - - - - - connect from unknown[192.0.2.7]")
    #expect(read.record.time == nil)
    #expect(read.host.isEmpty && read.program.isEmpty)
    #expect(read.record.pid == nil)
    #expect(read.message == "connect from unknown[192.0.2.7]")
  }

  @Test(arguments: [
    "<22>1", "<22>1 ", "<22>1 -", "<22>1 2026-11-23T17:40:53Z", "<22>1 2026-11-23T17:40:53Z mail", "<22>1 - - - - - [",
    "<22>1 - - - - - [a b=\"", "<22>1 - - - - - [a b=\"\\", "<", "<22", "<22>",
    "<2222>Mar  4 09:26:53 mail postfix/qmgr[7]: x",
    "Mar  4 09:26:53", "Mar  4 09:26:53 ", "Mar  4 09:26:53 mail", "Mar  4 09:26:53 mail postfix/qmgr[",
    "Mar  4 09:26:53 mail postfix/qmgr[7]", "Mar  4 09:26:53 mail postfix/qmgr[7]:", "Mar  4 09:26:53 mail :", "", " ",
    ":",
    "message repeated 3 times: [", "Mar  4 09:26:53 mail postfix/qmgr[7]: message repeated 3 times: [",
  ])
  func `cut short are read without a trap`(line: String) {
    let read = ReadLine(line)
    #expect(read.record.message.end <= line.utf8.count)
    #expect(read.record.text.start <= read.record.text.end)
  }

  @Test(arguments: [
    "2026-11-23T17:40:53Z postfix/smtpd[4711]: connect from unknown[192.0.2.7]",
    "Nov 23 17:40:53 postfix/smtpd[4711]: connect from unknown[192.0.2.7]",
    "postfix/smtpd[4711]: connect from unknown[192.0.2.7]",
  ])
  func `of containers and journalctl -o cat have no host`(line: String) {
    let read = ReadLine(line)
    #expect(read.host.isEmpty)
    #expect(read.record.daemon == .smtpd)
    #expect(read.record.pid == 4711)
    #expect(read.text == "connect from unknown[192.0.2.7]")
  }

  @Test(arguments: ["mail.info", "mail.warn", "daemon.notice"])
  func `of BusyBox name facility and level before the tag`(word: String) {
    let read = ReadLine("Nov 23 17:40:53 mail \(word) postfix/smtpd[4711]: connect from unknown[192.0.2.7]")
    #expect(read.host == "mail")
    #expect(read.program == "postfix/smtpd")
    #expect(read.text == "connect from unknown[192.0.2.7]")
  }

  @Test func `of Solaris name an id behind the tag`() {
    let read = ReadLine(
      "Nov 23 17:40:53 mail postfix/smtpd[4711]: [ID 197553 mail.warning] warning: unknown[192.0.2.7]: SASL LOGIN authentication failed"
    )
    #expect(read.record.pid == 4711)
    #expect(read.record.level == .warning)
    #expect(read.text == "unknown[192.0.2.7]: SASL LOGIN authentication failed")
  }

  @Test(arguments: [
    ("Nov 23 17:40:53 mail last message repeated 3 times"), ("Nov 23 17:40:53 last message repeated 3 times"),
  ])
  func `of a repeated line name no program`(line: String) {
    let read = ReadLine(line)
    #expect(read.time == "2025-11-23T17:40:53Z" || read.time == "2026-11-23T17:40:53Z")
    #expect(read.program.isEmpty)
    #expect(read.record.daemon == .other)
    #expect(read.message.hasSuffix("last message repeated 3 times"))
  }

  @Test func `of folded lines tell how many there were`() {
    let read = ReadLine(
      "Nov 23 17:40:53 mail postfix/smtpd[4711]: message repeated 12 times: [ warning: hostname x.example.org does not resolve to address 192.0.2.7]"
    )
    #expect(read.record.repetitions == 12)
    #expect(read.record.level == .warning)
    #expect(read.text == "hostname x.example.org does not resolve to address 192.0.2.7")
    let queued = ReadLine("Nov 23 17:40:53 mail postfix/qmgr[7]: message repeated 2 times: [ 4F3A2B1C0D: removed]")
    #expect(queued.record.repetitions == 2)
    #expect(queued.queueID == "4F3A2B1C0D")
    #expect(queued.text == "removed")
  }

  @Test(arguments: [
    ("warning: x", LogRecord.Level.warning, "x"), ("error: x", .error, "x"), ("fatal: x", .fatal, "x"),
    ("panic: x", .panic, "x"),
    ("warnings: x", .info, "warnings: x"), ("Warning: x", .info, "Warning: x"),
    ("x: warning: y", .info, "x: warning: y"),
  ])
  func `end with the level word that Postfix writes, if there is one`(
    text: String, level: LogRecord.Level, rest: String
  ) {
    let read = ReadLine("Nov 23 17:40:53 mail postfix/smtpd[4711]: " + text)
    #expect(read.record.level == level)
    #expect(read.text == rest)
  }

  @Test func `of other texts are a message alone`() {
    let read = ReadLine("  550 5.1.1 <nobody@example.org>: Recipient address rejected")
    #expect(read.record.time == nil)
    #expect(read.program.isEmpty)
    #expect(read.message == "  550 5.1.1 <nobody@example.org>: Recipient address rejected")
  }
}

@Suite struct `Programs` {
  @Test(arguments: Daemon.allCases.filter { $0.isPostfix && $0 != .otherPostfix })
  func `of Postfix are known under every instance's name`(daemon: Daemon) {
    for tag in ["postfix/", "postfix-out/", "postfix-out/submission/", "mta/", "postfix/smtps/"] {
      let read = ReadLine("Nov 23 17:40:53 mail \(tag)\(daemon.rawValue)[4711]: hello")
      #expect(read.record.daemon == daemon)
      #expect(read.program == tag + daemon.rawValue)
    }
  }

  @Test(arguments: [
    "courierd", "courieresmtpd", "courieresmtp", "courierlocal", "sendmail", "sm-mta", "exim", "exim4", "sshd",
    "sshd-session",
    "smtpd", "smtp", "qmgr", "cleanup", "imapd", "qmail", "courier/smtpd", "sendmail/smtp", "exim/local", "cron",
    "local",
    "proxy/smtpd-x", "dovecot", "opendkim",
  ])
  func `of others are never Postfix`(program: String) {
    let read = ReadLine("Nov 23 17:40:53 mail \(program)[4711]: warning: 4F3A2B1C0D: hello")
    #expect(!read.record.daemon.isPostfix)
    #expect(read.program == program)
  }

  @Test func `of Postfix that nobody knows yet are Postfix all the same`() {
    #expect(ReadLine("Nov 23 17:40:53 mail postfix/quantumd[4711]: hello").record.daemon == .otherPostfix)
    #expect(ReadLine("Nov 23 17:40:53 mail postfix-in/new-daemon[4711]: hello").record.daemon == .otherPostfix)
    #expect(
      ReadLine("Nov 23 17:40:53 mail postfix/a-very-long-program-name-of-more-than-24[1]: x").record.daemon
        == .otherPostfix)
  }

  @Test(arguments: [
    ("opendkim", Daemon.opendkim), ("opendmarc", .opendmarc), ("policyd-spf", .policydSPF), ("postsrsd", .postsrsd),
    ("rspamd", .rspamd), ("amavis", .amavis), ("dovecot", .dovecot), ("saslauthd", .saslauthd), ("systemd", .systemd),
    ("kernel", .kernel), ("postgrey", .postgrey), ("postfix/policyd-spf", .policydSPF), ("postfix/postgrey", .postgrey),
  ])
  func `beside Postfix are known by name`(program: String, daemon: Daemon) {
    #expect(ReadLine("Nov 23 17:40:53 mail \(program)[4711]: hello").record.daemon == daemon)
  }
}

@Suite struct `Queue ids` {
  @Test(arguments: [
    "4F3A2B1C0D", "A00FEF80957", "12345", "FFFFF", "3mPVKl0Mhjz7sXv", "4dPqXR0Q9bz5vhQ", "3Zq2Tj0Fdmz3vK",
  ])
  func `stand before the text, long or short`(id: String) {
    let read = ReadLine("Nov 23 17:40:53 mail postfix/qmgr[7]: \(id): removed")
    #expect(read.queueID == id)
    #expect(read.text == "removed")
    let warned = ReadLine("Nov 23 17:40:53 mail postfix/cleanup[7]: warning: \(id): x")
    #expect(warned.record.level == .warning)
    #expect(warned.queueID == id)
    #expect(ReadLine("Nov 23 17:40:53 mail opendkim[7]: \(id): DKIM-Signature field added").queueID == id)
  }

  @Test(arguments: [
    "NOQUEUE: reject", "DEAD: beef", "statistics: max connection rate", "connect from x", "4f3a2b1c0d: removed",
    "4F3A2B1C0D removed",
    "4F3A2B1C0D:removed", "4F3A2B1C0D", "SSL_accept: x", "TLS: x", "mx.example.org[192.0.2.1]: x", "3mPVKl0Mhjz: x",
    "zzzzzzzzzzz: x", "bcdfz7: x", "Deleted: 115 messages", "", ": x", "192.0.2.1: x",
  ])
  func `are not seen in other words`(text: String) {
    #expect(ReadLine("Nov 23 17:40:53 mail postfix/smtpd[7]: " + text).queueID.isEmpty)
  }

  @Test(arguments: ["sendmail", "exim", "systemd", "courierd"])
  func `are not looked for in the lines of others`(program: String) {
    #expect(ReadLine("Nov 23 17:40:53 mail \(program)[7]: 4F3A2B1C0D: removed").queueID.isEmpty)
  }
}
