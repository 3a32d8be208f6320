/// Finds what loads but will not serve an admin well: dead expressions, unfinished texts, names that nothing fills.
public struct RuleLint {
  private let rules: RuleSet

  public init(_ rules: RuleSet) { self.rules = rules }

  public func problems() -> [RuleProblem] { rules.rules.flatMap { problems(of: $0) } }

  /// Names that every line, or every line of some daemon, can fill (docs/rule-format.md).
  private static let knownNames: Set<String> = [
    "host", "program", "daemon", "pid", "queueID", "from", "to", "client", "myhostname", "orig_to", "relay", "conn_use",
    "delay", "delays", "tls", "dsn", "status", "reply", "remote", "action", "stage", "code", "text", "proto", "helo",
    "sasl_username", "sasl_method", "unit", "peer", "error", "size", "nrcpt", "milter", "milter_action", "since",
  ]

  private func problems(of rule: Rule) -> [RuleProblem] {
    guard let english = rule.advice(in: .english), let french = rule.advice(in: .french) else { return [] }
    var found = PatternLint.problems(of: rule) + TextLint.problems(of: rule, english, french)
    if english.references.isEmpty { found.append("no reference; name the official page") }
    for reference in english.references where !reference.hasPrefix("https://") && !reference.hasPrefix("http://") {
      found.append("the reference '\(reference)' is no web address")
    }
    found += unknownRules(rule, english) + unknownNames(rule, english, french) + doubtfulThreshold(rule)
    let causes = english.causes.map(\.id)
    for test in rule.tests {
      if let cause = test.cause, !causes.contains(cause) {
        found.append("the test in line \(test.line) names the cause '\(cause)', and no cause is called so")
      }
    }
    return found.map { RuleProblem(path: rule.path, line: 1, column: 1, "\(rule.id): \($0)") }
  }

  /// Ids that no loaded rule has; a pattern such as `gmail.*` must fit one at least.
  private func unknownRules(_ rule: Rule, _ advice: RuleAdvice) -> [String] {
    var named: [(key: String, ids: [String])] = [
      ("yields-to", rule.yieldsTo), ("overlaps", rule.overlaps), ("caused-by", rule.causedBy),
      (
        "clears-when", rule.clearsWhen.compactMap { if case .rule(let id) = $0 { id } else { nil } }
      ),
    ]
    for check in advice.loggedChecks { named.append(("logged", check.rules + check.notSince)) }
    return named.flatMap { key, ids in
      ids.filter { id in
        id.hasSuffix("*") ? !rules.rules.contains { $0.id.hasPrefix(id.dropLast()) } : rules[id] == nil
      }.map { "\(key) names '\($0)', and no rule is called so" }
    }
  }

  private func unknownNames(_ rule: Rule, _ english: RuleAdvice, _ french: RuleAdvice) -> [String] {
    let captures = rule.clauses.flatMap { clause in
      [clause.message, clause.reply].compactMap { $0 }.flatMap { pattern in
        (try? RegularExpression(pattern))?.groupNames.compactMap { $0 } ?? []
      }
    }
    let checks = english.causes.flatMap { ($0.confirmedBy + $0.refutedBy).joined() }
    let seen = checks.flatMap { check -> [String] in
      if case .machine(let look) = check { CheckForm.facts[look.name] ?? [] } else { [] }
    }
    let known = Self.knownNames.union(captures).union(seen)
    var used = Set(english.templates.flatMap(\.names) + french.templates.flatMap(\.names) + rule.groupBy)
    used.formUnion(rule.threshold.map { $0.by + [$0.distinct].compactMap { $0 } } ?? [])
    used.formUnion(rule.sequence?.by ?? [])
    used.formUnion(rule.tests.flatMap(\.captures).map(\.name))
    used.formUnion(english.loggedChecks.flatMap(\.same))
    for case .capture(let name, _) in english.causes.flatMap(\.conditions) { used.insert(name) }
    return used.filter { name in !known.contains(name) && !known.contains(String(name.prefix { $0 != "." })) }
      .sorted().map { "{\($0)} is neither a named group of a match entry nor a field" }
  }

  private func doubtfulThreshold(_ rule: Rule) -> [String] {
    rule.threshold != nil && rule.severity == .info ? ["a threshold on an info rule changes nothing"] : []
  }
}

extension RuleAdvice {
  /// All texts with names in them.
  var templates: [TextTemplate] {
    let steps = causes.flatMap(\.fix)
    var texts = [title, impact] + causes.map(\.text) + steps.map(\.text) + steps.flatMap(\.commands)
    texts += steps.compactMap(\.file).flatMap { [$0.path, $0.line] }
    texts += steps.flatMap(\.dns).flatMap { [$0.name, $0.value] }
    return texts.map(TextTemplate.init)
  }

  /// What the causes ask of other rules.
  var loggedChecks: [LoggedCheck] {
    causes.flatMap { cause in
      let conditions = cause.conditions.compactMap { if case .check(let check) = $0 { check } else { nil } }
      return ((cause.confirmedBy + cause.refutedBy + cause.likelierIf).joined() + conditions).compactMap {
        if case .logged(let check) = $0 { check } else { nil }
      }
    }
  }
}
