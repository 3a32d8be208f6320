import Testing

@Suite struct `A remote answer that is pasted` {
  @Test(arguments: [
    ("5.1.1 <joe@example.org>... User Unknown", "user-unknown"),
    (
      "192.0.2.153 does not like recipient. Remote host said: 550 5.1.1 <joe@example.org>... User Unknown Giving up",
      "user-unknown"
    ),
    ("550: 5.2.2 <joe@example.org>... Mailbox Full", "mailbox-full"),
    ("User joe (joe@example.org) not listed in Domino Directory", "user-unknown"),
  ])
  func `without its code, or inside another program's words, is explained all the same`(
    text: String, reason: String
  ) throws {
    let report = try Maillogd.run(["explain", "--format", "json", "--", text]).report()
    #expect(report.incidents.map(\.reason) == [reason])
  }

  @Test func `that says nothing of mail stays unexplained`() throws {
    #expect(try Maillogd.run(["explain", "--format", "json", "--", "hello world"]).report().incidents.isEmpty)
  }
}
