import Foundation
import LogParsing
import Reporting
import Testing

@testable import Diagnosis

@Suite struct `A rule's own tests` {
  private static let head = """
    id: a.rate
    title: Many
    severity: error
    match: [{daemon: smtpd, message: '^lost connection after (?P<stage>\\w+)'}]
    group-by: [stage]
    threshold: {count: 3, within: 1m}
    impact: None.
    causes: [{id: one, text: Because.}]
    clears-when:
      - {daemon: smtpd, message: '^connect from '}
      - {rule: a.well}
      - quiet-for: 30m
    tests:
      - {log: "Nov 23 17:00:00 mail postfix/smtpd[7]: timeout", match: false}

    """
  private static let line = "Nov 23 17:00:00 mail postfix/smtpd[7]: lost connection after DATA"

  private static func failures(_ test: String) throws -> [String] {
    let rules = [
      try Rule(yaml: head + "  - {log: \"\(line)\", \(test)}\n", path: "a.yaml"),
      try rule("a.well", "match: [{daemon: qmgr, message: '^all is well'}]"),
    ]
    var tester = RuleTester(try RuleSet(rules, packs: []), clock: clock)
    return tester.run { $0.id == "a.rate" }.failures.map(\.message)
  }

  @Test(arguments: [
    "severity: info", "times: 3, severity: error, count: 3", "times: 3, every: 31s, severity: info", "count: 1",
    "clears: \"Nov 23 17:01:00 mail postfix/smtpd[7]: connect from a[192.0.2.1]\"",
    "clears: \"Nov 23 17:01:00 mail postfix/qmgr[7]: all is well\"",
    "clears: \"Nov 23 17:30:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\"",
  ]) func `can turn on time and recovery`(test: String) throws { #expect(try Self.failures(test) == []) }

  @Test(arguments: [
    ("severity: error", "the severity is 'info', wanted 'error'"),
    ("times: 3, severity: info", "the severity is 'error'"),
    ("times: 2, count: 3", "counts 2 lines, wanted 3"),
    ("cause: two", "the first cause is 'one'"),
    ("captures: {stage: MAIL}", "{stage} is 'DATA'"),
    ("clears: \"Nov 23 17:29:00 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\"", "ends nothing"),
    ("clears: \"Nov 23 17:01:00 mail postfix/cleanup[7]: connect from a[192.0.2.1]\"", "ends nothing"),
    ("match: false", "the near miss matches"),
  ]) func `fail when the rule does otherwise`(test: String, complaint: String) throws {
    let failures = try Self.failures(test)
    #expect(failures.contains { $0.contains(complaint) }, "\(failures)")
  }

  @Test func `number their copies and put each later than the last`() throws {
    let test = RuleTest(
      log: "Nov 23 17:00:00 mail postfix/smtpd[7]: client {n}", matches: true, captures: [], cause: nil, times: 2,
      every: 90, line: 1)
    #expect(
      test.lines(clock: clock).map(\.text) == [
        "2026-11-23T17:00:00Z mail postfix/smtpd[7]: client 1", "2026-11-23T17:01:30Z mail postfix/smtpd[7]: client 2",
      ])
  }

  @Test func `are told to other programs as JUnit's XML, whatever is in them`() throws {
    let failure = RuleTester.Failure(rule: "a.b", path: "x<y>.yaml", line: 3, message: "{x} is '\u{1}&\"'")
    let cases = [
      RuleTester.Case(rule: "a.b", name: "matches, line 3", failures: [failure], seconds: 0.5),
      RuleTester.Case(rule: "a.b", name: "near miss, line 4", failures: [], seconds: 0),
      RuleTester.Case(rule: "a.c", name: "matches, line 3", failures: [], seconds: 0),
    ]
    var outcome = RuleTester.Outcome()
    outcome.cases = cases
    let xml = JUnitReport.text(outcome)
    #expect(xml.contains("<testsuites name=\"maillogd rules\" tests=\"3\" failures=\"1\">"))
    #expect(xml.contains("<testsuite name=\"a.b\" tests=\"2\" failures=\"1\">"))
    #expect(xml.contains("message=\"{x} is &#39;\u{FFFD}&amp;&quot;&#39;\">x&lt;y&gt;.yaml:3: a.b:"))
    #expect(!xml.contains("\u{1}"))
  }
}

@Suite struct `The cost of rules` {
  @Test func `counts the lines that rules try and match`() throws {
    let rules = try ruleSet(
      try rule("a.dear", "match: [{daemon: smtpd, message: 'lost (?P<x>(?:\\w+ )*)after DATA'}]"),
      try rule("a.cheap", "match: [{daemon: smtpd, message: '^timeout after DATA'}]"),
      try rule("a.never", "match: [{daemon: smtpd, message: '^nobody says this'}]"))
    var bench = try RuleBench(rules, clock: clock)
    for text in ["lost connection after DATA", "not lost after DATA", "timeout after END", "hello"] {
      bench.take(Array("Nov 23 17:00:00 mail postfix/smtpd[7]: \(text)".utf8))
    }
    let costs = Dictionary(uniqueKeysWithValues: bench.ranked().map { ($0.rule, $0) })
    #expect(bench.lines == 4)
    #expect(costs["a.dear"]?.tries == 2)
    #expect(costs["a.dear"]?.matches == 2)
    #expect(costs["a.never"]?.tries == 0)
    #expect(costs["a.dear"]!.instructions > costs["a.cheap"]!.instructions)
    #expect(costs["a.dear"]!.nanoseconds > 0)
    #expect(bench.ranked().last?.tries == 0)
  }
}
