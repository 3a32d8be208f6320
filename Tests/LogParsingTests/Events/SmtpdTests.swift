import LogParsing
import Testing

@Suite struct `Lines of smtpd` {
  @Test func `tell who connected`() {
    let connect = event("postfix/submission/smtpd", "connect from client.example.org[2001:db8::7]:40001")
    #expect(connect.kind == .connect)
    #expect(connect.text("client") == "client.example.org[2001:db8::7]:40001")
    #expect(connect.text("client.name") == "client.example.org")
    #expect(connect.text("client.address") == "2001:db8::7")
    #expect(connect.text("client.port") == "40001")
  }

  @Test func `count the commands that were accepted and those that failed`() {
    let disconnect = event(
      "postfix/smtpd", "disconnect from unknown[192.0.2.7] ehlo=1 auth=0/3 quit=1 commands=2/5 notes=bare_lf")
    #expect(disconnect.kind == .disconnect)
    #expect(disconnect.text("commands") == "ehlo=1 auth=0/3 quit=1 commands=2/5 notes=bare_lf")
    #expect(disconnect.text("commands.auth") == "0")
    #expect(disconnect.text("commands.commands") == "2")
    #expect(disconnect.text("failed.auth") == "3")
    #expect(disconnect["failed.ehlo"] == nil)
    #expect(disconnect.text("notes") == "bare_lf")
  }

  @Test func `tell whose message a queue file is`() {
    let client = event(
      "postfix/smtpd",
      "4F3A2B1C0D: client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=alice@example.net, orig_queue_id=3B2C1D0E9F, "
        + "orig_client=client.example.org[192.0.2.7]")
    #expect(client.kind == .client)
    #expect(client.text("client.name") == "localhost")
    #expect(client.text("sasl_method") == "PLAIN")
    #expect(client.text("sasl_username") == "alice@example.net")
    #expect(client.text("orig_queue_id") == "3B2C1D0E9F")
    #expect(client.text("orig_client.address") == "192.0.2.7")
  }

  @Test(arguments: ["4F3A2B1C0D: ", "NOQUEUE: ", ""])
  func `tell how a session ended, with and without the queue id of 3.10`(prefix: String) {
    let end = event(
      "postfix/smtpd", prefix + "lost connection after DATA (1234 bytes) from client.example.org[192.0.2.7]")
    #expect(end.kind == .lostConnection)
    #expect(end.text("reason") == "lost connection")
    #expect(end.text("stage") == "DATA")
    #expect(end.text("bytes") == "1234")
    #expect(end.text("client.address") == "192.0.2.7")
    #expect(end.record.queueID.isEmpty == !prefix.hasPrefix("4"))
  }

