import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `Incidents` {
  private static let fault = #"match: [{daemon: smtp, message: 'fault at (?P<place>\S+)'}]"# + "\ngroup-by: [place]"

  private static func fault(_ second: Int, _ place: String) -> String {
    let time = EventTime(microseconds: (1_795_428_000 + Int64(second)) * 1_000_000).rfc3339
    return "\(time) mail postfix/smtp[5]: warning: fault at \(place)\n"
  }

  @Test func `gather lines of equal values and count them`() throws {
    let rules = try ruleSet(try rule("a.fault", Self.fault))
    let report = diagnosis(Self.fault(0, "x") + Self.fault(5, "y") + Self.fault(9, "x"), rules)
    #expect(report.incidents.map(\.count) == [2, 1])
    let first = try #require(report.incidents.first)
    #expect(first.facts["place"] == "x")
    #expect(first.first?.rfc3339 == "2026-11-23T10:00:00Z")
    #expect(first.last?.rfc3339 == "2026-11-23T10:00:09Z")
    #expect(first.lines.map(\.line) == [1, 3])
    #expect(first.id.hasPrefix("a.fault#"))
  }

  @Test func `have the same id in every run and for every order of the lines`() throws {
    let rules = try ruleSet(try rule("a.fault", Self.fault))
    let there = diagnosis(Self.fault(0, "x") + Self.fault(5, "y"), rules).incidents.map(\.id)
    let back = diagnosis(Self.fault(0, "y") + Self.fault(5, "x"), rules).incidents.map(\.id)
    #expect(Set(there) == Set(back))
    #expect(Set(there).count == 2)
  }

  @Test func `of 10,000 different values stay few`() throws {
    let rules = try ruleSet(try rule("a.fault", Self.fault))
    let report = diagnosis((0..<10_000).map { Self.fault($0 / 100, "p\($0)") }.joined(), rules)
    #expect(report.incidents.count <= 501)
    #expect(report.incidents.map(\.count).reduce(0, +) == 10_000)
    #expect(report.incidents.allSatisfy { $0.lines.count <= 5 })
  }

  @Test func `name the messages that they hit, each once`() throws {
    let rules = try ruleSet(try rule("a.deferred", "match: [{fields: {status: deferred}}]"))
    let log = """
      2026-11-23T17:40:54Z mail postfix/qmgr[4]: 4F3A2B1C0D: from=<joe@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)
      2026-11-23T17:50:55Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)
      2026-11-23T17:50:55Z mail postfix/smtp[5]: 5E4D3C2B1A: to=<b@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)

      """
    let messages = try #require(diagnosis(log, rules)["a.deferred"]).messages
    #expect(messages.count == 2)
    #expect(messages.sample.map(\.queueID) == ["4F3A2B1C0D", "5E4D3C2B1A"])
    #expect(messages.sample.map(\.from) == ["joe@example.org", nil])
  }

  @Test func `name the message that a milter refused`() throws {
    let rules = try ruleSet(
      try rule("a.milter", "match: [{daemon: cleanup, message: '^milter-reject: END-OF-MESSAGE'}]"))
    let log = """
      2026-11-23T17:40:54Z mail postfix/smtpd[4]: 4F3A2B1C0D: client=h.example.org[192.0.2.7]
      2026-11-23T17:40:55Z mail postfix/cleanup[5]: 4F3A2B1C0D: milter-reject: END-OF-MESSAGE from h.example.org[192.0.2.7]: 5.7.1 no; from=<joe@example.org> to=<a@example.net>

      """
    let messages = try #require(diagnosis(log, rules)["a.milter"]).messages
    #expect(messages.sample.map(\.from) == ["joe@example.org"])
  }

  @Test func `count two messages that had one queue id after another`() throws {
    let rules = try ruleSet(try rule("a.deferred", "match: [{fields: {status: deferred}}]"))
    let deferred =
      "postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)"
    let log = [deferred, "postfix/qmgr[4]: 4F3A2B1C0D: removed", deferred].map { "2026-11-23T17:40:54Z mail \($0)\n" }
      .joined()
    #expect(diagnosis(log, rules)["a.deferred"]?.messages.count == 2)
  }

  @Test func `fall silent before rules that know more`() throws {
    let rules = try ruleSet(
      try rule("a.special", "match: [{message: 'fault at home'}]"),
      try rule("b.yielding", "match: [{message: 'fault at'}]\nyields-to: [a.*]"),
      try rule("c.general", "match: [{message: 'fault'}]\ngeneral: true"))
    #expect(diagnosis(Self.fault(0, "home"), rules).incidents.map(\.rule.id) == ["a.special"])
    #expect(diagnosis(Self.fault(0, "work"), rules).incidents.map(\.rule.id) == ["b.yielding"])
  }

  @Test func `come worst first`() throws {
    let rules = try ruleSet(
      try rule("a.info", "match: [{message: 'fault at a'}]\nseverity: info"),
      try rule("a.critical", "match: [{message: 'fault at b'}]\nseverity: critical"),
      try rule("a.error", "match: [{message: 'fault at c'}]\nseverity: error"))
    let report = diagnosis(Self.fault(0, "a") + Self.fault(0, "a") + Self.fault(0, "b") + Self.fault(0, "c"), rules)
    #expect(report.incidents.map(\.rule.id) == ["a.critical", "a.error", "a.info"])
  }
}

