/// Which check decides about which cause of which rule, as Markdown for docs/rule-checks.md.
public struct RuleChecks {
  private let rules: [Rule]

  public init(_ set: RuleSet) { rules = set.rules.sorted { $0.id < $1.id } }

  public func table() -> String {
    var text = """
      # Which look decides about which cause

      Made by `maillogd rules checks`; do not edit. docs/evidence-checks.md says what each check looks at.

      | rule | cause | confirmed by | ruled out by |
      |---|---|---|---|

      """
    var causes = 0
    var decided = 0
    for rule in rules {
      for cause in rule.advice(in: .english)?.causes ?? [] {
        causes += 1
        guard (cause.confirmedBy + cause.refutedBy).joined().contains(where: \.asksTheMachine) else { continue }
        decided += 1
        let row = [rule.id, cause.id, Self.said(cause.confirmedBy), Self.said(cause.refutedBy)]
        text += "| " + row.joined(separator: " | ") + " |\n"
      }
    }
    return text
      + "\n\(decided) of \(causes) causes can be decided by a look; the others by the log alone, or by a person.\n"
  }

  /// The closed set of checks, with their parameters.
  public static func formTable() -> String {
    var text = "| check | holds when |\n|---|---|\n"
    for form in CheckForm.machineForms + CheckForm.dnsForms {
      let signature = form.signature.split(separator: "|").joined(separator: "\\|")
      text += "| `\(form.check): \(signature)` | \(form.meaning) |\n"
    }
    return text
  }

  private static func said(_ alternatives: [[EvidenceCheck]]) -> String {
    alternatives.map { entry in
      entry.map { check in
        switch check {
        case .itself: "the line itself"
        case .logged(let logged): "logged " + logged.rules.joined(separator: ", ")
        case .machine(let check): "`\(check.name)` \(check.expectation.split(separator: "|").joined(separator: "\\|"))"
        }
      }.joined(separator: " and ")
    }.joined(separator: "; or ")
  }
}

extension EvidenceCheck {
  fileprivate var asksTheMachine: Bool { if case .machine = self { true } else { false } }
}
