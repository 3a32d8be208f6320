import LogParsing
import Testing

@testable import Diagnosis
@testable import RulePacks

@Suite struct `Rules inside the program` {
  /// The matching half of a rule, in words that can be compared.
  private static func half(_ rule: Rule) -> String {
    let clauses = rule.clauses.map { clause in
      "\(clause.daemons.map(\.rawValue).sorted()) \(clause.levels.sorted()) \(clause.message ?? "-") \(clause.reply ?? "-") \(clause.words) "
        + clause.fields.map { "\($0.path)=\($0.globs.map(\.source))" }.joined(separator: ",")
    }
    return """
      \(rule.id) \(rule.aliases) \(rule.status) \(rule.severity) \(rule.reason ?? "-") \(rule.groupBy) \(rule.isGeneral) \
      \(rule.yieldsTo) \(rule.overlaps) \(rule.causedBy) \(rule.path)
      \(String(describing: rule.threshold))
      \(rule.clearsWhen.map { condition in
        if case .line(let daemons, let message) = condition { "\(daemons.map(\.rawValue).sorted()) \(message)" } else { "\(condition)" }
      })
      \(clauses.joined(separator: "\n"))
      """
  }

  @Test func `match as their whole files say, though only what the build made of them is read`() throws {
    var count = 0
    for file in ShippedRuleFile.all where !RuleFile(file, readsSource: false).isPack {
      let compiled = try RuleFile(file, readsSource: false).rule(in: [])
      let whole = try RuleFile(file, readsSource: true).rule(in: [])
      #expect(Self.half(compiled) == Self.half(whole))
      #expect(compiled.source == whole.source)
      #expect(!file.compiled.isEmpty)
      count += 1
    }
    #expect(count > 400)
    #expect(count == Shipped.rules.rules.count)
  }

  @Test func `stand in a pack and have the id of their path`() {
    for rule in Shipped.rules.rules {
      #expect(rule.pack != "local", "\(rule.path)")
      #expect("rules/" + rule.id.split(separator: ".").joined(separator: "/") + ".yaml" == rule.path)
    }
  }

  @Test func `have nothing that the linter minds`() {
    for problem in RuleLint(Shipped.rules).problems() { Issue.record("\(problem)") }
  }

  /// Where `marker` stands outside single quotes, a shell would act on it.
  private static func isExposed(_ marker: String, in command: String) -> Bool {
    var contexts: [Character] = ["("]
    var rest = command[...]
    while let next = rest.first {
      let context = contexts[contexts.count - 1]
      if context == "'" {
        if next == "'" { contexts.removeLast() }
      } else if rest.hasPrefix(marker) {
        return true
      } else if next == "\\" {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("$(") {
        contexts.append("(")
        rest = rest.dropFirst()
      } else if next == ")", context == "(", contexts.count > 1 {
        contexts.removeLast()
      } else if next == "\"" {
        if context == "\"" { contexts.removeLast() } else { contexts.append("\"") }
      } else if next == "'", context != "\"" {
        contexts.append("'")
      }
      rest = rest.dropFirst()
    }
    return false
  }

  @Test func `let no shell act on what a stranger wrote`() {
    var exposed: [String] = []
    for rule in Shipped.rules.rules {
      for command in rule.advice(in: .english)?.causes.flatMap(\.fix).flatMap(\.commands) ?? [] {
        let template = TextTemplate(command)
        var facts = Facts()
        for name in template.names { facts.set(name, "x$(reboot)") }
        let filled = template.filledForShell(with: facts)
        if Self.isExposed("$(reboot)", in: filled) { exposed.append("\(rule.id): \(filled)") }
      }
    }
    #expect(exposed.isEmpty)
  }
}