  @Test func `take a refusal apart`() {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from client.example.org[192.0.2.7]: 550 5.1.1 <bob@example.net>: Recipient address rejected: "
        + "User unknown in local recipient table; from=<joe@example.org> to=<bob@example.net> proto=ESMTP helo=<client.example.org>"
    )
    #expect(reject.kind == .reject)
    #expect(reject.text("action") == "reject")
    #expect(reject.text("stage") == "RCPT")
    #expect(reject.text("client.address") == "192.0.2.7")
    #expect(reject.text("code") == "550")
    #expect(reject.text("dsn") == "5.1.1")
    #expect(reject.text("data") == "bob@example.net")
    #expect(
      reject.text("text") == "<bob@example.net>: Recipient address rejected: User unknown in local recipient table")
    #expect(reject.text("reason") == "User unknown in local recipient table")
    #expect(reject.text("from") == "joe@example.org")
    #expect(reject.text("to") == "bob@example.net")
    #expect(reject.text("proto") == "ESMTP")
    #expect(reject.text("helo") == "client.example.org")
    #expect(reject.ownWords.contains("Recipient address rejected: User unknown in local recipient table"))
  }

  @Test func `leave the list's own text visible`() {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using "
        + "zen.example.org; Error: open resolver; from=<joe@example.org> to=<bob@example.net> proto=ESMTP helo=<h>")
    #expect(reject.text("dnsbl.domain") == "zen.example.org")
    #expect(reject.text("dnsbl.text") == "Error: open resolver")
    #expect(reject.text("data") == "192.0.2.7")
    #expect(reject.ownWords.contains("Client host [192.0.2.7] blocked using zen.example.org; Error: open resolver"))
  }

  @Test(arguments: [
    ("NOQUEUE: reject: CONNECT from unknown[192.0.2.7]: 421 4.7.0 Error: too many connections;", EventKind.reject, nil),
    (
      "NOQUEUE: milter-reject: CONNECT from unknown[192.0.2.7]: 451 4.7.1 Service unavailable - try again later; proto=SMTP",
      .milterAction, "SMTP"
    ),
    (
      "4F3A2B1C0D: hold: RCPT from unknown[192.0.2.7]: <a@example.org>: Sender address held; from=<a@example.org> "
        + "to=<b@example.net> proto=ESMTP helo=<h>", .accessAction, "ESMTP"
    ),
    (
      "NOQUEUE: reject_warning: RCPT from unknown[192.0.2.7]: 554 5.7.1 <b@example.net>: Relay access denied; from=<a@example.org> "
        + "to=<b@example.net> proto=ESMTP helo=<h> sasl_username=joe", .accessAction, "ESMTP"
    ),
  ])
  func `know every action that access tables and milters have`(text: String, kind: EventKind, proto: String?) {
    let action = event("postfix/smtpd", text)
    #expect(action.kind == kind)
    #expect(action.text("client.address") == "192.0.2.7")
    #expect(action.text("proto") == proto)
  }

  @Test func `of a verified address give the answer of the server that was asked`() {
    let reject = event(
      "postfix/smtpd",
      "NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.1.1 <b@example.com>: Recipient address rejected: undeliverable address: "
        + "host mx.example.com[198.51.100.2] said: 550 5.1.1 User unknown (in reply to RCPT TO command); from=<a@example.org> "
        + "to=<b@example.com> proto=ESMTP helo=<h>")
    #expect(reject.text("code") == "450")
    #expect(reject.text("remote.code") == "550")
    #expect(reject.text("remote.text") == "User unknown")
    #expect(!reject.ownWords.contains("User unknown"))
  }

  @Test func `tell what a filter before the queue answered`() {
    let reply = event(
      "postfix/smtpd",
      "proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=31619-02 - spam; from=<> to=<b@example.net> proto=SMTP helo=<[192.0.2.7]>"
    )
    #expect(reply.kind == .proxyReply)
    #expect(reply.text("action") == "proxy-reject")
    #expect(reply.text("code") == "554")
    #expect(reply.text("dsn") == "5.7.0")
    #expect(reply.text("from") == "")
    #expect(reply.text("helo") == "[192.0.2.7]")
  }

  @Test(arguments: [
    ("warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", "UGFzc3dvcmQ6", nil),
    (
      "warning: unknown[192.0.2.7]: SASL PLAIN authentication failed: authentication failure, sasl_username=bob",
      "authentication failure",
      "bob"
    ),
    (
      "warning: unknown[192.0.2.7]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=(unavailable)",
      "(reason unavailable)", "(unavailable)"
    ),
  ])
  func `tell who failed to log in`(text: String, reason: String, user: String?) {
    let failure = event("postfix/submission/smtpd", text)
    #expect(failure.kind == .saslFailure)
    #expect(failure.text("client.address") == "192.0.2.7")
    #expect(failure.text("reason") == reason)
    #expect(failure.text("sasl_username") == user)
  }

  @Test func `name the limit that a client broke`() {
    let limit = event(
      "postfix/smtpd", "warning: Connection rate limit exceeded: 31 from client.example.org[192.0.2.7] for service smtp"
    )
    #expect(limit.kind == .rateLimit)
    #expect(limit.text("limit") == "Connection rate")
    #expect(limit.text("count") == "31")
    #expect(limit.text("service") == "smtp")
  }

  @Test(arguments: [
    (
      "warning: hostname h.example.org does not resolve to address 192.0.2.7: Name or service not known", "192.0.2.7",
      "Name or service not known"
    ),
    ("warning: hostname h.example.org does not resolve to address 2001:db8::7", "2001:db8::7", nil),
  ])
  func `tell whose name does not resolve to its address`(text: String, address: String, reason: String?) {
    let mismatch = event("postfix/smtpd", text)
    #expect(mismatch.kind == .hostnameMismatch)
    #expect(mismatch.text("client.name") == "h.example.org")
    #expect(mismatch.text("client.address") == address)
    #expect(mismatch.text("reason") == reason)
  }

  @Test func `quote what is no SMTP command`() {
    let command = event("postfix/smtpd", "warning: non-SMTP command from unknown[192.0.2.7]: GET / HTTP/1.1")
    #expect(command.kind == .nonSMTPCommand)
    #expect(command.text("command") == "GET / HTTP/1.1")

    let pipelining = event(
      "postfix/smtpd", #"improper command pipelining after CONNECT from unknown[192.0.2.7]: \026\003\001"#)
    #expect(pipelining.kind == .commandPipelining)
    #expect(pipelining.text("stage") == "CONNECT")
  }

  @Test func `say which client a warning is about`() {
    let warning = event(
      "postfix/smtpd", "warning: h.example.org[192.0.2.7]: request longer than 2048: AUTH PLAIN rubbish...")
    #expect(warning.kind == .diagnostic)
    #expect(warning.text("client.address") == "192.0.2.7")
    #expect(!warning.ownWords.contains("rubbish"))
  }

  @Test func `name the milter that could not be asked`() {
    let refused = event("postfix/smtpd", "warning: connect to Milter service inet:[::1]:8891: Connection refused")
    #expect(refused.kind == .diagnostic)
    #expect(refused.text("milter") == "inet:[::1]:8891")
    #expect(refused.text("error") == "Connection refused")
    let silent = event(
      "postfix/smtpd",
      "warning: milter inet:localhost:8891: can't read SMFIC_OPTNEG reply packet header: Connection timed out")
    #expect(silent.text("milter") == "inet:localhost:8891")
  }
}
