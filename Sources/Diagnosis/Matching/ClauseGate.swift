import LogParsing

/// The conditions of a clause that a line's record and words decide, before anything is parsed or copied.
struct ClauseGate: Sendable {
  /// One bit for each daemon, in two halves; none set: any.
  private var daemons: (low: UInt64, high: UInt64) = (0, 0)
  /// One bit for each level; none set: any.
  private var levels: UInt8 = 0
  /// `nil`: any, or none.
  private let statuses: StatusWords?

  init(_ clause: MatchClause) {
    statuses = clause.statuses.map { _ in
      StatusWord.deliveries.filter(clause.wants).reduce(into: StatusWords()) { $0.insert(StatusWords($1)) }
    }
    for level in clause.levels { levels |= 1 << level.place }
    for daemon in clause.daemons {
      let bit = Self.bit(of: daemon)
      daemons = (daemons.low | bit.low, daemons.high | bit.high)
    }
  }

  func lets(_ record: LogRecord, _ words: StatusWords) -> Bool {
    if let statuses, statuses.isDisjoint(with: words) { return false }
    if levels != 0, levels & (1 << record.level.place) == 0 { return false }
    guard daemons.low | daemons.high != 0 else { return true }
    let bit = Self.bit(of: record.daemon)
    return daemons.low & bit.low | daemons.high & bit.high != 0
  }

  private static func bit(of daemon: Daemon) -> (low: UInt64, high: UInt64) {
    daemon.place < 64 ? (1 << UInt64(daemon.place), 0) : (0, 1 << UInt64(daemon.place - 64))
  }
}
