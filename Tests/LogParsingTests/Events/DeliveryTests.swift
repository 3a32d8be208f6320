import LogParsing
import Testing

@Suite struct `Delivery lines` {
  @Test func `carry every field under its own name`() {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<bob@example.net>, orig_to=<team@example.net>, relay=mx.example.net[192.0.2.10]:25, conn_use=3, "
        + "delay=12, delays=0.2/0.02/11/0.7, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5A4B3C2D1E)")
    #expect(delivery.kind == .delivery)
    #expect(delivery.text("to") == "bob@example.net")
    #expect(delivery.text("orig_to") == "team@example.net")
    #expect(delivery.text("relay") == "mx.example.net[192.0.2.10]:25")
    #expect(delivery.text("relay.host") == "mx.example.net")
    #expect(delivery.text("relay.address") == "192.0.2.10")
    #expect(delivery.text("relay.port") == "25")
    #expect(delivery.text("conn_use") == "3")
    #expect(delivery.text("delay") == "12")
    #expect(delivery.text("delays") == "0.2/0.02/11/0.7")
    #expect(delivery.text("dsn") == "2.0.0")
    #expect(delivery.text("status") == "sent")
    #expect(delivery.text("reply") == "250 2.0.0 Ok: queued as 5A4B3C2D1E")
    #expect(delivery.text("remote.code") == "250")
    #expect(delivery.text("remote.enhanced") == "2.0.0")
    #expect(delivery.text("remote.text") == "Ok: queued as 5A4B3C2D1E")
    #expect(delivery.text("queued_as") == "5A4B3C2D1E")
  }

  @Test func `tell what the server answered, to which command, without the codes of its lines`() {
    let delivery = event(
      "postfix/smtp",
      "06753F80924: to=<a@gmail.com>, relay=mx.example.com[2001:db8:100::1a]:25, delay=0.11, delays=0.07/0.03/0.01/0, "
        + "dsn=5.7.26, status=bounced (host mx.example.com[2001:db8:100::1a] said: 550-5.7.26 Your email has been blocked. "
        + "550-5.7.26  550-5.7.26  SPF [example.net] = did not pass 550 5.7.26  See https://example.com/550 - gsmtp "
        + "(in reply to end of DATA command))")
    #expect(
      delivery.text("remote")
        == "Your email has been blocked. SPF [example.net] = did not pass See https://example.com/550 - gsmtp")
    #expect(delivery.text("remote.code") == "550")
    #expect(delivery.text("remote.enhanced") == "5.7.26")
    #expect(delivery.text("remote.command") == "end of DATA")
    #expect(delivery.text("remote.host") == "mx.example.com")
    #expect(delivery.text("remote.address") == "2001:db8:100::1a")
  }

  @Test(arguments: [
    ("550 5.1.1 <a@example.net>: User unknown", "550", "5.1.1", "<a@example.net>: User unknown"),
    (
      "554-example.net (mx017) Service not available 554-Bad PTR record. 554 See https://example.net", "554", nil,
      "example.net (mx017) Service not available Bad PTR record. See https://example.net"
    ),
    ("421 4.7.0 550 is not our code", "421", "4.7.0", "550 is not our code"),
    ("550-5.1.1 no?550 5.1.1 such user", "550", "5.1.1", "no such user"),
    ("550-in room 550 nobody 550-5.1.1 lives 550 5.1.1 here", "550", "5.1.1", "in room 550 nobody lives here"),
    ("550-5.7.26  550-5.7.26  not 550 5.7.26 this", "550", "5.7.26", "not this"),
    ("250", "250", nil, ""),
    ("no code at all", nil, nil, "no code at all"),
  ])
  func `take an answer apart`(reply: String, code: String?, enhanced: String?, text: String) {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced "
        + "(host mx.example.net[192.0.2.1] said: \(reply) (in reply to RCPT TO command))")
    #expect(delivery.text("remote.code") == code)
    #expect(delivery.text("remote.enhanced") == enhanced)
    #expect(delivery.text("remote.text") == text)
    #expect(delivery.text("remote.command") == "RCPT TO")
  }

  @Test func `give the innermost answer, and the server that spoke to us`() {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.net>, relay=gw.example.net[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced "
        + "(host gw.example.net[192.0.2.1] said: 550 5.1.1 unverified: host inner.example.net[192.0.2.9] said: 552 5.2.2 Mailbox full "
        + "(in reply to RCPT TO command))")
    #expect(delivery.text("remote") == "Mailbox full")
    #expect(delivery.text("remote.code") == "552")
    #expect(delivery.text("remote.host") == "gw.example.net")
  }

  @Test func `name the server that refused to talk, though the status looks temporary`() {
    let delivery = event(
      "postfix/smtp",
      "706F6F80953: to=<a@example.net>, relay=mx.example.net[192.0.2.83]:25, delay=0.09, delays=0.06/0.02/0/0, dsn=4.0.0, "
        + "status=deferred (host mx.example.net[192.0.2.83] refused to talk to me: 554 blocked.  See https://example.net/#BL000000)"
    )
    #expect(delivery.text("remote.code") == "554")
    #expect(delivery.text("remote.text") == "blocked. See https://example.net/#BL000000")
    #expect(delivery["remote.command"] == nil)
  }

  @Test(arguments: [
    (
      "connect to mx.example.net[192.0.2.91]:25: Connection refused", "mx.example.net[192.0.2.91]:25",
      "Connection refused"
    ),
    (
      "delivery temporarily suspended: connect to mx.example.net[192.0.2.91]:25: Connection timed out",
      "mx.example.net[192.0.2.91]:25", "Connection timed out"
    ),
    (
      "connect to mail.example.net[private/dovecot-lmtp]: Permission denied", "mail.example.net[private/dovecot-lmtp]",
      "Permission denied"
    ),
    (
      "lost connection with mx.example.net[192.0.2.91] while sending end of data -- message may be sent more than once",
      "mx.example.net[192.0.2.91]", "lost connection"
    ),
    (
      "conversation with mx.example.net[192.0.2.91] timed out while receiving the initial server greeting",
      "mx.example.net[192.0.2.91]", "timed out"
    ),
    ("TLS is required, but was not offered by host mx.example.net[192.0.2.91]", "mx.example.net[192.0.2.91]", nil),
    ("message size 9 exceeds size limit 8 of server mx.example.net[192.0.2.91]", "mx.example.net[192.0.2.91]", nil),
  ])
  func `name the server that could not be used, and the error`(reason: String, peer: String, error: String?) {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (\(reason))")
    #expect(delivery.text("reply") == reason)
    #expect(delivery.text("peer") == peer)
    #expect(delivery.text("error") == error)
    #expect(delivery["remote"] == nil)
  }

  @Test func `over a socket give its path`() {
    let delivery = event(
      "postfix/lmtp",
      "4F3A2B1C0D: to=<full@example.net>, relay=mail.example.net[private/dovecot-lmtp], delay=0.1, delays=0.1/0/0/0, dsn=5.2.2, "
        + "status=bounced (host mail.example.net[private/dovecot-lmtp] said: 552 5.2.2 <full@example.net> Quota exceeded "
        + "(mailbox for user is full) (in reply to end of DATA command))")
    #expect(delivery.text("relay.host") == "mail.example.net")
    #expect(delivery.text("relay.path") == "private/dovecot-lmtp")
    #expect(delivery["relay.address"] == nil)
    #expect(delivery.text("remote.text") == "<full@example.net> Quota exceeded (mailbox for user is full)")
    #expect(delivery.text("remote.path") == "private/dovecot-lmtp")
  }

  @Test(arguments: [
    ("tls=may", "may", nil, nil), ("tls=may:none", "may", "none", nil), ("tls=may?", "may", nil, nil),
    ("tls=dane:encrypt", "dane", "encrypt", nil),
    ("tls=dane/!requiretls:nocertmatch", "dane", nil, "!requiretls:nocertmatch"),
  ])
  func `of 3.11 tell how the connection was protected`(
    feature: String, level: String, downgrade: String?, requireTLS: String?
  ) {
    let delivery = event(
      "postfix/smtp",
      "4F3A2B1C0D: to=<a@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=3.6, delays=0.08/0.02/0.85/2.6, \(feature), "
        + "dsn=2.1.5, status=sent (250 2.0.0 Ok)")
    #expect(delivery.text("tls.level") == level)
    #expect(delivery.text("tls.downgrade") == downgrade)
    #expect(delivery.text("tls.requiretls") == requireTLS)
    #expect(delivery.text("dsn") == "2.1.5")
  }

  @Test(arguments: [
    ("forwarded as A7141F8096E", "new_queue_id", "A7141F8096E"),
    ("delivered via maildrop service (all is well)", "service", "maildrop"),
    ("delivered via maildrop service (all is well)", "output", "all is well"),
    (
      "Command died with status 127: \"/usr/bin/procmail -a \"$EXTENSION\"\". Command output: sh: 1: not found ",
      "exit_status", "127"
    ),
    (
      "Command died with status 127: \"/usr/bin/procmail -a \"$EXTENSION\"\". Command output: sh: 1: not found ",
      "command",
      "/usr/bin/procmail -a \"$EXTENSION\""
    ),
    (
      "temporary failure. Command output: pipe: fatal: pipe_command: execvp /usr/bin/maildrop: No such file or directory ",
      "output",
      "pipe: fatal: pipe_command: execvp /usr/bin/maildrop: No such file or directory "
    ),
    (
      "Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again",
      "dns.name",
      "example.com"
    ),
    (
      "Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again",
      "dns.error",
      "Host not found, try again"
    ),
  ])
  func `of this host's own agents tell what happened here`(reason: String, field: String, value: String) {
    let delivery = event(
      "postfix/local",
      "4F3A2B1C0D: to=<bob@example.net>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (\(reason))")
    #expect(delivery.text(field) == value)
  }

  @Test func `of old versions have no delays and no dsn`() {
    let delivery = event(
      "postfix/smtp", "AA8CF365E: to=<a@example.net>, relay=127.0.0.1[127.0.0.1], delay=12, status=sent (250 2.6.0 Ok)")
    #expect(delivery.text("relay.address") == "127.0.0.1")
    #expect(delivery.text("delay") == "12")
    #expect(delivery["delays"] == nil)
    #expect(delivery.text("status") == "sent")
  }

  @Test func `cut short anywhere give what they have`() {
    let whole =
      "2026-11-23T17:40:53.633063+00:00 mail postfix/smtp[1]: 4F3A2B1C0D: to=<a@example.net>, relay=mx.example.net[192.0.2.1]:25, "
      + "delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.1] said: 550 5.1.1 no such user "
      + "(in reply to RCPT TO command))"
    let line = Array(whole.utf8)
    let status = whole.utf8.distance(from: whole.startIndex, to: whole.firstRange(of: "status=bounced (")!.upperBound)
    for end in status...line.count {
      let cut = event(Array(line[..<end]))
      #expect(cut.kind == .delivery)
      #expect(cut.text("relay.host") == "mx.example.net")
      #expect(cut.text("status") == "bounced")
      #expect(cut.isSound)
    }
  }

  @Test func `before the last server are remote replies, lost connections and failed connects`() {
    let reply = event(
      "postfix/smtp",
      "AB5DDF8096B: host mx1.example.org[192.0.2.11] said: 451 4.7.1 Come back later (in reply to RCPT TO command)")
    #expect(reply.kind == .remoteReply)
    #expect(reply.text("remote.text") == "Come back later")
    #expect(reply.text("remote.host") == "mx1.example.org")

    let loss = event(
      "postfix/smtp", "AB5DDF8096B: lost connection with mx1.example.org[192.0.2.11] while sending RCPT TO")
    #expect(loss.kind == .lostConnection)
    #expect(loss.text("stage") == "sending RCPT TO")

    let refusal = event("postfix/smtp", "connect to mx1.example.org[2001:db8::11]:25: Connection refused")
    #expect(refusal.kind == .connectFailed)
    #expect(refusal.text("peer.address") == "2001:db8::11")
    #expect(refusal.text("error") == "Connection refused")
  }
}
