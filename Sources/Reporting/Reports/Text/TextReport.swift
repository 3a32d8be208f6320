public import Diagnosis

/// The report for a person at a terminal: worst first; then what is harmless, what is unknown, and one line in the end.
public struct TextReport {
  private let phrases: Phrases
  private let terminal: Terminal
  private let language: Language
  /// Incidents below this are only listed.
  private let least: Severity
  /// The lines were pasted: they have no place in a file, and no totals are wanted.
  private let isPaste: Bool
  /// Logs of several servers were read.
  private var namesServers = false
  private var output: [String] = []

  private static let mostListed = 12
  private static let mostUnexplained = 10

  public init(language: Language, terminal: Terminal, least: Severity = .warning, isPaste: Bool = false) {
    phrases = Phrases(language: language)
    self.terminal = terminal
    self.language = language
    self.least = least
    self.isPaste = isPaste
  }

  public func text(_ report: DiagnosisReport) -> String {
    var writer = self
    writer.write(report)
    return writer.output.joined(separator: "\n") + "\n"
  }

  private mutating func write(_ report: DiagnosisReport) {
    namesServers = report.isOfSeveralHosts
    let told = ToldIncident.all(report.incidents, language: language)
    let titles = Dictionary(told.map { ($0.incident.id, $0.title) }, uniquingKeysWith: { first, _ in first })
    let main = told.filter { $0.incident.severity >= least }
    for incident in main { write(incident, titles) }
    let isMailLog =
      report.inputs.allSatisfy { $0.lines == $0.leftOut } || report.inputs.contains { $0.mailLines > 0 }
    if main.isEmpty, report.unexplained.isEmpty, isMailLog, !isPaste {
      output.append(terminal.styled(phrases.noProblem, .green))
      output.append("")
    }
    writeList(phrases.harmless, told.filter { $0.incident.severity < least })
    writeUnexplained(report.unexplained)
    if isPaste {
      if report.incidents.isEmpty { paragraph(phrases.notUnderstood) }
      return
    }
    for input in report.inputs {
      if input.mailLines == 0 {
        paragraph(phrases.noMail(input))
      } else if input.unparsed > 0 {
        paragraph(phrases.unparsed(input))
      }
    }
    if report.evictedStories > 0 { paragraph(phrases.evicted(report.evictedStories)) }
    output.append(terminal.styled(phrases.closing(report), .bold))
  }

  private mutating func write(_ told: ToldIncident, _ titles: [String: String]) {
    let incident = told.incident
    let word = phrases.severity(incident.severity)
    let colour: Terminal.Style = incident.severity >= .error ? .red : incident.severity == .warning ? .yellow : .blue
    let title = told.title.printable.wrapped(to: terminal.width - word.count - 2)
    output.append(terminal.styled(word, colour) + "  " + terminal.styled(title[0], .bold))
    for line in title.dropFirst() {
      output.append(String(repeating: " ", count: word.count + 2) + terminal.styled(line, .bold))
    }
    field(phrases.when, phrases.period(incident))
    if namesServers { field(phrases.servers, incident.hosts.joined(separator: ", ")) }
    if incident.messages.count > 0 { field(phrases.hits, messages(incident.messages)) }
    field(phrases.effect, told.impact)
    for id in incident.causedBy.prefix(2) { field(phrases.follows, titles[id] ?? id) }
    for (index, id) in incident.leadsTo.prefix(4).enumerated() {
      field(index == 0 ? phrases.leads : "", titles[id] ?? id)
    }
    told.isWithoutCause ? writeRuledOut(told) : write(told.causes)
    if let line = incident.lines.first, !isPaste {
      field(phrases.line, "\(line.path):\(line.line)")
      for part in line.text.shortened(to: 400).printable.wrapped(to: terminal.width - 4) {
        output.append("    " + terminal.styled(part, .dim))
      }
    }
    field(phrases.rule, incident.rule.id)
    if let link = told.references.first { field(phrases.more, link) }
    output.append("")
  }

  private mutating func write(_ causes: [ToldCause]) {
    guard let first = causes.first else { return }
    field(phrases.why, phrases.standing(first, isFirst: true) + " " + first.text)
    writeFound(first)
    write(first.fix, label: phrases.whatToDo)
    for cause in causes.dropFirst() where cause.status != .refuted {
      field(phrases.orElse, phrases.standing(cause, isFirst: false) + " " + cause.text)
      writeFound(cause)
      write(cause.fix, label: phrases.whatToDo)
    }
    for cause in causes.ruledOutBeside {
      field("", phrases.standing(cause, isFirst: false) + " " + cause.text)
      writeFound(cause)
    }
  }

