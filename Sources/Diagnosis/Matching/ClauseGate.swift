import LogParsing

/// The conditions of a clause that a line's record and words decide, before anything is parsed or copied.
struct ClauseGate: Sendable {
  /// Empty: any.
  private let daemons: Set<Daemon>
  /// One bit for each level; none set: any.
  private let levels: UInt8
  /// `nil`: any, or none.
  private let statuses: StatusWords?

  init(_ clause: MatchClause) {
    daemons = clause.daemons
    levels = clause.levels.reduce(0) { $0 | 1 << $1.place }
    statuses = clause.statuses.map { _ in
      StatusWord.deliveries.filter(clause.wants).reduce(into: StatusWords()) { $0.insert(StatusWords($1)) }
    }
  }

  func lets(_ record: LogRecord, _ words: StatusWords) -> Bool {
    if let statuses, statuses.isDisjoint(with: words) { return false }
    if levels != 0, levels & (1 << record.level.place) == 0 { return false }
    return daemons.isEmpty || daemons.contains(record.daemon)
  }
}