@Suite struct `Thresholds` {
  private static func line(_ second: Int, _ client: String, _ place: String = "x") -> String {
    let time = EventTime(microseconds: (1_795_428_000 + Int64(second)) * 1_000_000).rfc3339
    return "\(time) mail postfix/smtpd[5]: warning: \(client): fault at \(place)\n"
  }

  private static func severity(_ threshold: String, _ log: String) throws -> Severity? {
    let keys =
      #"match: [{daemon: smtpd, message: '^(?P<who>\S+): fault at (?P<place>\S+)'}]"#
      + "\nseverity: error\nthreshold: \(threshold)"
    return diagnosis(log, try ruleSet(try rule("a.fault", keys)))["a.fault"]?.severity
  }

  @Test(arguments: [(9, Severity.info), (10, .error), (11, .error)])
  func `are reached by so many lines`(count: Int, severity: Severity) throws {
    let log = (0..<count).map { Self.line($0, "c") }.joined()
    #expect(try Self.severity("{count: 10, within: 10m}", log) == severity)
  }

  @Test(arguments: [(66, Severity.error), (67, .info)])
  func `are reached only within their time`(step: Int, severity: Severity) throws {
    // Ten lines, 594 or 603 seconds from the first to the last.
    let log = (0..<10).map { Self.line($0 * step, "c") }.joined()
    #expect(try Self.severity("{count: 10, within: 10m}", log) == severity)
  }

  @Test func `stay reached when it grows quiet`() throws {
    let log = (0..<3).map { Self.line($0, "c") }.joined() + Self.line(50_000, "c")
    #expect(try Self.severity("{count: 3, within: 1m}", log) == .error)
  }

  @Test func `count apart what the rule tells apart`() throws {
    let log = (0..<10).map { Self.line($0, "c\($0 % 4)") }.joined()
    #expect(try Self.severity("{count: 3, within: 1m, by: [who]}", log) == .error)
    #expect(try Self.severity("{count: 4, within: 1m, by: [who]}", log) == .info)
  }

  @Test func `count different values only, where the rule says so`() throws {
    let same = (0..<20).map { Self.line($0, "c", "x") }.joined()
    #expect(try Self.severity("{count: 3, within: 1m, distinct: place}", same) == .info)
    let different = (0..<3).map { Self.line($0, "c", "p\($0)") }.joined()
    #expect(try Self.severity("{count: 3, within: 1m, distinct: place}", different) == .error)
    let slow = (0..<3).map { Self.line($0 * 31, "c", "p\($0)") }.joined()
    #expect(try Self.severity("{count: 3, within: 1m, distinct: place}", slow) == .info)
  }

  @Test func `count a folded line as often as it stands for`() throws {
    let log = "2026-11-23T10:00:00Z mail postfix/smtpd[5]: message repeated 10 times: [ warning: c: fault at x]\n"
    #expect(try Self.severity("{count: 10, within: 1m}", log) == .error)
    #expect(try Self.severity("{count: 11, within: 1m}", log) == .info)
  }

  @Test func `are reached by one client among thousands`() throws {
    var log = (0..<900).map { Self.line(0, "noise\($0)") }.joined()
    log += Self.line(1, "c") + Self.line(2, "c") + Self.line(3, "c")
    #expect(try Self.severity("{count: 3, within: 1m, by: [who]}", log) == .error)
  }
}

@Suite struct `Roots` {
  private static func rules(_ causedBy: KeyValuePairs<String, String>, clearing: String = "") throws -> RuleSet {
    var rules: [Rule] = []
    for (name, causes) in causedBy {
      let clears = name == "a" ? clearing : ""
      rules.append(try rule("x.\(name)", "match: [{message: 'fault of \(name)'}]\ncaused-by: [\(causes)]\n\(clears)"))
    }
    return try RuleSet(rules, packs: [])
  }

  private static func line(_ time: String, _ name: String) -> String {
    "2026-11-23T\(time)Z mail postfix/smtp[5]: warning: fault of \(name)\n"
  }

