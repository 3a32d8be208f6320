public import LogParsing

/// Runs the samples inside rules: each through the same pipeline as `scan`, with all rules loaded.
public struct RuleTester: ~Copyable {
  private let rules: RuleSet
  private let clock: LogClock
  private var matcher: RuleMatcher
  private var parser: RecordParser

  /// What went wrong with one sample.
  public struct Failure: Sendable, CustomStringConvertible {
    public let rule: String
    public let path: String
    public let line: Int
    public let message: String

    public init(rule: String, path: String, line: Int, message: String) {
      self.rule = rule
      self.path = path
      self.line = line
      self.message = message
    }

    public var description: String { "\(path):\(line): \(rule): \(message)" }
  }

  /// One sample, and what was wrong with it.
  public struct Case: Sendable {
    public let rule: String
    /// What the sample shows: `matches, line 40`.
    public let name: String
    public let failures: [Failure]
    public let seconds: Double

    public init(rule: String, name: String, failures: [Failure], seconds: Double) {
      self.rule = rule
      self.name = name
      self.failures = failures
      self.seconds = seconds
    }
  }

  public struct Outcome: Sendable {
    public var cases: [Case] = []
    public var passed: Int { cases.count { $0.failures.isEmpty } }
    public var failures: [Failure] { cases.flatMap(\.failures) }
  }

  public init(_ rules: RuleSet, clock: LogClock) {
    self.rules = rules
    self.clock = clock
    matcher = RuleMatcher(rules: rules)
    parser = RecordParser(clock: clock)
  }

  /// Runs the tests of the rules that `includes` wants, against the rules of all packs.
  public mutating func run(where includes: (Rule) -> Bool = { _ in true }) -> Outcome {
    var outcome = Outcome()
    for (index, rule) in rules.rules.enumerated() where includes(rule) {
      let tests = rule.tests
      if !tests.contains(where: \.matches) || tests.allSatisfy(\.matches) {
        let failure = Failure(
          rule: rule.id, path: rule.path, line: 1,
          message: "a rule needs a sample that matches and a near miss that does not (match: false)")
        outcome.cases.append(Case(rule: rule.id, name: "has samples", failures: [failure], seconds: 0))
      }
      for test in tests {
        var faults: [String] = []
        let time = ContinuousClock().measure { faults = self.faults(of: test, index) + overlaps(in: test, index) }
        outcome.cases.append(
          Case(
            rule: rule.id, name: "\(test.matches ? "matches" : "near miss"), line \(test.line)",
            failures: faults.map { Failure(rule: rule.id, path: rule.path, line: test.line, message: $0) },
            seconds: time / .seconds(1)))
      }
    }
    return outcome
  }

  private func faults(of test: RuleTest, _ index: Int) -> [String] {
    let rule = rules.rules[index]
    var pipeline = Pipeline(rules: rules, clock: clock)
    pipeline.begin("test", clock: clock)
    let lines = test.lines(clock: clock)
    pipeline.consume((Array(lines.joined(separator: [0x0A])) + [0x0A]).span)
    let report = pipeline.finish()
    guard let incident = report.incidents.first(where: { $0.rule.id == rule.id }) else {
      guard test.matches else { return [] }
      let others = report.incidents.map(\.rule.id).joined(separator: ", ")
      return [
        "the sample does not match\(others.isEmpty ? "" : " (but \(others) does)"); maillogd explain --trace shows why"
      ]
    }
    guard test.matches else { return ["the near miss matches"] }
    return faults(in: incident, test) + recoveryFaults(test, rule, incident)
  }

  private func faults(in incident: Incident, _ test: RuleTest) -> [String] {
    var faults: [String] = []
    for (name, wanted) in test.captures where incident.facts[name] != wanted {
      faults.append("{\(name)} is '\(incident.facts[name] ?? "")', wanted '\(wanted)'")
    }
    if let wanted = test.cause, incident.causes.first?.id != wanted {
      faults.append("the first cause is '\(incident.causes.first?.id ?? "none")', wanted '\(wanted)'")
    }
    if let wanted = test.severity, incident.severity != wanted {
      faults.append("the severity is '\(incident.severity.rawValue)', wanted '\(wanted.rawValue)'")
    }
    if let wanted = test.count, incident.count != wanted {
      faults.append("the incident counts \(incident.count) lines, wanted \(wanted)")
    }
    if incident.causes.isEmpty { faults.append("no cause is listed for this sample; check the causes' when:") }
    return faults
  }

  /// Whether the line that `clears:` gives would end the incident.
  private func recoveryFaults(_ test: RuleTest, _ rule: Rule, _ incident: Incident) -> [String] {
    guard let line = test.clears.map({ Array($0.trimmed.utf8) }) else { return [] }
    var probe = LineProbe(rules, clock: clock)
    let (event, findings) = probe.findings(line)
    let isCleared = rule.clearsWhen.contains { condition in
      switch condition {
      case .rule(let id): return findings.contains { rules.rules[$0.rule].id == id }
      case .quiet(let seconds):
        guard let last = incident.last, let time = event.record.time else { return false }
        return time.seconds - last.seconds >= seconds
      case .line(let daemons, let message):
        return Self.matches(LogEvent(line: line, record: event.record), daemons, message)
      }
    }
    return isCleared ? [] : ["the line of clears: ends nothing: no entry of clears-when fits it"]
  }

  private static func matches(_ event: LogEvent, _ daemons: Set<Daemon>, _ message: String) -> Bool {
    var rule = Rule(id: "test.clears")
    var clause = MatchClause()
    clause.daemons = daemons
    clause.message = message
    clause.words = RequiredLiterals(of: message).best ?? []
    rule.clauses = [clause]
    guard let alone = try? RuleSet([rule], packs: []) else { return false }
    var matcher = RuleMatcher(rules: alone)
    return !matcher.findingsTryingAll(event).isEmpty
  }

  /// Other rules that speak about the same line though neither rule says so.
  private mutating func overlaps(in test: RuleTest, _ index: Int) -> [String] {
    let rule = rules.rules[index]
    var strangers: Set<String> = []
    for line in test.log.trimmed.utf8.split(separator: 0x0A).map(Array.init) {
      let event = LogEvent(line: line, record: parser.parse(line.span))
      let found = matcher.findingsTryingAll(event).map { rules.rules[$0.rule] }
      guard found.contains(where: { $0.id == rule.id }) else { continue }
      for other in found where other.id != rule.id && !rule.declares(other) && !other.declares(rule) {
        strangers.insert(other.id)
      }
    }
    return strangers.sorted().map { "'\($0)' matches the same line; say yields-to or overlaps in one of the two" }
  }
}

extension Rule {
  fileprivate func declares(_ other: Rule) -> Bool {
    (overlaps + yieldsTo).contains { $0.hasSuffix("*") ? other.id.hasPrefix($0.dropLast()) : $0 == other.id }
  }
}
