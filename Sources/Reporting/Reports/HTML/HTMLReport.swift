public import Diagnosis
import LogParsing

/// The report of `scan` as one file that any browser shows, without network and without scripts.
public struct HTMLReport {
  private let phrases: Phrases
  private let language: Language
  private static let mostUnexplained = 200

  public init(language: Language) {
    self.language = language
    phrases = Phrases(language: language)
  }

  public func text(_ report: DiagnosisReport) -> String {
    let told = ToldIncident.all(report.incidents, language: language)
    let titles = Dictionary(told.map { ($0.incident.id, $0.title) }, uniquingKeysWith: { first, _ in first })
    return HTMLText.page("maillogd", language: language.rawValue) { html in
      html.element("h1", text: phrases.reportTitle)
      html.element("p", text: phrases.closing(report))
      html.element("p", ["class": "soft"], text: report.inputs.map { phrases.input($0) }.joined(separator: " · "))
      if told.isEmpty, report.unexplained.isEmpty { html.element("p", text: phrases.noProblem) }
      for incident in told { write(incident, titles, namesServers: report.isOfSeveralHosts, &html) }
      write(report.unexplained, &html)
    }
  }

  private func write(
    _ told: ToldIncident, _ titles: [String: String], namesServers: Bool, _ html: inout HTMLText
  ) {
    let incident = told.incident
    html.element("section", ["class": "incident \(incident.severity.rawValue)", "id": incident.id]) { html in
      html.element("span", ["class": "badge \(incident.severity.rawValue)"], text: phrases.severity(incident.severity))
      html.element("h1", text: told.title)
      html.element("dl") { html in
        field(phrases.when, phrases.period(incident), &html)
        if namesServers { field(phrases.servers, incident.hosts.joined(separator: ", "), &html) }
        if incident.messages.count > 0 { field(phrases.hits, messages(incident.messages), &html) }
        field(phrases.effect, told.impact, &html)
        links(phrases.follows, incident.causedBy, titles, &html)
        links(phrases.leads, incident.leadsTo, titles, &html)
      }
      if told.isWithoutCause {
        html.element("p", text: phrases.withoutCause(told))
        for cause in told.causes { write(cause, isFirst: false, &html) }
        html.steps(phrases.nextSteps(told), phrases)
      } else {
        for (index, cause) in told.causes.enumerated() where cause.status != .refuted {
          write(cause, isFirst: index == 0, &html)
        }
        for cause in told.causes.ruledOutBeside { write(cause, isFirst: false, &html) }
      }
      for line in incident.lines.prefix(3) {
        html.element("p", ["class": "soft"], text: "\(line.path):\(line.line)")
        html.element("pre", ["class": "log"], text: line.text)
      }
      html.element("p", ["class": "soft"]) { html in
        html.element("code", text: incident.rule.id)
        for reference in told.references {
          html.write(" · ")
          html.link(to: reference)
        }
      }
    }
    html.lineEnd()
  }

  private func write(_ cause: ToldCause, isFirst: Bool, _ html: inout HTMLText) {
    html.element("section", ["class": "cause \(cause.status.rawValue)"]) { html in
      html.element("p") { html in
        html.element("span", ["class": "standing"], text: phrases.standing(cause, isFirst: isFirst))
        html.write(" " + cause.text)
      }
      for evidence in cause.evidence where cause.status != .unchecked && evidence.check != "rival" {
        html.element("p", ["class": "soft"], text: "\(evidence.check): \(evidence.expected) — \(evidence.found)")
      }
      if cause.status != .refuted { html.steps(cause.fix, phrases) }
    }
  }

  private func field(_ label: String, _ text: String, _ html: inout HTMLText) {
    html.element("dt", text: label)
    html.element("dd", text: text)
  }

  private func links(_ label: String, _ ids: [String], _ titles: [String: String], _ html: inout HTMLText) {
    guard !ids.isEmpty else { return }
    html.element("dt", text: label)
    html.element("dd") { html in
      for (index, id) in ids.enumerated() {
        if index > 0 { html.write("; ") }
        html.element("a", ["href": "#" + id], text: titles[id] ?? id)
      }
    }
  }

  private func messages(_ affected: AffectedMessages) -> String {
    let sample = affected.sample.map { message in
      let from = message.from.map { $0.isEmpty ? phrases.nullSender : $0 } ?? "?"
      return "\(from)\(message.to.isEmpty ? "" : " → " + message.to.joined(separator: ", ")) (\(message.queueID))"
    }
    return phrases.messages(affected.count) + " " + sample.joined(separator: ", ")
  }

  private func write(_ shapes: [UnexplainedShape], _ html: inout HTMLText) {
    guard !shapes.isEmpty else { return }
    html.element("h2", text: phrases.unexplained)
    html.element("table") { html in
      for shape in shapes.prefix(Self.mostUnexplained) {
        html.element("tr") { html in
          html.element("td", ["class": "number"], text: phrases.grouped(shape.count) + "×")
          html.element("td") { html in
            html.element("code", text: shape.template)
            html.element("p", ["class": "soft"], text: "\(shape.sample.path):\(shape.sample.line)")
          }
        }
      }
    }
    if shapes.count > Self.mostUnexplained {
      html.element("p", text: phrases.andMore(shapes.count - Self.mostUnexplained))
    }
  }
}

extension HTMLText {
  /// The steps of a repair, with what is to be typed and published.
  mutating func steps(_ fix: [FixStep], _ phrases: Phrases) {
    guard !fix.isEmpty else { return }
    element("ol") { html in
      for step in fix {
        html.element("li") { html in
          html.write(step.text)
          if let file = step.file { html.element("pre", text: "\(phrases.inFile) \(file.path):  \(file.line)") }
          for record in step.dns {
            html.element("pre", text: "\(phrases.publish) \(record.name) IN \(record.type) \(record.value)")
          }
          if !step.commands.isEmpty { html.element("pre", text: step.commands.joined(separator: "\n")) }
        }
      }
    }
  }
}

extension Phrases {
  var reportTitle: String { language == .french ? "Diagnostic du journal de courrier" : "Diagnosis of the mail log" }

  func input(_ input: InputSummary) -> String {
    let period = [input.first, input.last].compactMap { $0.map(moment) }.joined(separator: " – ")
    return input.path + (period.isEmpty ? "" : " (\(period))")
  }
}
