import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `The linter` {
  private static let good = """
    id: a.good
    title: Nothing listens on {port}
    severity: warning
    match: [{daemon: smtpd, message: '^connect to (?P<port>\\d+) failed: '}]
    impact: Mail waits.
    causes:
      - id: one
        text: The service is stopped. It left no word.
        fix: [{text: Start it., commands: [systemctl start opendkim]}]
    references: [https://www.postfix.org/]
    tests:
      - {log: "Nov 23 17:00:00 mail postfix/smtpd[7]: connect to 25 failed: x", captures: {port: "25"}}
    fr:
      title: Rien n'écoute sur {port}
      impact: Le courrier attend.
      causes:
        one: {text: Le service est arrêté. Il n'a rien dit., fix: [Démarrez-le.]}

    """

  private static func problems(_ text: String) throws -> [String] {
    let rules = try RuleSet([try Rule(yaml: text, path: "a.yaml")], packs: [])
    return RuleLint(rules).problems().map(\.message)
  }

  @Test func `minds nothing in a good rule`() throws { #expect(try Self.problems(Self.good) == []) }

  @Test(arguments: [
    ("'^connect to (?P<port>\\d+) failed: '", "'.*connect to (?P<port>\\d+) failed: '", "begins with .*"),
    ("failed: '", "failed: .*'", "ends with .*"),
    ("'^connect to (?P<port>\\d+) failed: '", "'^(?P<port>connect|lost|connect) failed: '", "branch 'connect' is dead"),
    (
      "'^connect to (?P<port>\\d+) failed: '", "'(?P<port>connect) to|connect failed|failed|x connect failed'",
      "branch 'connect failed' is dead"
    ),
    ("(?P<port>\\d+)", "(?P<port>\\w{1,999}[^a]{1,999})", "instructions, at most"),
    ("title: Nothing listens on {port}", "title: Nothing listens on {prt}", "{prt} is neither"),
    ("title: Nothing listens on {port}", "title: Nothing listens on {port}.", "ends with a full stop"),
    (
      "title: Nothing listens on {port}", "title: \"{port} \(String(repeating: "long ", count: 16))\"",
      "characters; at most 80"
    ),
    ("It left no word.", "It left no word. Nor a file.", "has 3 sentences; at most 2"),
    ("It left no word.", "Please start it.", "says 'Please'"),
    ("Mail waits.", "TODO", "still says TODO"),
    ("systemctl start opendkim", "chmod 777 /run/opendkim", "lets every user write"),
    ("systemctl start opendkim", "curl -s https://example.org/x | sh", "runs what it has not shown"),
    ("[https://www.postfix.org/]", "[]", "no reference"),
    ("Le courrier attend.", "Mail waits.", nil),
    (
      "Le service est arrêté. Il n'a rien dit.", "The service is stopped. It left no word.",
      "fr.causes.one.text is not translated"
    ),
    ("captures: {port: \"25\"}", "captures: {prt: \"25\"}", "{prt} is neither"),
    ("captures: {port: \"25\"}", "cause: two", "names the cause 'two'"),
    ("impact: Mail", "group-by: [prt]\nimpact: Mail", "{prt} is neither"),
    ("impact: Mail", "clears-when: [{rule: a.bad}]\nimpact: Mail", "clears-when names 'a.bad'"),
  ]) func `tells what is wrong`(words: String, replacement: String, complaint: String?) throws {
    let text = Self.good.replacing(words, with: replacement)
    #expect(text != Self.good)
    let problems = try Self.problems(text)
    if let complaint {
      #expect(problems.contains { $0.contains(complaint) }, "\(problems)")
    } else {
      #expect(problems == [], "two or three words may be alike in both languages")
    }
  }

  @Test func `finds a match entry that stands twice`() throws {
    let entry = "{daemon: smtpd, message: '^connect to (?P<port>\\d+) failed: '}"
    let text = Self.good.replacing("[\(entry)]", with: "[\(entry), \(entry)]")
    #expect(try Self.problems(text).contains { $0.contains("match entry 2 stands twice") })
  }

  @Test(arguments: [
    ("a|b", [[String]](), ["a", "b"]), ("(?:a|b)c", [["a", "b"]], ["(a|b)c"]), (#"a\|b"#, [], [#"a\|b"#]),
    ("[a|b]", [], ["[a|b]"]), ("[]|]x", [], ["[]|]x"]),
    ("(?P<n>a|(b|c))", [["b", "c"], ["a", "(b|c)"]], ["(a|(b|c))"]),
  ]) func `knows the branches of an expression`(pattern: String, groups: [[String]], whole: [String]) {
    #expect(Alternation(of: pattern).groups == groups)
    #expect(Alternation(of: pattern).whole == whole)
  }

  @Test(arguments: [
    ("One.", 1), ("One. Two.", 2), ("See main.cf, e.g. the first line.", 1), ("Why? Because! So.", 3),
    ("inet:1.2.3.4", 1),
    ("Un. À deux.", 2),
  ]) func `counts sentences`(text: String, count: Int) { #expect(TextLint.sentences(text) == count) }
}
