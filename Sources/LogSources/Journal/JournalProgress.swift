/// How far a journal has been read.
struct JournalProgress {
  private(set) var last: JournalCursor?
  /// The entries of the same microsecond as `last`.
  private var recent: [JournalCursor] = []

  private var machines: Set<[UInt8]> = []
  private var lastMachine: [UInt8] = []

  private static let mostRecent = 64

  init(from place: JournalPlace?) { machines = Set(place?.machines.map { Array($0.utf8) } ?? []) }

  mutating func passed(_ cursor: JournalCursor, machine: [UInt8]) {
    if machine != lastMachine, machines.count < JournalSet.mostMachines {
      lastMachine = machine
      machines.insert(machine)
    }
    if cursor.realtime != last?.realtime { recent.removeAll(keepingCapacity: true) }
    if recent.count < Self.mostRecent { recent.append(cursor) }
    last = cursor
  }

  /// The place to store.
  var place: JournalPlace? {
    last.map { last in
      JournalPlace(
        cursor: last.description, realtime: Int64(clamping: last.realtime), recent: recent.map(\.identity),
        machines: Set(machines.map { String(decoding: $0, as: UTF8.self) }))
    }
  }
}

extension JournalPlace {
  /// Whether `entry` comes no later than the place: it has been read.
  ///
  /// Numbers decide within one journald's sequence; else the clock since boot, which no one sets; else the date.
  func covers(_ entry: JournalCursor) -> Bool {
    if recent.contains(entry.identity) { return true }
    guard let last = JournalCursor(cursor) else { return Int64(clamping: entry.realtime) < realtime }
    if entry.sequence == last.sequence { return entry.number <= last.number }
    if entry.boot == last.boot { return entry.monotonic < last.monotonic }
    return entry.realtime < last.realtime
  }
}
