/// Finds what loads but will not serve an admin well: missing texts, dead references, names that nothing fills.
public struct RuleLint {
  private let rules: RuleSet

  public init(_ rules: RuleSet) { self.rules = rules }

  public func problems() -> [RuleProblem] { rules.rules.flatMap { problems(of: $0) } }

  private static let longestTitle = 80

  /// Names that every line, or every line of some daemon, can fill (docs/rule-format.md).
  private static let knownNames: Set<String> = [
    "host", "program", "daemon", "pid", "queueID", "from", "to", "client", "myhostname", "orig_to", "relay", "conn_use",
    "delay", "delays", "tls", "dsn", "status", "reply", "remote", "action", "stage", "code", "text", "proto", "helo",
    "sasl_username", "sasl_method", "unit", "peer", "error", "size", "nrcpt", "milter", "milter_action", "since",
  ]

  private func problems(of rule: Rule) -> [RuleProblem] {
    guard let english = rule.advice(in: .english), let french = rule.advice(in: .french) else { return [] }
    var found: [String] = []
    for (what, advice) in [("title", english), ("fr.title", french)] where advice.title.count > Self.longestTitle {
      found.append("\(what) has \(advice.title.count) characters; at most \(Self.longestTitle)")
    }
    if !rule.source.contains("\nfr:") {
      found.append("the French texts are missing; add fr: with title, impact and causes")
    }
    if english.references.isEmpty { found.append("no reference; name the official page") }
    for reference in english.references where !reference.hasPrefix("https://") && !reference.hasPrefix("http://") {
      found.append("the reference '\(reference)' is no web address")
    }
    found += unknownRules(rule, english) + unknownNames(rule, english, french) + doubtfulThreshold(rule)
    return found.map { RuleProblem(path: rule.path, line: 1, column: 1, "\(rule.id): \($0)") }
  }

  /// Ids that no loaded rule has; a pattern such as `gmail.*` must fit one at least.
  private func unknownRules(_ rule: Rule, _ advice: RuleAdvice) -> [String] {
    var named: [(key: String, ids: [String])] = [
      ("yields-to", rule.yieldsTo), ("overlaps", rule.overlaps), ("caused-by", rule.causedBy),
    ]
    for cause in advice.causes {
      let conditions = cause.conditions.compactMap { if case .check(let check) = $0 { check } else { nil } }
      for check in (cause.confirmedBy + cause.refutedBy + cause.likelierIf).joined() + conditions {
        if case .logged(let logged) = check { named.append(("logged", logged.rules + logged.notSince)) }
      }
    }
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
    let used = Set(english.templates.flatMap(\.names) + french.templates.flatMap(\.names) + rule.groupBy)
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
}
