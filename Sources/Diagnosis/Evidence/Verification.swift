import LogParsing

/// Looks at the machine and the DNS for the causes of incidents, and judges each cause by what is there now.
///
/// A value that one task owns. The same look is made once and kept for a while, so that a flood of incidents costs what one
/// of them does; every look has a deadline of its own, and all together have one too.
public struct Verification {
  private let witness: any Witness
  private let limits: Limits
  private var seen: [MachineCheck: Sighting] = [:]

  public struct Limits: Sendable {
    /// Looks in one call of `verify`; what is beyond them stays unchecked.
    public var mostLooks = 300
    public var mostAtOnce = 6
    /// How long an observation counts as what is there now.
    public var freshness = Duration.seconds(30)
    /// After this, no further look begins.
    public var patience = Duration.seconds(30)

    public init() {}
  }

  private struct Sighting {
    let observation: Observation
    let time: ContinuousClock.Instant
  }

  public init(witness: any Witness, limits: Limits = Limits()) {
    self.witness = witness
    self.limits = limits
  }

  /// The incidents with their causes judged anew; the log's own proofs stand unless the machine now says otherwise.
  public mutating func verify(_ incidents: [Incident]) async -> [Incident] {
    let now = ContinuousClock.now
    seen = seen.filter { now - $0.value.time < limits.freshness }
    var advice: [String: [CauseAdvice]] = [:]
    for incident in incidents where advice[incident.rule.id] == nil {
      advice[incident.rule.id] = incident.rule.advice(in: .english)?.causes ?? []
    }
    var wanted: [MachineCheck] = []
    for incident in incidents {
      for cause in advice[incident.rule.id] ?? [] where incident.causes.contains(where: { $0.id == cause.id }) {
        for case .machine(let check) in (cause.confirmedBy + cause.refutedBy + cause.likelierIf).joined() {
          if case .ready(let filled) = check.filled(for: incident) { wanted.append(filled) }
        }
      }
    }
    await look(wanted, since: now)
    return incidents.map { incident in
      var judged = incident
      let observations = Observations(incident: incident, seen: seen.mapValues(\.observation))
      judged.causes = CauseVerdict.judge(incident.causes, by: advice[incident.rule.id] ?? [], observations)
      return judged
    }
  }

  private mutating func look(_ checks: [MachineCheck], since start: ContinuousClock.Instant) async {
    var asked: Set<MachineCheck> = []
    let open = checks.filter { seen[$0] == nil && asked.insert($0).inserted }.prefix(limits.mostLooks)
    let witness = self.witness
    let deadline = start.advanced(by: limits.patience)
    await withTaskGroup(of: (MachineCheck, Observation?).self) { group in
      var rest = open.makeIterator()
      func add() -> Bool {
        guard let check = rest.next() else { return false }
        group.addTask { (check, ContinuousClock.now < deadline ? await witness.look(check) : nil) }
        return true
      }
      for _ in 0..<max(1, limits.mostAtOnce) where !add() { break }
      while let (check, observation) = await group.next() {
        if let observation { seen[check] = Sighting(observation: observation, time: .now) }
        _ = add()
      }
    }
  }
}

/// What has been seen of one incident's checks.
struct Observations {
  let incident: Incident
  let seen: [MachineCheck: Observation]

  /// A look with its result; a look that could not be made is `unknown`, with the reason.
  func of(_ check: MachineCheck) -> (check: MachineCheck, observation: Observation) {
    switch check.filled(for: incident) {
    case .ready(let filled):
      let late = Wording("there was no time left to look", french: "le temps a manqué pour regarder")
      return (filled, seen[filled] ?? Observation(.unknown, late))
    case .lacks(let name):
      let reason = Wording("the log does not tell {\(name)}", french: "le journal ne dit pas {\(name)}")
      return (check, Observation(.unknown, reason))
    case .unfit(let name):
      let reason = Wording(
        "the log's {\(name)} is no value to look for", french: "la valeur {\(name)} du journal ne peut être cherchée")
      return (check, Observation(.unknown, reason))
    }
  }
}

extension MachineCheck {
  /// The checks that depend on which Postfix instance logged the line.
  private static let asksAnInstance: Set<String> = [
    "listening", "socket", "postfix", "table", "certificate", "opendkim",
  ]

  enum Filled {
    case ready(MachineCheck)
    /// The log told no value for this name.
    case lacks(String)
    /// The value has control characters or is very long: nobody names a port or a file so.
    case unfit(String)
  }

  /// The check with the incident's own values in it.
  func filled(for incident: Incident) -> Filled {
    var filled: [String: [String]] = [:]
    for (parameter, values) in parameters {
      var texts: [String] = []
      for value in values {
        let template = TextTemplate(value)
        if let name = template.missing(in: incident.facts) { return .lacks(name) }
        let text = template.filled(with: incident.facts)
        guard text.utf8.count <= 1_024, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
          return .unfit(template.names.first ?? parameter)
        }
        texts.append(text)
      }
      filled[parameter] = texts
    }
    if let program = incident.facts["program"], let slash = program.firstIndex(of: "/") {
      let instance = String(program[..<slash])
      if instance != "postfix", Self.asksAnInstance.contains(name) { filled["instance"] = [instance] }
    }
    if name == "changed" {
      guard let first = incident.first else { return .lacks("first") }
      filled["first"] = [String(first.seconds)]
    }
    return .ready(MachineCheck(name: name, parameters: filled))
  }
}

extension TextTemplate {
  /// The first name for which there is neither a fact nor other words.
  func missing(in facts: Facts) -> String? {
    for case .name(let name, nil) in parts where facts[name] == nil { return name }
    return nil
  }
}
