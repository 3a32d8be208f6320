import LogParsing

/// Follows rules with `sequence`: their match entries are steps, and only the last of them, in time and in order, counts.
struct SequenceTracker {
  struct Key: Hashable {
    let rule: Int
    let values: [String]
  }

  struct Progress {
    var next: Int
    let began: EventTime?
  }

  var open: [Key: Progress] = [:]
  private static let mostOpen = 10_000

  /// Takes a finding of `rule`; whether it completes the sequence.
  mutating func advance(_ finding: Finding, _ rule: Rule, _ sequence: Sequencing, _ facts: FactLookup) -> Bool {
    let time = facts.event.record.time
    let key = Key(rule: finding.rule, values: sequence.by.map { facts[$0] ?? "" })
    if var progress = open[key], progress.next == finding.step, isInTime(time, progress, sequence) {
      progress.next += 1
      open[key] = progress.next == rule.clauses.count ? nil : progress
      return progress.next == rule.clauses.count
    }
    guard finding.step == 0 else { return false }
    if open.count >= Self.mostOpen { open.removeAll() }
    open[key] = Progress(next: 1, began: time)
    return rule.clauses.count == 1
  }

  private func isInTime(_ now: EventTime?, _ progress: Progress, _ sequence: Sequencing) -> Bool {
    guard let now, let began = progress.began else { return true }
    return now.seconds - began.seconds <= sequence.within
  }
}
