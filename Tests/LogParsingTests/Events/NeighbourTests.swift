import LogParsing
import Testing

@Suite struct `Lines of master` {
  @Test func `tell start, reload and end`() {
    let start = event("postfix/master", "daemon started -- version 3.7.11, configuration /etc/postfix")
    #expect(start.kind == .started)
    #expect(start.text("version") == "3.7.11")
    #expect(start.text("configuration") == "/etc/postfix")
    #expect(event("postfix/master", "reload -- version 3.7.11, configuration /etc/postfix").kind == .reloaded)
    #expect(event("postfix/master", "terminating on signal 15").text("signal") == "15")
  }

  @Test func `tell which process died of what`() {
    let exit = event("postfix/master", "warning: process /usr/lib/postfix/sbin/smtpd pid 81131 exit status 1")
    #expect(exit.kind == .processExit)
    #expect(exit.text("path") == "/usr/lib/postfix/sbin/smtpd")
    #expect(exit.text("exit_status") == "1")
    #expect(
      event("postfix/master", "warning: process /usr/lib/postfix/sbin/smtpd pid 4 killed by signal 11").text("signal")
        == "11")
    #expect(
      event("postfix/master", "warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling").kind
        == .processExit)
  }

  @Test func `name the service that is full`() {
    let full = event(
      "postfix/master",
      "warning: service \"smtp\" (25) has reached its process limit \"100\": new clients may experience noticeable delays"
    )
    #expect(full.kind == .diagnostic)
    #expect(full.text("service") == "smtp")
    #expect(full.text("process_limit") == "100")
  }
}

@Suite struct `Lines of Postfix's neighbours` {
  @Test(arguments: [
    ("4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.net)", "selector", "mail"),
    ("4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.net)", "domain", "example.net"),
    (
      "4F3A2B1C0D: s=mail d=example.net a=rsa-sha256 SSL error:02000084:rsa routines::data too large for modulus",
      "error",
      "error:02000084:rsa routines::data too large for modulus"
    ),
    (
      "4F3A2B1C0D: key retrieval failed (s=mail, d=example.net): 'mail._domainkey.example.net' record not found",
      "reason",
      "'mail._domainkey.example.net' record not found"
    ),
    ("4F3A2B1C0D: no signing table match for 'joe@example.org'", "domain", "example.org"),
    ("4F3A2B1C0D: client.example.org [192.0.2.7] not internal", "client.address", "192.0.2.7"),
    (
      "mail._domainkey.example.net: key data is not secure: /etc/opendkim/keys/mail.private can be read or written by other users",
      "path",
      "/etc/opendkim/keys/mail.private"
    ),
    ("4F3A2B1C0D: error loading key 'mail._domainkey.example.net'", "key", "mail._domainkey.example.net"),
    (
      "OpenDKIM Filter: Unable to bind to port inet:8891@localhost: Address already in use", "socket",
      "inet:8891@localhost"
    ),
    ("OpenDKIM Filter v2.11.0 starting (args: -x /etc/opendkim.conf)", "action", "starting"),
  ])
  func `opendkim names key, domain, socket`(text: String, field: String, value: String) {
    let line = event("opendkim", text)
    #expect(line.kind == .opendkim)
    #expect(line.text(field) == value)
  }

  @Test func `opendmarc names domain and result`() {
    let result = event("opendmarc", "4F3A2B1C0D: example.org fail")
    #expect(result.kind == .opendmarc)
    #expect(result.text("domain") == "example.org")
    #expect(result.text("result") == "fail")
    #expect(event("opendmarc", "4F3A2B1C0D: SPF(mailfrom): joe@example.org softfail").text("result") == "softfail")
  }

  @Test func `policyd-spf names who sent for which domain`() {
    let rejected = event(
      "policyd-spf",
      "550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.example.com/why;identity=mailfrom;"
        + "client-ip=192.0.2.7;helo=h.example.org;envelope-from=joe@example.org;receiver=<UNKNOWN>")
    #expect(rejected.kind == .policySPF)
    #expect(rejected.text("code") == "550")
    #expect(rejected.text("result") == "fail")
    #expect(rejected.text("client.address") == "192.0.2.7")
    #expect(rejected.text("helo") == "h.example.org")
    #expect(rejected.text("from") == "joe@example.org")

    let passed = event(
      "policyd-spf",
      "prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.7; helo=h.example.org; envelope-from=joe@example.org; "
        + "receiver=<UNKNOWN>")
    #expect(passed.text("result") == "Pass")
    #expect(passed.text("from") == "joe@example.org")
  }

