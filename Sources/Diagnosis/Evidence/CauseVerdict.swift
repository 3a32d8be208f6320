/// Judges the causes of one incident by what a witness has seen.
enum CauseVerdict {
  /// Proven causes first, then likelier ones, then the rest in the rule's order, ruled-out ones last.
  static func judge(_ causes: [JudgedCause], by advice: [CauseAdvice], _ seen: Observations) -> [JudgedCause] {
    var judged: [(cause: JudgedCause, rank: Int, place: Int)] = []
    for cause in causes {
      guard let place = advice.firstIndex(where: { $0.id == cause.id }) else { continue }
      var result = cause
      // A rival's proof may not outlive the look at that rival.
      if cause.isRuledOutByRival {
        result.status = .unchecked
        result.evidence = []
      }
      look(&result, advice[place], seen)
      let isLikelier = advice[place].likelierIf.contains { holds($0, seen) }
      judged.append((result, isLikelier ? 0 : 1, place))
    }
    if let proven = judged.first(where: { $0.cause.status == .confirmed }) {
      for index in judged.indices where judged[index].cause.status != .confirmed {
        if judged[index].cause.status == .refuted { continue }
        judged[index].cause.status = .refuted
        judged[index].cause.evidence = [.rival(proven.cause.id)]
      }
    }
    func order(_ entry: (cause: JudgedCause, rank: Int, place: Int)) -> (Int, Int, Int) {
      switch entry.cause.status {
      case .confirmed: (0, entry.cause.isSeen ? 0 : 1, entry.place)
      case .refuted: (3, entry.cause.isSeen ? 0 : 1, entry.place)
      case .undetermined, .unchecked: (1, entry.rank, entry.place)
      }
    }
    return judged.sorted { order($0) < order($1) }.map(\.cause)
  }

  private static func look(_ cause: inout JudgedCause, _ advice: CauseAdvice, _ seen: Observations) {
    let proofs = advice.confirmedBy.filter(\.asksTheMachine)
    let disproofs = advice.refutedBy.filter(\.asksTheMachine)
    guard !proofs.isEmpty || !disproofs.isEmpty else { return }
    // What the log rules out stays ruled out: it knows what happened before.
    guard cause.status != .refuted else { return }
    if let entry = disproofs.first(where: { holds($0, seen) }) {
      settle(&cause, .refuted, entry, seen)
    } else if let entry = proofs.first(where: { holds($0, seen) }) {
      settle(&cause, .confirmed, entry, seen)
    } else if !proofs.isEmpty, proofs.allSatisfy({ fails($0, seen) }) {
      settle(&cause, .refuted, proofs.flatMap { $0.filter { fails([$0], seen) } }, seen)
    } else {
      let open = (proofs + disproofs).joined().filter { !holds([$0], seen) && !fails([$0], seen) }
      guard !open.isEmpty else { return }
      if cause.status == .confirmed {
        // The log's proof stands, and the report says what could not be seen beside it.
        add(Array(open), seen, to: &cause)
      } else {
        settle(&cause, .undetermined, Array(open), seen)
      }
    }
  }

  private static func settle(
    _ cause: inout JudgedCause, _ status: JudgedCause.Status, _ checks: [EvidenceCheck], _ seen: Observations
  ) {
    // What the log had proven is told beside what disproves it now.
    let logged = status == .refuted && cause.status == .confirmed ? cause.evidence.filter { $0.check == "logged" } : []
    cause.status = status
    cause.evidence = []
    add(checks, seen, to: &cause)
    cause.evidence += logged
  }

  private static func add(_ checks: [EvidenceCheck], _ seen: Observations, to cause: inout JudgedCause) {
    for case .machine(let check) in checks {
      let (filled, observation) = seen.of(check)
      let evidence = Evidence(
        check: filled.name, expected: filled.expectation, found: observation.found.english,
        french: observation.found.french)
      if !cause.evidence.contains(where: { $0.check == evidence.check && $0.found == evidence.found }) {
        cause.evidence.append(evidence)
      }
      cause.facts.merge(observation.facts) { old, _ in old }
    }
  }

  private static func holds(_ entry: [EvidenceCheck], _ seen: Observations) -> Bool {
    !entry.isEmpty && entry.allSatisfy { verdict($0, seen) == .holds }
  }

  private static func fails(_ entry: [EvidenceCheck], _ seen: Observations) -> Bool {
    entry.contains { verdict($0, seen) == .fails }
  }

  private static func verdict(_ check: EvidenceCheck, _ seen: Observations) -> Observation.Verdict {
    switch check {
    case .itself: .holds
    // What the log said has been judged while it was read.
    case .logged: .unknown
    case .machine(let check): seen.of(check).observation.verdict
    }
  }
}

extension [EvidenceCheck] {
  fileprivate var asksTheMachine: Bool { contains { if case .machine = $0 { true } else { false } } }
}

extension JudgedCause {
  /// Whether a look at the machine or the DNS decided, not the log alone.
  public var isSeen: Bool { evidence.first.map { $0.check != "logged" && $0.check != "rival" } ?? false }

  var isRuledOutByRival: Bool { status == .refuted && evidence.first?.check == "rival" }
}

extension Evidence {
  static func rival(_ proven: String) -> Evidence {
    Evidence(
      check: "rival", expected: "no other cause is proven", found: "\(proven) is proven", french: "\(proven) est prouvé"
    )
  }
}
