import LogParsing

/// Draws the lines from root to consequence between incidents whose rules name each other in `caused-by`.
enum RootCauses {
  /// A cause may be this much older than its consequence, and a minute younger: logs of two daemons are not in step.
  private static let reach: Int64 = 86_400
  static let slack: Int64 = 60

  /// Whether `effect` can follow from `cause`, by their rules and by when they were heard of.
  static func isEffect(_ effect: Incident, of cause: Incident) -> Bool {
    effect.rule.causedBy.contains { matches(cause.rule.id, $0) } && reaches(cause, effect)
  }

  static func link(_ incidents: inout [Incident]) {
    let placeOfID = Dictionary(
      incidents.indices.map { (incidents[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
    for effect in incidents.indices where !incidents[effect].rule.causedBy.isEmpty {
      for cause in incidents.indices where cause != effect {
        guard isEffect(incidents[effect], of: incidents[cause]),
          !isOver(incidents[cause], before: incidents[effect], incidents),
          !leads(from: effect, to: cause, incidents, placeOfID)
        else { continue }
        incidents[effect].causedBy.append(incidents[cause].id)
        incidents[cause].leadsTo.append(incidents[effect].id)
      }
    }
  }

  private static func matches(_ id: String, _ wanted: String) -> Bool {
    wanted.hasSuffix("*") ? id.hasPrefix(wanted.dropLast()) : id == wanted
  }

  private static func reaches(_ cause: Incident, _ effect: Incident) -> Bool {
    guard let causeFirst = cause.first?.seconds, let causeLast = cause.last?.seconds,
      let effectFirst = effect.first?.seconds, let effectLast = effect.last?.seconds
    else { return true }
    return causeFirst <= effectLast + slack && causeLast >= effectFirst - reach
  }

  /// Whether the log shows that the cause had ended before the effect began: an OpenDKIM that was stopped and started again.
  private static func isOver(_ cause: Incident, before effect: Incident, _ incidents: [Incident]) -> Bool {
    guard let end = cause.last, let begin = effect.first else { return false }
    return cause.rule.clearsWhen.contains { condition in
      guard case .rule(let id) = condition else { return false }
      return incidents.contains { other in
        guard other.rule.id == id, let first = other.first, let last = other.last else { return false }
        return (first > end && first <= begin) || (last > end && last <= begin)
      }
    }
  }

  /// Whether `start` already stands above `end`: two rules may name each other, a chain may not bite its tail.
  private static func leads(
    from start: Int, to end: Int, _ incidents: [Incident], _ placeOfID: [String: Int]
  ) -> Bool {
    var seen: Set<Int> = []
    var waiting = [start]
    while let place = waiting.popLast() {
      if place == end { return true }
      guard seen.insert(place).inserted else { continue }
      waiting += incidents[place].leadsTo.compactMap { placeOfID[$0] }
    }
    return false
  }
}
