import LogParsing

/// Decides from what the log has said so far which causes of an incident are proven, refuted, or likelier.
struct CauseJudge {
  private let rules: RuleSet
  /// When each rule last matched, by its place in the set.
  var lastSeen: [Sighting?]
  /// The rules that the causes of each rule ask about with `logged`, by the rule's place; `nil`: nobody has looked yet.
  private var watched: [[Int]?]

  init(_ rules: RuleSet) {
    self.rules = rules
    lastSeen = Array(repeating: nil, count: rules.rules.count)
    watched = lastSeen.map { _ in nil }
  }

  struct Sighting: Codable {
    var time: EventTime?
    /// For logs without stamps, and for lines of one second.
    var ordinal: UInt64
    var captures: [Finding.Capture]
  }

  /// Which causes one incident has been found to have.
  struct Verdict: Codable, Equatable {
    var proven: [String: Evidence] = [:]
    var refuted: [String: Evidence] = [:]
    var likelier: Set<String> = []
    var listed: Set<String> = []
    /// The finding after which the causes were last looked at; 0: never.
    var ordinal: UInt64 = 0

    /// After a restart the causes are looked at anew, so when that was is not stored.
    private enum CodingKeys: String, CodingKey { case proven, refuted, likelier, listed }
  }

  mutating func note(_ finding: Finding, at time: EventTime?, ordinal: UInt64) {
    lastSeen[finding.rule] = Sighting(time: time, ordinal: ordinal, captures: finding.captures)
  }

  /// Whether a look at the causes of `rule` could find something new since the last.
  func hasNews(of rule: Int, since verdict: Verdict) -> Bool {
    guard verdict.ordinal > 0, let watched = watched[rule] else { return true }
    return watched.contains { place in lastSeen[place].map { $0.ordinal > verdict.ordinal } ?? false }
  }

  mutating func watch(_ causes: [CauseAdvice], of rule: Int) {
    var places: Set<Int> = []
    for cause in causes {
      let conditions = cause.conditions.compactMap { if case .check(let check) = $0 { check } else { nil } }
      for check in (cause.confirmedBy + cause.refutedBy + cause.likelierIf).joined() + conditions {
        guard case .logged(let logged) = check else { continue }
        places.formUnion((logged.rules + logged.notSince).compactMap { rules.indexOfID[$0] })
      }
    }
    watched[rule] = places.sorted()
  }

  /// A new log begins that does not go on where the last one ended: what was seen there proves nothing here.
  mutating func forget() { for place in lastSeen.indices { lastSeen[place] = nil } }

  private func lastSight(of rule: String) -> Sighting? { rules.indexOfID[rule].flatMap { lastSeen[$0] } }

  /// Looks at all causes again; what was once proven for an incident stays so.
  func judge(_ causes: [CauseAdvice], _ verdict: inout Verdict, facts: Facts, at time: EventTime?, ordinal: UInt64) {
    verdict.ordinal = ordinal
    for cause in causes {
      if cause.conditions.allSatisfy({ holds($0, facts, time) }) { verdict.listed.insert(cause.id) }
      guard verdict.listed.contains(cause.id) else { continue }
      if verdict.proven[cause.id] == nil, let proof = evidence(in: cause.confirmedBy, facts, time) {
        verdict.proven[cause.id] = proof
      }
      if verdict.refuted[cause.id] == nil, let proof = evidence(in: cause.refutedBy, facts, time) {
        verdict.refuted[cause.id] = proof
      }
      if evidence(in: cause.likelierIf, facts, time) != nil { verdict.likelier.insert(cause.id) }
    }
  }

  /// The causes in the order to tell them: proven, likelier, the rest as the rule ranks them, refuted.
  static func ranked(_ causes: [CauseAdvice], _ verdict: Verdict) -> [JudgedCause] {
    let proof = causes.first { verdict.proven[$0.id] != nil }
    let judged = causes.filter { verdict.listed.contains($0.id) }.map { cause in
      if let evidence = verdict.proven[cause.id] {
        return JudgedCause(id: cause.id, status: .confirmed, evidence: [evidence])
      }
      if let evidence = verdict.refuted[cause.id] {
        return JudgedCause(id: cause.id, status: .refuted, evidence: [evidence])
      }
      if let proof {
        return JudgedCause(id: cause.id, status: .refuted, evidence: [.rival(proof.id)])
      }
      let pending = (cause.confirmedBy + cause.refutedBy).joined().compactMap { $0.pendingEvidence }
      return JudgedCause(id: cause.id, status: .unchecked, evidence: pending)
    }
    func rank(_ cause: JudgedCause) -> Int {
      switch cause.status {
      case .confirmed: 0
      case .refuted: 3
      default: verdict.likelier.contains(cause.id) ? 1 : 2
      }
    }
    return judged.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }

  private func holds(_ condition: CauseCondition, _ facts: Facts, _ time: EventTime?) -> Bool {
    switch condition {
    case .capture(let name, let globs):
      guard let value = facts[name] else { return false }
      return globs.contains { $0.matches(value) }
    case .check(let check): return evidence(for: check, facts, time) != nil
    }
  }

  private func evidence(in alternatives: [[EvidenceCheck]], _ facts: Facts, _ time: EventTime?) -> Evidence? {
    for checks in alternatives where !checks.isEmpty {
      let found = checks.compactMap { evidence(for: $0, facts, time) }
      if found.count == checks.count { return found.first }
    }
    return nil
  }

  private func evidence(for check: EvidenceCheck, _ facts: Facts, _ time: EventTime?) -> Evidence? {
    switch check {
    case .itself: return Evidence(check: "logged", expected: "the line says it itself", found: "it does")
    case .machine: return nil
    case .logged(let check):
      for rule in check.rules {
        guard let seen = lastSight(of: rule), isNear(seen.time, to: time, within: check.within),
          check.same.allSatisfy({ name in seen.captures.first { $0.name == name }?.value == facts[name] }),
          !check.notSince.contains(where: { isAfter(lastSight(of: $0), seen) })
        else { continue }
        let moment = seen.time.map { " at \($0.rfc3339)" } ?? ""
        return Evidence(check: "logged", expected: rule, found: "logged\(moment)")
      }
      return nil
    }
  }

  /// A minute of grace: the cause's own line may reach the log a little later than its effect.
  private func isNear(_ seen: EventTime?, to now: EventTime?, within: Int64) -> Bool {
    guard let seen, let now else { return true }
    let age = now.seconds - seen.seconds
    return age <= within && age >= -60
  }

  private func isAfter(_ other: Sighting?, _ seen: Sighting) -> Bool {
    other.map { $0.ordinal > seen.ordinal } ?? false
  }
}

extension EvidenceCheck {
  /// What a look at the machine would have to find; nobody looks yet.
  fileprivate var pendingEvidence: Evidence? {
    guard case .machine(let check) = self else { return nil }
    return Evidence(check: check.name, expected: check.expectation, found: "not checked")
  }
}
