public import Diagnosis

/// A rule as a page: what it means, and for each cause why and what to do, with the names of values still open.
public struct RuleSheet {
  private let language: Language
  private let terminal: Terminal

  public init(language: Language, terminal: Terminal) {
    self.language = language
    self.terminal = terminal
  }

  public func text(_ rule: Rule) -> String {
    guard let advice = rule.advice(in: language) else { return rule.id + "\n" }
    let phrases = Phrases(language: language)
    let severity = terminal.styled(phrases.severity(rule.severity), .red)
    var lines = [severity + "  " + terminal.styled(advice.title.printable, .bold)]
    lines.append("  \(rule.id)" + (rule.reason.map { "  (\($0))" } ?? ""))
    lines += [""] + advice.impact.printable.wrapped(to: terminal.width)
    for (number, cause) in advice.causes.enumerated() {
      lines.append("")
      let text = "\(number + 1). \(cause.text)".printable.wrapped(to: terminal.width - 3)
      lines += [text[0]] + text.dropFirst().map { "   " + $0 }
      for step in cause.fix { lines += self.lines(step, phrases) }
    }
    lines.append("")
    lines += advice.references.map(\.printable)
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ step: FixStep, _ phrases: Phrases) -> [String] {
    let text = "- \(step.text)".printable.wrapped(to: terminal.width - 7)
    var lines = ["     " + text[0]] + text.dropFirst().map { "       " + $0 }
    lines += step.commands.map { "         " + terminal.styled(TextTemplate($0).open.printable, .bold) }
    if let file = step.file { lines.append("         \(phrases.inFile) \(file.path):  \(file.line)".printable) }
    lines += step.dns.map { "         \($0.name) IN \($0.type) \($0.value)".printable }
    return lines
  }
}
