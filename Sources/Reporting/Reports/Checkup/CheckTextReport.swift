public import Diagnosis

/// `maillogd check` for a person at a terminal: the table, then what is not well, worst first, and the score in the end.
public struct CheckTextReport {
  private let phrases: CheckPhrases
  private let terminal: Terminal
  private let language: Language
  private var output: [String] = []

  public init(language: Language, terminal: Terminal) {
    phrases = CheckPhrases(language: language)
    self.terminal = terminal
    self.language = language
  }

  public func text(_ report: CheckReport) -> String {
    var writer = self
    writer.write(report)
    return writer.output.joined(separator: "\n") + "\n"
  }

  private mutating func write(_ report: CheckReport) {
    for line in phrases.heading(report).printable.wrapped(to: terminal.width) {
      output.append(terminal.styled(line, .bold))
    }
    output.append("")
    for finding in report.findings { row(finding) }
    output.append("")
    for verdict in [CheckFinding.Verdict.bad, .warning] {
      for finding in report.findings where finding.verdict == verdict { details(finding) }
    }
    for line in phrases.score(report).wrapped(to: terminal.width) { output.append(terminal.styled(line, .bold)) }
  }

  private mutating func row(_ finding: CheckFinding) {
    let topic = phrases.topic(finding.topic).rightPadded(to: phrases.topicWidth)
    let margin = phrases.verdictWidth + phrases.topicWidth
    let lines = finding.seen[language].printable.wrapped(to: terminal.width - margin)
    output.append(word(finding.verdict, width: phrases.verdictWidth) + topic + lines[0])
    for line in lines.dropFirst() { output.append(String(repeating: " ", count: margin) + line) }
  }

  private func word(_ verdict: CheckFinding.Verdict, width: Int) -> String {
    let word = phrases.verdict(verdict)
    let style: Terminal.Style =
      switch verdict {
      case .good: .green
      case .warning: .yellow
      case .bad: .red
      case .unknown: .dim
      }
    return terminal.styled(word, style) + String(repeating: " ", count: max(0, width - word.count))
  }

  private mutating func details(_ finding: CheckFinding) {
    let title = "\(phrases.topic(finding.topic))\(phrases.colon) \(finding.subject)".printable
    output.append(word(finding.verdict, width: phrases.verdictWidth) + terminal.styled(title, .bold))
    for (index, line) in (finding.why?[language].printable.wrapped(to: room()) ?? []).enumerated() {
      output.append(margin(index == 0 ? phrases.why : "") + line)
    }
    for (index, step) in finding.fix.enumerated() { write(step[language], number: index + 1) }
    output.append("")
  }

  private mutating func write(_ step: FixStep, number: Int) {
    let lines = step.text.printable.wrapped(to: room() - 3)
    for (index, line) in lines.enumerated() {
      output.append(
        margin(number == 1 && index == 0 ? phrases.whatToDo : "") + (index == 0 ? "\(number). " : "   ") + line)
    }
    if let file = step.file { code("\(phrases.inFile) \(file.path):  \(file.line)") }
    for record in step.dns { code("\(phrases.publish) \(record.zoneLine)") }
    for command in step.commands { code(command) }
  }

  private func room() -> Int { terminal.width - 3 - phrases.label }

  private func margin(_ label: String) -> String {
    "  " + terminal.styled(label.rightPadded(to: phrases.label), .dim) + " "
  }

  /// Something to copy: never broken, whatever the width, except where a zone file may be.
  private mutating func code(_ text: String) {
    for line in text.split(separator: "\n") {
      output.append("                 " + terminal.styled(String(line).printable, .bold))
    }
  }
}
