import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `A rule begun from a line` {
  private static let lines = [
    "Nov 23 17:00:00 mx1 postfix/smtp[7]: warning: mx.corp.com[198.18.0.9]:25: multi-line response longer than 2048 550-5.7.1 line blah...",
    "Nov 23 17:00:00 mx1 postfix/smtp[7]: 4F3A2B1C0D: to=<b@corp.com>, relay=mx.corp.com[198.18.0.9]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx.corp.com[198.18.0.9] said: 550 5.7.1 <b@corp.com>: Frobnication of tenant 17 for corp.com not permitted (in reply to RCPT TO command))",
    "Nov 23 17:00:00 mx1 postfix/cleanup[7]: warning: 4F3A2B1C0D: cannot frob /var/spool/x with hash:/etc/aliases for <b@corp.com>: It's \"a\" trap (really) [1.5]",
    "Nov 23 17:00:00 mx1 opendkim[7]: 4F3A2B1C0D: frobbing of key 'mail' for corp.com failed at mx1.corp.com",
    "Nov 23 17:00:00 mx1 postfix/smtp[7]: 4F3A2B1C0D: to=<b@corp.com>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.4, status=deferred (the frob of corp.com went away)",
  ]

  @Test(arguments: lines) func `passes its own tests, and lint but for what is to be written`(line: String) throws {
    let skeleton = try RuleSkeleton(from: Array(line.utf8), rules: Shipped.rules, clock: clock)
    let rules = try RuleSet([try Rule(yaml: skeleton.yaml, path: "new.yaml")], packs: [])
    var tester = RuleTester(rules, clock: clock)
    let outcome = tester.run()
    #expect(outcome.failures.map(\.message) == [])
    #expect(outcome.passed == 2)
    let problems = RuleLint(rules).problems().map(\.message)
    #expect(problems.filter { !$0.contains("still says TODO") && !$0.contains("no reference") } == [])
    #expect(problems.count { $0.contains("still says TODO") } == 8)
    #expect(skeleton.id.hasPrefix("local."))
    for secret in ["corp", "mx1", "198.18", "4F3A2B1C0D"] {
      #expect(!skeleton.yaml.contains(secret), "\(skeleton.yaml)")
    }
    var probe = LineProbe(rules, clock: clock)
    #expect(probe.findings(Array(line.utf8)).findings.count == 1, "it matches the line it was made from")
  }

  @Test func `keeps the id that it is given`() throws {
    let skeleton = try RuleSkeleton(
      from: Array(Self.lines[0].utf8), identifier: "site.smtp.long", rules: Shipped.rules, clock: clock)
    #expect(skeleton.yaml.hasPrefix("id: site.smtp.long\n"))
    #expect(skeleton.yaml.contains("(?P<server>"))
  }

  @Test(arguments: [
    "", "hello world", "Nov 23 17:00:00 mx1 sudo[7]: root did something", "Nov 23 17:00:00 mx1 postfix/smtp[7]: 17",
  ])
  func `needs a program and words`(line: String) {
    #expect(throws: RuleSkeleton.Fault.self) {
      try RuleSkeleton(from: Array(line.utf8), rules: Shipped.rules, clock: clock)
    }
  }
}
