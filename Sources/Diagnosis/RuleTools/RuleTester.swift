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

    public var description: String { "\(path):\(line): \(rule): \(message)" }
  }

  public struct Outcome: Sendable {
    public var passed = 0
    public var failures: [Failure] = []
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
        outcome.failures.append(
          Failure(
            rule: rule.id, path: rule.path, line: 1,
            message: "a rule needs a sample that matches and a near miss that does not (match: false)"))
      }
      for test in tests {
        let faults = faults(of: test, index) + overlaps(in: test, index)
        if faults.isEmpty { outcome.passed += 1 }
        outcome.failures += faults.map { Failure(rule: rule.id, path: rule.path, line: test.line, message: $0) }
      }
    }
    return outcome
  }

  private func faults(of test: RuleTest, _ index: Int) -> [String] {
    let rule = rules.rules[index]
    var pipeline = Pipeline(rules: rules, clock: clock)
    pipeline.begin("test", clock: clock)
    pipeline.consume(Array((test.log.trimmed + "\n").utf8).span)
    let report = pipeline.finish()
    guard let incident = report.incidents.first(where: { $0.rule.id == rule.id }) else {
      guard test.matches else { return [] }
      let others = report.incidents.map(\.rule.id).joined(separator: ", ")
      return [
        "the sample does not match\(others.isEmpty ? "" : " (but \(others) does)"); maillogd explain --trace shows why"
      ]
    }
    guard test.matches else { return ["the near miss matches"] }
    var faults: [String] = []
    for (name, wanted) in test.captures where incident.facts[name] != wanted {
      faults.append("{\(name)} is '\(incident.facts[name] ?? "")', wanted '\(wanted)'")
    }
    if let wanted = test.cause, incident.causes.first?.id != wanted {
      faults.append("the first cause is '\(incident.causes.first?.id ?? "none")', wanted '\(wanted)'")
    }
    if incident.causes.isEmpty { faults.append("no cause is listed for this sample; check the causes' when:") }
    return faults
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
