import Diagnosis
import LogParsing
import Testing

@Suite struct `Lines that must keep coming` {
  private static func sent(_ time: String) -> String {
    "2026-11-23T\(time)Z mail postfix/local[7]: 4F3A2B1C0D: to=<a@example.net>, relay=local, delay=1, delays=0/0/0/1, "
      + "dsn=2.0.0, status=sent (delivered to mailbox)\n"
  }
  private static func connect(_ time: String) -> String {
    "2026-11-23T\(time)Z mail postfix/smtpd[7]: connect from h.example.org[192.0.2.7]\n"
  }

  private static let rules: RuleSet = {
    do { return try ruleSet(try rule("a.silent", "match: [{fields: {status: sent}}]\nabsent: {within: 30m}")) } catch {
      fatalError("\(error)")
    }
  }()

  @Test func `are missed once for each gap`() throws {
    let log = Self.sent("10:00:00") + Self.connect("10:29:00") + Self.connect("10:31:00") + Self.connect("10:50:00")
    let incident = try #require(diagnosis(log, Self.rules)["a.silent"])
    #expect(incident.count == 1)
    #expect(incident.first?.rfc3339 == "2026-11-23T10:31:00Z")
    #expect(incident.facts["since"] == "2026-11-23T10:00:00Z")
    let again = diagnosis(log + Self.sent("10:55:00") + Self.connect("11:30:00"), Self.rules)
    #expect(again["a.silent"]?.count == 2)
  }

  @Test func `raise nothing while they come`() {
    let log = Self.sent("10:00:00") + Self.sent("10:25:00") + Self.connect("10:50:00")
    #expect(diagnosis(log, Self.rules).incidents.isEmpty)
  }
}

@Suite struct `A sequence` {
  private static let rules: RuleSet = {
    let keys = """
      match:
        - {daemon: smtpd, message: '^client='}
        - {daemon: cleanup, message: '^milter-reject: '}
      sequence: {within: 1m, by: [queueID]}
      """
    do { return try ruleSet(try rule("a.sequence", keys)) } catch { fatalError("\(error)") }
  }()

  private static func line(_ time: String, _ text: String) -> String { "2026-11-23T\(time)Z mail postfix/\(text)\n" }
  private static let client = "smtpd[7]: 4F3A2B1C0D: client=h.example.org[192.0.2.7]"
  private static func reject(_ id: String) -> String {
    "cleanup[8]: \(id): milter-reject: END-OF-MESSAGE from h.example.org[192.0.2.7]: 4.7.1 x; from=<a@example.org>"
  }

  @Test func `counts when its last step has come in time`() {
    let log = Self.line("10:00:00", Self.client) + Self.line("10:00:30", Self.reject("4F3A2B1C0D"))
    #expect(diagnosis(log, Self.rules)["a.sequence"]?.count == 1)
  }

  @Test func `does not count when a step is late, missing, or of another message`() {
    let late = Self.line("10:00:00", Self.client) + Self.line("10:01:30", Self.reject("4F3A2B1C0D"))
    let alone = Self.line("10:00:30", Self.reject("4F3A2B1C0D"))
    let other = Self.line("10:00:00", Self.client) + Self.line("10:00:30", Self.reject("4F3A2B1C0E"))
    for log in [late, alone, other] { #expect(diagnosis(log, Self.rules).incidents.isEmpty) }
  }
}
