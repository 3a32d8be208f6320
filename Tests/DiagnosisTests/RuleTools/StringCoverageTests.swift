import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `A format string` {
  @Test(arguments: [
    ("connect to %s: %m", "connect to X: E"),
    ("%.100s has %5ld%% of 0x%lx\\n", "X has 17% of 0x17"),
    ("No working openssl(1) found with '$openssl'", "No working openssl(1) found with 'X'"),
    ("${name}: bad", "X: bad"),
    ("100%", "100%"),
    ("%s", "X"),
    ("", ""),
  ])
  func `is filled as its program would`(source: String, line: String) {
    #expect(FormatString(source).filled(word: { _ in "X" }, error: { _ in "E" }) == line)
  }

  @Test func `matches its own lines, brackets and dots meant as such`() throws {
    for source in ["open(%s): %m", "a.b [%s]", "%s+%d?", "^%s$"] {
      let format = FormatString(source)
      let pattern = try RegularExpression("^" + format.pattern + "$")
      #expect(pattern.matches(Array(format.filled(word: { _ in "x y" }, error: { _ in "z" }).utf8)), "\(source)")
    }
    #expect(!(try RegularExpression("^" + FormatString("a.b").pattern + "$")).matches(Array("axb".utf8)))
  }
}

@Suite struct `The coverage of format strings` {
  private static func verdict(_ row: String, _ rules: Rule...) throws -> StringCoverage.Verdict {
    var coverage = StringCoverage(try RuleSet(rules, packs: []), clock: clock)
    return coverage.judge(try #require(LoggedString(row: row)))
  }

  private static let refused =
    "match: [{daemon: cleanup, level: warning, message: '^connect to Milter service \\S+: Connection refused'}]"

  @Test func `finds the rule by values as logs have them`() throws {
    let rule = try rule("a.refused", Self.refused)
    #expect(
      try Self.verdict("milter\twarning\tconnect to Milter service %s: %m\tm.c:1\tsmtpd,cleanup", rule)
        == .specific("a.refused"))
    #expect(try Self.verdict("milter\twarning\tconnect to Milter service %s: %m\tm.c:1\tqmgr", rule) == .missing)
    #expect(try Self.verdict("milter\tfatal\tconnect to Milter service %s: %m\tm.c:1\tcleanup", rule) == .missing)
  }

  @Test func `finds the rule by its own samples where no value would do`() throws {
    let keys = """
      match: [{daemon: smtpd, level: warning, message: 'restriction [a-z_]+9 ignored$'}]
      tests: [{log: "Nov 23 17:00:00 mail postfix/smtpd[7]: warning: unknown restriction check_odd9 ignored"}]
      """
    let rule = try rule("a.odd", keys)
    #expect(
      try Self.verdict("smtpd\twarning\tunknown restriction %s ignored\ts.c:1\tsmtpd", rule) == .specific("a.odd"))
    #expect(try Self.verdict("smtpd\twarning\t%s ignored\ts.c:1\tsmtpd", rule) == .missing, "too little of its own")
  }

  @Test func `tells a general rule from one made for the question`() throws {
    let general = try rule("a.any", "general: true\nmatch: [{level: warning, message: 'Milter service'}]")
    let row = "milter\twarning\tconnect to Milter service %s: %m\tm.c:1\tcleanup"
    #expect(try Self.verdict(row, general) == .general("a.any"))
    #expect(try Self.verdict(row, general, try rule("a.refused", Self.refused)) == .specific("a.refused"))
  }

  @Test func `leaves out what a list declares, and only with a reason`() throws {
    let list = try InternalStrings("# head\n*\tpanic\t*\tA bug.\nutil\twarning\tbit %s*\tNo.\n", path: "x")
    #expect(list.reason(for: try #require(LoggedString(row: "smtp\tpanic\tx\ty"))) == "A bug.")
    #expect(list.reason(for: try #require(LoggedString(row: "util\twarning\tbit %s off\ty"))) == "No.")
    #expect(list.reason(for: try #require(LoggedString(row: "smtp\twarning\tbit %s off\ty"))) == nil)
    #expect(throws: RuleProblems.self) { try InternalStrings("*\tpanic\t*\t \n", path: "x") }
    #expect(throws: RuleProblems.self) { try InternalStrings("*\tpanic\n", path: "x") }
  }
}
