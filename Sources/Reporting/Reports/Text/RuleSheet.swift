public import Diagnosis

/// A rule as a page in the terminal: what it means, and for each cause why and what to do, with the names of values still
/// open.
public struct RuleSheet {
  private let phrases: Phrases
  private let language: Language
  private let terminal: Terminal

  public init(language: Language, terminal: Terminal) {
    self.language = language
    self.terminal = terminal
    phrases = Phrases(language: language)
  }

  public func text(_ rule: Rule) -> String {
    guard let advice = rule.advice(in: language)?.open else { return rule.id + "\n" }
    var lines = head(rule, advice)
    lines += [""] + paragraph(advice.impact, indent: 2)
    for (number, cause) in advice.causes.enumerated() { lines += self.lines(cause, number + 1) }
    if let sample = rule.tests.first(where: \.matches)?.log {
      lines += ["", "  " + terminal.styled(phrases.sample, .dim)]
      for line in sample.split(separator: "\n") {
        lines += paragraph(String(line), indent: 4).map { terminal.styled($0, .dim) }
      }
    }
    if !rule.causedBy.isEmpty {
      lines += [
        "", "  " + terminal.styled(phrases.follows, .dim) + "  " + rule.causedBy.joined(separator: ", ").printable,
      ]
    }
    lines += [""] + advice.references.map { "  " + $0.printable }
    return lines.joined(separator: "\n") + "\n"
  }

  private func head(_ rule: Rule, _ advice: RuleAdvice) -> [String] {
    let word = phrases.severity(rule.severity)
    let colour: Terminal.Style = rule.severity >= .error ? .red : rule.severity == .warning ? .yellow : .blue
    let title = advice.title.printable.wrapped(to: terminal.width - word.count - 2)
    let margin = String(repeating: " ", count: word.count + 2)
    var lines = [terminal.styled(word, colour) + "  " + terminal.styled(title[0], .bold)]
    lines += title.dropFirst().map { margin + terminal.styled($0, .bold) }
    let facts = [rule.id, rule.pack, rule.status.rawValue, rule.reason ?? ""].filter { !$0.isEmpty }
    return lines + [margin + terminal.styled(facts.joined(separator: " · ").printable, .dim)]
  }

  private func lines(_ cause: CauseAdvice, _ number: Int) -> [String] {
    let text = paragraph(cause.text, indent: 5)
    let first = "  " + terminal.styled("\(number). ", .green) + text[0].dropFirst(5)
    return ["", String(first)] + text.dropFirst() + cause.fix.flatMap { lines($0) }
  }

  private func lines(_ step: FixStep) -> [String] {
    let text = paragraph(step.text, indent: 7)
    var lines = ["     - " + text[0].dropFirst(7)] + text.dropFirst()
    if let file = step.file { lines.append(code("\(phrases.inFile) \(file.path):  \(file.line)")) }
    lines += step.dns.map { code("\(phrases.publish) \($0.name) IN \($0.type) \($0.value)") }
    lines += step.commands.map { code($0) }
    return lines
  }

  private func paragraph(_ text: String, indent: Int) -> [String] {
    text.printable.wrapped(to: terminal.width - indent).map { String(repeating: " ", count: indent) + $0 }
  }

  /// Something to copy: never broken, whatever the width.
  private func code(_ text: String) -> String { "         " + terminal.styled(text.printable, .bold) }
}

extension Phrases {
  var sample: String { language == .french ? "Une ligne concernée" : "A line that it is about" }
}