  @Test func `are linked with what follows from them, along a chain`() throws {
    let rules = try Self.rules(["a": "", "b": "x.a", "c": "x.b"])
    let report = diagnosis(Self.line("10:00:00", "a") + Self.line("10:00:01", "b") + Self.line("10:00:02", "c"), rules)
    #expect(report["x.b"]?.causedBy == ["x.a"])
    #expect(report["x.a"]?.leadsTo == ["x.b"])
    #expect(report["x.c"]?.causedBy == ["x.b"])
    #expect(report.incidents.map(\.rule.id).first == "x.a")
  }

  @Test func `never stand below what follows from them`() throws {
    let rules = try Self.rules(["a": "x.*", "b": "x.*", "c": "x.*"])
    let report = diagnosis(Self.line("10:00:00", "a") + Self.line("10:00:01", "b") + Self.line("10:00:02", "c"), rules)
    var heads = report.incidents.filter(\.causedBy.isEmpty).map(\.id)
    #expect(!heads.isEmpty)
    var steps = 0
    while let head = heads.popLast(), steps < 100 {
      steps += 1
      heads += report.incidents.first { $0.id == head }?.leadsTo ?? []
    }
    #expect(steps < 100)
  }

  @Test func `do not count when they came later or a day before`() throws {
    let rules = try Self.rules(["a": "", "b": "x.a"])
    #expect(diagnosis(Self.line("10:00:00", "b") + Self.line("10:01:01", "a"), rules)["x.b"]?.causedBy == [])
    #expect(diagnosis(Self.line("10:00:00", "b") + Self.line("10:00:59", "a"), rules)["x.b"]?.causedBy == ["x.a"])
    let old = "2026-11-22T09:59:59Z mail postfix/smtp[5]: warning: fault of a\n"
    #expect(diagnosis(old + Self.line("10:00:00", "b"), rules)["x.b"]?.causedBy == [])
  }

  @Test func `do not count when they had ended before`() throws {
    let rules = try Self.rules(["a": "", "b": "x.a", "end": ""], clearing: "clears-when: [{rule: x.end}]")
    let ended = Self.line("10:00:00", "a") + Self.line("10:00:10", "end") + Self.line("10:00:20", "b")
    #expect(diagnosis(ended, rules)["x.b"]?.causedBy == [])
    let lasting = Self.line("10:00:00", "end") + Self.line("10:00:10", "a") + Self.line("10:00:20", "b")
    #expect(diagnosis(lasting, rules)["x.b"]?.causedBy == ["x.a"])
  }
}

@Suite struct `Failures that no rule knows` {
  private static func shapes(_ log: String) throws -> [UnexplainedShape] {
    diagnosis(log, try ruleSet(try rule("a.fault", "match: [{message: 'known fault'}]"))).unexplained
  }

  @Test func `are one shape when only numbers and names differ`() throws {
    let log = (0..<5).map {
      "2026-11-23T10:00:0\($0)Z mail postfix/smtpd[5]: warning: moon \($0) is full over mx\($0).example.org\n"
    }.joined()
    let shapes = try Self.shapes(log)
    #expect(shapes.map(\.template) == ["smtpd: warning: moon … is full over …"])
    #expect(shapes.map(\.count) == [5])
    #expect(shapes.first?.sample.line == 1)
    #expect(shapes.first?.last?.rfc3339 == "2026-11-23T10:00:04Z")
  }

  @Test(arguments: ["warning", "error", "fatal", "panic"])
  func `are every warning, error, fatal and panic line`(level: String) throws {
    #expect(
      try Self.shapes("2026-11-23T10:00:00Z mail postfix/smtpd[5]: \(level): the moon\n").map(\.template) == [
        "smtpd: \(level): the moon"
      ])
  }

  @Test(arguments: [
    "postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (odd)",
    "postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=5.4.1, status=bounced (odd)",
    "postfix/smtp[5]: 4F3A2B1C0D: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=5.4.1, status=undeliverable (odd)",
    "postfix/qmgr[5]: 4F3A2B1C0D: from=<a@example.net>, status=expired, returned to sender",
    "postfix/qmgr[5]: 4F3A2B1C0D: from=<a@example.net>, status=force-expired, returned to sender",
  ])
  func `are deliveries that went wrong`(text: String) throws {
    #expect(try Self.shapes("2026-11-23T10:00:00Z mail \(text)\n").count == 1)
  }

  @Test func `of 10,000 shapes stay few, and none is lost from the count`() throws {
    let words = ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st"]
    var log = ""
    for number in 0..<10_000 {
      let text = String(number).map { words[$0.wholeNumberValue ?? 0] }.joined(separator: " ")
      log += "2026-11-23T10:00:00Z mail postfix/smtpd[5]: warning: \(text)\n"
    }
    let shapes = try Self.shapes(log)
    #expect(shapes.count <= 2_001)
    #expect(shapes.map(\.count).reduce(0, +) == 10_000)
  }
}