  @Test func `postsrsd names both addresses`() {
    let rewritten = event(
      "postsrsd", "srs_forward: <joe@example.org> rewritten as <SRS0=HH=TT=example.org=joe@example.net>")
    #expect(rewritten.kind == .srs)
    #expect(rewritten.text("address") == "joe@example.org")
    #expect(rewritten.text("rewritten") == "SRS0=HH=TT=example.org=joe@example.net")
    #expect(
      event("postsrsd", "srs_reverse: <a@example.net> not rewritten: No SRS address").text("reason") == "No SRS address"
    )
  }

  @Test func `rspamd names action and score`() {
    let task = event(
      "rspamd",
      "<a1b2c3>; proxy; rspamd_task_write_log: id: <1@example.org>, qid: <4F3A2B1C0D>, ip: 192.0.2.7, from: <joe@example.org>, "
        + "(default: T (reject): [15.20/15.00] [FAKE_REPLY(1.00){},R_SPF_FAIL(1.00){-all;}]), len: 1234, time: 100.1ms, "
        + "digest: <abc>, rcpts: <bob@example.net>, mime_rcpts: <bob@example.net,>")
    #expect(task.kind == .rspamd)
    #expect(task.text("queue_id") == "4F3A2B1C0D")
    #expect(task.text("action") == "reject")
    #expect(task.text("score") == "15.2")
    #expect(task.text("to") == "bob@example.net")
  }

  @Test func `amavis names verdict and queue ids`() {
    let blocked = event(
      "amavis",
      "(21043-08) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.7]:40001 [192.0.2.8] <joe@example.org> -> <bob@example.net>, "
        + "quarantine: spam-x.gz, Queue-ID: 4F3A2B1C0D, Message-ID: <1@example.org>, mail_id: x, Hits: 12.5, size: 1234, 900 ms"
    )
    #expect(blocked.kind == .amavis)
    #expect(blocked.text("action") == "Blocked")
    #expect(blocked.text("verdict") == "SPAM ")
    #expect(blocked.text("client.address") == "192.0.2.7")
    #expect(blocked.text("from") == "joe@example.org")
    #expect(blocked.text("to") == "bob@example.net")
    #expect(blocked.text("queue_id") == "4F3A2B1C0D")
    #expect(blocked.text("score") == "12.5")
  }

  @Test func `dovecot names user, client and reason`() {
    let login = event(
      "dovecot",
      "imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<bob@example.net>, method=PLAIN, "
        + "rip=192.0.2.7, lip=198.51.100.1, TLS, session=<abc>")
    #expect(login.kind == .dovecot)
    #expect(login.text("service") == "imap-login")
    #expect(login.text("user") == "bob@example.net")
    #expect(login.text("client.address") == "192.0.2.7")
    #expect(login.text("server.address") == "198.51.100.1")
    #expect(login.text("session") == "abc")

    let full = event(
      "dovecot",
      "lmtp(full@example.net)<227894><AbCd>: msgid=<1@example.org>: save failed to INBOX: Quota exceeded (mailbox for user is full)"
    )
    #expect(full.text("user") == "full@example.net")
    #expect(full.text("message-id") == "1@example.org")
    #expect(full.text("mailbox") == "INBOX")
    #expect(full.text("reason") == "Quota exceeded (mailbox for user is full)")

    let password = event("dovecot", "auth: passwd-file(bob,192.0.2.7,<abc>): Password mismatch")
    #expect(password.text("backend") == "passwd-file")
    #expect(password.text("user") == "bob")
    #expect(password.text("client.address") == "192.0.2.7")
  }

  @Test(arguments: [
    ("opendkim.service: Main process exited, code=exited, status=78/CONFIG", "opendkim.service", "exited"),
    ("opendkim.service: Failed with result 'exit-code'.", "opendkim.service", "failed"),
    ("Started postfix@-.service - Postfix Mail Transport Agent (instance -).", "postfix@-.service", "started"),
    ("Stopped opendkim.service - OpenDKIM Milter.", "opendkim.service", "stopped"),
    ("Failed to start opendkim.service - OpenDKIM Milter.", "opendkim.service", "failed"),
    ("opendkim.service: Scheduled restart job, restart counter is at 5.", "opendkim.service", "restarting"),
    ("Started OpenDKIM DomainKeys Identified Mail (DKIM) Milter.", nil, "started"),
  ])
  func `systemd names the unit and its state`(text: String, unit: String?, state: String) {
    let line = event("systemd", text)
    #expect(line.kind == .unit)
    #expect(line.text("unit") == unit)
    #expect(line.text("state") == state)
  }

  @Test func `postgrey and saslauthd name their clients`() {
    let greylisted = event(
      "postgrey",
      "action=greylist, reason=new, client_name=h.example.org, client_address=192.0.2.7, sender=joe@example.org, recipient=b@example.net"
    )
    #expect(greylisted.kind == .greylisting)
    #expect(greylisted.text("client.name") == "h.example.org")
    #expect(greylisted.text("to") == "b@example.net")
    let failed = event(
      "saslauthd",
      "do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]")
    #expect(failed.kind == .sasl)
    #expect(failed.text("user") == "bob")
    #expect(failed.text("reason") == "PAM auth error")
  }

  @Test(arguments: [
    ("postfix/qmgr", "warning: connect to transport private/amavis: No such file or directory", EventKind.diagnostic),
    ("postfix/postfix-script", "starting the Postfix mail system", .notice),
    ("sshd", "Accepted publickey for root", .unrecognized),
    ("postfix/smtpd", "table hash:/etc/postfix/access(0,lock|fold_fix) has changed -- restarting", .tableChanged),
  ])
  func `that have no fields are known by their level`(program: String, text: String, kind: EventKind) {
    #expect(event(program, text).kind == kind)
  }
}
