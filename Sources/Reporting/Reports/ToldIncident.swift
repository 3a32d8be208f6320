public import Diagnosis

/// An incident in the reader's language, with the log's own values in every text.
public struct ToldIncident: Sendable {
  public let incident: Incident
  public let title: String
  public let impact: String
  /// In the order to tell them.
  public let causes: [ToldCause]
  public let references: [String]

  /// There are causes, and each one is ruled out: the reader has to look further.
  var isWithoutCause: Bool { !causes.isEmpty && causes.allSatisfy { $0.status == .refuted } }

  /// `incidents` told in their order; the texts of a rule are read once for all its incidents.
  public static func all(_ incidents: [Incident], language: Language) -> [ToldIncident] {
    var shelf: [String: RuleAdvice] = [:]
    return incidents.map { incident in
      let advice = shelf[incident.rule.id] ?? incident.rule.advice(in: language)
      shelf[incident.rule.id] = advice
      return ToldIncident(incident, advice, language)
    }
  }

  private init(_ incident: Incident, _ advice: RuleAdvice?, _ language: Language) {
    let facts = incident.facts
    self.incident = incident
    title = TextTemplate(advice?.title ?? incident.rule.id).filled(with: facts)
    impact = TextTemplate(advice?.impact ?? "").filled(with: facts)
    references = advice?.references ?? []
    causes = incident.causes.compactMap { judged in
      advice?.causes.first { $0.id == judged.id }.map { ToldCause($0, judged, facts, language) }
    }
  }
}

extension [ToldCause] {
  /// What a look has ruled out, told where no other cause is proven: it leaves fewer to try.
  var ruledOutBeside: [ToldCause] {
    contains { $0.status == .confirmed } ? [] : filter { $0.status == .refuted && $0.isSeen }
  }
}

public struct ToldCause: Sendable {
  public let id: String
  public let text: String
  public let status: JudgedCause.Status
  public let evidence: [Evidence]
  public let fix: [FixStep]

  /// Whether a look at the machine or the DNS decided, not the log alone.
  public let isSeen: Bool
  /// The log had proven it, and a look at the machine says that it is so no longer.
  var isOver: Bool { status == .refuted && isSeen && evidence.contains { $0.check == "logged" } }

  init(_ advice: CauseAdvice, _ judged: JudgedCause, _ known: Facts, _ language: Language) {
    var facts = known
    // What the log says itself keeps its name.
    for (name, value) in judged.facts where known[name] == nil { facts.set(name, value) }
    id = advice.id
    text = TextTemplate(advice.text).filled(with: facts)
    status = judged.status
    isSeen = judged.isSeen
    evidence = judged.evidence.map { evidence in
      let expected = TextTemplate(evidence.expected).filled(with: facts)
      return Evidence(check: evidence.check, expected: expected, found: evidence.found(in: language))
    }
    fix = advice.fix.map { $0.filled(with: facts) }
  }
}

extension FixStep {
  func filled(with facts: Facts) -> FixStep {
    var step = self
    step.text = TextTemplate(text).filled(with: facts)
    step.commands = commands.map { TextTemplate($0).filledForShell(with: facts) }
    step.file = file.map { file in
      let path = TextTemplate(file.path).filled(with: facts)
      return FileChange(path: path, line: TextTemplate(file.line).filled(with: facts))
    }
    step.dns = dns.map { record in
      DNSRecord(
        name: TextTemplate(record.name).filled(with: facts), type: record.type,
        value: TextTemplate(record.value).filled(with: facts), ttl: record.ttl)
    }
    return step
  }
}
