import LogParsing
import Testing

@Suite struct `Lines about a message in the queue` {
  @Test(arguments: [
    ("4F3A2B1C0D: message-id=<1@example.org>", "1@example.org"), ("4F3A2B1C0D: message-id=<>", ""),
    ("4F3A2B1C0D: message-id=no brackets", "no brackets"), ("4F3A2B1C0D: message-id=", ""),
    ("4F3A2B1C0D: message-id=<1@example.org>+2", "<1@example.org>+2"), ("4F3A2B1C0D: message-id=<1@exam", "1@exam"),
    ("4F3A2B1C0D: resent-message-id=<2@example.org>", "2@example.org"),
    ("3mPVKl0Mhjz7sXv: message-id=<3@example.org>", "3@example.org"),
  ])
  func `tell its message id`(text: String, id: String) {
    let message = event("postfix/cleanup", text)
    #expect(message.kind == .messageID)
    #expect(message.text("message-id") == id)
    #expect(!message.record.queueID.isEmpty)
  }

  @Test func `tell sender, size and number of recipients`() {
    let active = event(
      "postfix/qmgr", "4F3A2B1C0D: from=<\"joe smith\"@example.org>, size=715, nrcpt=30 (queue active)")
    #expect(active.kind == .queueActive)
    #expect(active.text("from") == "\"joe smith\"@example.org")
    #expect(active.text("size") == "715")
    #expect(active.text("nrcpt") == "30")
    #expect(active.text("queue") == "active")
  }

  @Test(arguments: ["expired", "force-expired"])
  func `tell that it went back to its sender`(status: String) {
    let expired = event("postfix/qmgr", "4F3A2B1C0D: from=<joe@example.org>, status=\(status), returned to sender")
    #expect(expired.kind == .expired)
    #expect(expired.text("status") == status)
  }

  @Test(arguments: [
    ("postfix/qmgr", "4F3A2B1C0D: removed", nil), ("postfix/cleanup", "4F3A2B1C0D: removed (canceled)", "canceled"),
    ("postfix/cleanup", "4F3A2B1C0D: canceled", "canceled"), ("postfix/postsuper", "4F3A2B1C0D: removed", nil),
  ])
  func `tell its end, and from 3.10 why`(program: String, text: String, reason: String?) {
    let removed = event(program, text)
    #expect(removed.kind == .removed)
    #expect(removed.text("reason") == reason)
  }

  @Test func `tell who submitted it on this host, and where it was before`() {
    let pickup = event("postfix/pickup", "4F3A2B1C0D: uid=33 from=<www-data@example.net> orig_id=3B2C1D0E9F")
    #expect(pickup.kind == .pickup)
    #expect(pickup.text("uid") == "33")
    #expect(pickup.text("from") == "www-data@example.net")
    #expect(pickup.text("orig_queue_id") == "3B2C1D0E9F")
  }

  @Test(arguments: [
    ("sender non-delivery notification: 74A82F8097E", "sender", "non-delivery"),
    ("sender delay notification: 74A82F8097E", "sender", "delay"),
    ("postmaster non-delivery notification: 74A82F8097E", "postmaster", "non-delivery"),
    ("sender delivery status notification: 74A82F8097E", "sender", "delivery status"),
  ])
  func `tell which notice it caused, before or after that notice's own lines`(
    text: String, notified: String, notification: String
  ) {
    let notice = event("postfix/bounce", "4F3A2B1C0D: " + text)
    #expect(notice.kind == .bounceNotice)
    #expect(notice.text("notified") == notified)
    #expect(notice.text("notification") == notification)
    #expect(notice.text("new_queue_id") == "74A82F8097E")
  }

  @Test func `tell from 3.11 that nobody could be notified`() {
    let failed = event(
      "postfix/bounce", "warning: 4F3A2B1C0D: sender notification failed to joe@example.org: queue file write error")
    #expect(failed.kind == .bounceNotice)
    #expect(failed.text("to") == "joe@example.org")
    #expect(failed.text("error") == "queue file write error")
  }

  @Test(arguments: [
    ("4F3A2B1C0D: requeued", EventKind.requeued, "requeued"), ("4F3A2B1C0D: placed on hold", .hold, "placed on hold"),
    ("4F3A2B1C0D: released from hold", .hold, "released from hold"), ("Deleted: 115 messages", .notice, "Deleted"),
  ])
  func `tell what the admin did with it`(text: String, kind: EventKind, action: String) {
    let done = event("postfix/postsuper", text)
    #expect(done.kind == kind)
    #expect(done.text("action") == action)
  }

  @Test func `tell what header checks found in it`() {
    let check = event(
      "postfix/cleanup",
      "4F3A2B1C0D: hold: header Subject: from afar; from=<x> to=<y> from client.example.org[192.0.2.7]; from=<joe@example.org> "
        + "to=<bob@example.net> proto=ESMTP helo=<client.example.org>: suspicious")
    #expect(check.kind == .headerCheck)
    #expect(check.text("action") == "hold")
    #expect(check.text("part") == "header")
    #expect(check.text("content") == "Subject: from afar; from=<x> to=<y>")
    #expect(check.text("client.address") == "192.0.2.7")
    #expect(check.text("from") == "joe@example.org")
    #expect(check.text("text") == "suspicious")

    let local = event("postfix/cleanup", "4F3A2B1C0D: info: header Subject: hello from local; from=<joe@example.org>")
    #expect(local.text("content") == "Subject: hello")
    #expect(local.text("client") == "local")
  }

  @Test func `tell that a milter refused it, without a code when cleanup says so`() {
    let reject = event(
      "postfix/cleanup",
      "4F3A2B1C0D: milter-reject: END-OF-MESSAGE from localhost[127.0.0.1]: 4.7.1 Service unavailable - try again later; "
        + "from=<alice@example.net> to=<x@example.com>")
    #expect(reject.kind == .milterAction)
    #expect(reject.text("milter_action") == "reject")
    #expect(reject.text("stage") == "END-OF-MESSAGE")
    #expect(reject["code"] == nil)
    #expect(reject.text("dsn") == "4.7.1")
    #expect(reject.text("reason") == "Service unavailable - try again later")
    #expect(reject.text("to") == "x@example.com")
  }
}