  /// Nothing that the rule knows is left to repair: what was ruled out, by what, and where to look next.
  private mutating func writeRuledOut(_ told: ToldIncident) {
    field(phrases.why, phrases.withoutCause(told))
    for cause in told.causes {
      field("", phrases.standing(cause, isFirst: false) + " " + cause.text)
      writeFound(cause)
    }
    write(phrases.nextSteps(told), label: phrases.whatToDo)
  }

  /// What a look at the machine showed, or why it showed nothing.
  private mutating func writeFound(_ cause: ToldCause) {
    guard cause.status != .unchecked else { return }
    // Beside a proof of the log stands only what could not be seen.
    let label = cause.status == .undetermined || !cause.isSeen ? phrases.notSeen : phrases.seen
    let found = cause.evidence.filter { $0.check != "rival" && $0.check != "logged" }.map(\.found)
    for (index, text) in found.enumerated() where !found[..<index].contains(text) {
      field(index == 0 ? label : "", text)
    }
  }

  private mutating func write(_ fix: [FixStep], label: String) {
    for (index, step) in fix.enumerated() {
      field(index == 0 ? label : "", "\(index + 1). \(step.text)", hanging: 3)
      if let file = step.file { code("\(phrases.inFile) \(file.path):  \(file.line)") }
      for record in step.dns {
        let value = record.type == "TXT" && !record.value.hasPrefix("\"") ? "\"\(record.value)\"" : record.value
        code("\(phrases.publish) \(record.name) IN \(record.type) \(value)")
      }
      for command in step.commands { code(command) }
    }
  }

  private mutating func writeList(_ heading: String, _ incidents: [ToldIncident]) {
    guard !incidents.isEmpty else { return }
    output.append(terminal.styled(heading, .bold))
    for told in incidents.prefix(Self.mostListed) {
      let times = phrases.times(told.incident.count)
      let room = terminal.width - times.count - 6
      output.append("  " + told.title.printable.shortened(to: room) + "  " + terminal.styled("(\(times))", .dim))
    }
    if incidents.count > Self.mostListed { output.append("  " + phrases.andMore(incidents.count - Self.mostListed)) }
    output.append("")
  }

  private mutating func writeUnexplained(_ shapes: [UnexplainedShape]) {
    guard !shapes.isEmpty else { return }
    output.append(terminal.styled(phrases.unexplained, .bold))
    for shape in shapes.prefix(Self.mostUnexplained) {
      let times = "\(phrases.grouped(shape.count))×"
      let lines = shape.template.printable.wrapped(to: terminal.width - 10)
      output.append("  " + times.leftPadded(to: 6) + "  " + lines[0])
      for line in lines.dropFirst() { output.append("          " + line) }
      output.append("          " + terminal.styled("\(shape.sample.path):\(shape.sample.line)", .dim))
    }
    if shapes.count > Self.mostUnexplained {
      output.append("  " + phrases.andMore(shapes.count - Self.mostUnexplained))
    }
    output.append("")
  }

  private func messages(_ affected: AffectedMessages) -> String {
    let sample = affected.sample.prefix(3).map { message in
      let from = message.from.map { $0.isEmpty ? phrases.nullSender : $0 } ?? "?"
      let to = message.to.isEmpty ? "" : " → " + message.to.prefix(2).joined(separator: ", ")
      return "\(from)\(to) (\(message.queueID))"
    }
    let rest = affected.count > sample.count ? ", …" : ""
    return phrases.messages(affected.count) + " " + sample.joined(separator: ", ") + rest
  }

  private mutating func paragraph(_ text: String) {
    output += text.printable.wrapped(to: terminal.width)
    output.append("")
  }

  /// A label in the margin, and text beside it.
  private mutating func field(_ label: String, _ text: String, hanging: Int = 0) {
    guard !text.isEmpty else { return }
    let margin = 2 + phrases.label + 1
    let lines = text.printable.wrapped(to: terminal.width - margin - hanging)
    output.append("  " + terminal.styled(label.rightPadded(to: phrases.label), .dim) + " " + lines[0])
    for line in lines.dropFirst() { output.append(String(repeating: " ", count: margin + hanging) + line) }
  }

  /// Something to copy: never broken, whatever the width.
  private mutating func code(_ text: String) {
    output.append("                 " + terminal.styled(text.printable, .bold))
  }
}

extension String {
  func rightPadded(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
  func leftPadded(to length: Int) -> String { String(repeating: " ", count: max(0, length - count)) + self }
}
