import LogParsing

/// Notices when lines that must keep coming stop: a rule with `absent` speaks after so long without a match.
struct AbsenceWatch {
  struct Watched {
    let rule: Int
    let within: Int64
    var last: EventTime?
    var isReported = false
  }

  var watched: [Watched]

  init(_ rules: RuleSet) {
    watched = rules.rules.enumerated().compactMap { index, rule in
      rule.absentWithin.map { Watched(rule: index, within: $0) }
    }
  }

  var isEmpty: Bool { watched.isEmpty }

  /// A line of the rule came.
  mutating func saw(_ rule: Int, at time: EventTime?) {
    guard let place = watched.firstIndex(where: { $0.rule == rule }), let time else { return }
    watched[place].last = time
    watched[place].isReported = false
  }

  /// The rules whose lines have been missing for too long at `now`, each told once for a gap, and since when.
  mutating func overdue(at now: EventTime) -> [(rule: Int, since: EventTime)] {
    var overdue: [(rule: Int, since: EventTime)] = []
    for place in watched.indices {
      // The log's first line begins the wait: what came before it nobody knows.
      guard let last = watched[place].last else {
        watched[place].last = now
        continue
      }
      guard !watched[place].isReported, now.seconds - last.seconds > watched[place].within else { continue }
      watched[place].isReported = true
      overdue.append((watched[place].rule, last))
    }
    return overdue
  }
}
