import LogParsing
import Testing

@Suite struct `Lines of postscreen, dnsblog and anvil` {
  @Test(arguments: [
    ("CONNECT from [192.0.2.7]:40001 to [198.51.100.1]:25", "CONNECT"), ("PASS NEW [192.0.2.7]:40001", "PASS NEW"),
    ("PASS OLD [192.0.2.7]:40001", "PASS OLD"), ("ALLOWLISTED [192.0.2.7]:40001", "ALLOWLISTED"),
    ("WHITELIST VETO [192.0.2.7]:40001", "WHITELIST VETO"), ("DNSBL rank 3 for [192.0.2.7]:40001", "DNSBL"),
    ("PREGREET 11 after 0.23 from [192.0.2.7]:40001: EHLO User\\r\\n", "PREGREET"),
    ("HANGUP after 0.1 from [192.0.2.7]:40001 in tests before SMTP handshake", "HANGUP"),
    ("DISCONNECT [192.0.2.7]:40001", "DISCONNECT"),
    ("COMMAND TIME LIMIT from [192.0.2.7]:40001 after CONNECT", "COMMAND TIME LIMIT"),
    ("NON-SMTP COMMAND from [192.0.2.7]:40001 after CONNECT: GET / HTTP/1.1", "NON-SMTP COMMAND"),
    ("DATA without valid RCPT from [192.0.2.7]:40001", "DATA without valid RCPT"),
  ])
  func `tell what was done with whom`(text: String, action: String) {
    let screening = event("postfix/postscreen", text)
    #expect(screening.kind == .postscreen)
    #expect(screening.text("action") == action)
    #expect(screening.text("client.address") == "192.0.2.7")
    #expect(screening.text("client.port") == "40001")
  }

  @Test func `measure what a client did too early`() {
    let early = event("postfix/postscreen", "PREGREET 11 after 0.23 from [2001:db8::7]:40001: EHLO User\\r\\n")
    #expect(early.text("length") == "11")
    #expect(early.text("after") == "0.23")
    #expect(early.text("command") == "EHLO User\\r\\n")
    #expect(event("postfix/postscreen", "DNSBL rank 3 for [2001:db8::7]:40001").text("rank") == "3")
  }

  @Test func `refuse with commas between the fields`() {
    let reject = event(
      "postfix/postscreen",
      "NOQUEUE: reject: RCPT from [192.0.2.7]:40001: 550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.example.org; "
        + "from=<joe@example.org>, to=<bob@example.net>, proto=ESMTP, helo=<h.example.org>")
    #expect(reject.kind == .reject)
    #expect(reject.text("action") == "reject")
    #expect(reject.text("code") == "550")
    #expect(reject.text("dnsbl.domain") == "zen.example.org")
    #expect(reject.text("to") == "bob@example.net")
    #expect(reject.text("helo") == "h.example.org")
    #expect(
      event("postfix/postscreen", "NOQUEUE: reject: CONNECT from [192.0.2.7]:1: all server ports busy").text("reason")
        != nil)
  }

  @Test func `tell who is on which list`() {
    let listing = event("postfix/dnsblog", "addr 192.0.2.7 listed by domain zen.example.org as 127.0.0.4")
    #expect(listing.kind == .dnsblog)
    #expect(listing.text("client.address") == "192.0.2.7")
    #expect(listing.text("domain") == "zen.example.org")
    #expect(listing.text("result") == "127.0.0.4")
  }

  @Test(arguments: [
    ("max connection rate 3/60s for (smtp:192.0.2.7) at Nov 23 18:13:50", "connection rate", "3", "smtp", "192.0.2.7"),
    (
      "max connection count 1 for (smtpd:2001:db8:0:1::3) at Nov 23 18:13:50", "connection count", "1", "smtpd",
      "2001:db8:0:1::3"
    ),
    (
      "max connection count 1 for (127.0.0.1:2525:127.0.0.1) at Nov 23 18:13:50", "connection count", "1",
      "127.0.0.1:2525", "127.0.0.1"
    ),
    ("max connection count 1 for (smtp:unknown) at Nov 23 18:13:50", "connection count", "1", "smtp", "unknown"),
    (
      "max recipient rate 12/60s for (submission:2001:db8::3) at Nov 23 18:13:50", "recipient rate", "12", "submission",
      "2001:db8::3"
    ),
  ])
  func `count per service and client`(text: String, statistic: String, value: String, service: String, client: String) {
    let statistics = event("postfix/anvil", "statistics: " + text)
    #expect(statistics.kind == .statistics)
    #expect(statistics.text("statistic") == statistic)
    #expect(statistics.text("value") == value)
    #expect(statistics.text("service") == service)
    #expect(statistics.text("client.address") == client)
    #expect(statistics.text("at") == "Nov 23 18:13:50")
  }

  @Test func `count connections that were used again`() {
    let lookups = event("postfix/scache", "statistics: address lookup hits=4 miss=1 success=80%")
    #expect(lookups.text("statistic") == "address lookup")
    #expect(lookups.text("hits") == "4")
    #expect(lookups.text("success") == "80")
    let sums = event("postfix/scache", "statistics: max simultaneous domains=1 addresses=2 connection=3")
    #expect(sums.text("statistic") == "max simultaneous")
    #expect(sums.text("addresses") == "2")
    #expect(
      event("postfix/postscreen", "cache btree:/x full cleanup: retained=2 dropped=7 entries").text("dropped") == "7")
  }
}
