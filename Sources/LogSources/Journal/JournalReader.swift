import Glibc

/// Reads the mail lines of one journal from a place on.
final class JournalReader {
  /// Names the reader's place in `JournalPosition`.
  let writer: String
  private let journal: Journal
  private let folders: JournalFolders
  private let until: Int64?
  private var mail: MailEntries
  private var line = JournalLine()
  private var stamps = StampWriter()
  private var audit: JournalAudit
  private var progress: JournalProgress
  /// The place to go on behind, while no entry behind it has been found.
  private var resuming: JournalPlace?
  /// Where reading stood when files came or went; the next entry shows whether some were lost.
  private var interrupted: JournalCursor?
  private var haveFilesChanged = true
  /// The entry at which reading stopped was found, so nothing is missing.
  private var isCursorKnown = false
  private var faults = 0
  private(set) var isEnded = false

  /// What a reading gave.
  struct Harvest {
    var text: [UInt8] = []
    var events: [SourceNotice.Event] = []
    var isCaughtUp = false
  }

  /// More faults in a row than this, and the journal is given up.
  private static let mostFaults = 64

  init(
    _ location: Journal.Place, writer: String, machine: String? = nil, selection: JournalSelection,
    isFollowing: Bool, from place: JournalPlace?
  ) throws(SourceError) {
    let source = selection.source
    let journal = try Journal(location, source: source)
    folders = JournalFolders(location)
    if folders.isDenied { throw .journalDenied(source: source) }
    self.writer = writer
    progress = JournalProgress(from: place)
    until = selection.until
    mail = MailEntries(units: selection.units)
    let begin: Int64 =
      switch (place, selection.firstLook) {
      case (let place?, _): place.realtime
      case (nil, .since(let microseconds)): microseconds
      case (nil, .end): Moment.now
      }
    audit = JournalAudit(begin: begin, countsEntries: machine == nil)
    do throws(JournalFault) {
      // libsystemd watches from the first call on; what changed before goes unnoticed.
      if isFollowing { _ = try journal.descriptor() }
      if let machine { try journal.require("_MACHINE_ID=" + machine) }
      if let place {
        try Self.seek(journal, to: place)
        resuming = place
      } else if case .since(let microseconds) = selection.firstLook {
        if microseconds > 0 { try journal.seek(microseconds: microseconds) } else { try journal.seekHead() }
      } else if try journal.moveToLast() {
        progress.passed(try journal.cursor(), machine: [])
      } else {
        try journal.seekHead()
      }
    } catch {
      throw .journalUnreadable(source: source, code: error.code)
    }
    self.journal = journal
  }

  /// A cursor that is none, or of a clock that was wrong, leaves the date.
  private static func seek(_ journal: borrowing Journal, to place: JournalPlace) throws(JournalFault) {
    do throws(JournalFault) {
      guard JournalCursor(place.cursor) != nil else { throw JournalFault(code: EINVAL) }
      try journal.seek(cursor: place.cursor)
    } catch {
      try journal.seek(microseconds: min(place.realtime, Moment.now))
    }
  }

  /// The place behind the last entry read, of whatever program.
  var place: JournalPlace? { progress.place ?? resuming }
  /// When the last entry came.
  var reached: Int64 { progress.last.map { Int64(clamping: $0.realtime) } ?? resuming?.realtime ?? .min }
  /// Whether an entry has been read.
  var hasBegun: Bool { progress.last != nil }
  /// Whether there is no journal file; it lists the folders.
  var isEmpty: Bool { folders.files().isEmpty }

  /// Reads until `limit` bytes are there, or nothing more is.
  func read(upTo limit: Int) throws(JournalFault) -> Harvest {
    var harvest = Harvest()
    if haveFilesChanged { inspect(&harvest) }
    while harvest.text.count < limit, !isEnded {
      do throws(JournalFault) {
        guard try journal.next() else {
          harvest.isCaughtUp = true
          break
        }
        try take(&harvest)
        faults = 0
      } catch {
        // libsystemd steps over what is damaged; the audit tells how much that was.
        faults += 1
        guard error.isDamage, faults < Self.mostFaults else { throw error }
        haveFilesChanged = true
      }
    }
    if harvest.isCaughtUp {
      for (path, unread) in audit.compare() {
        harvest.events.append(.journalCorrupt(path: path, unread: unread))
      }
    }
    return harvest
  }

  private func inspect(_ harvest: inout Harvest) {
    haveFilesChanged = false
    for path in audit.inspect(folders.files()) { harvest.events.append(.journalCorrupt(path: path, unread: nil)) }
  }

  private func take(_ harvest: inout Harvest) throws(JournalFault) {
    let entry = try journal.cursor()
    if let place = resuming {
      if !isCursorKnown, JournalCursor(place.cursor) != nil, try journal.isAt(cursor: place.cursor) {
        isCursorKnown = true
      }
      // Read before, or the clock of that time was ahead of today's and would cover all that comes.
      if place.covers(entry), place.realtime <= Moment.now {
        audit.saw(entry)
        return
      }
      resuming = nil
      if let event = try gap(between: place, and: entry) { harvest.events.append(event) }
    }
    if let last = interrupted {
      interrupted = nil
      if entry.number != last.number &+ 1, let event = try vacuumed(behind: last) { harvest.events.append(event) }
    }
    let realtime = Int64(clamping: entry.realtime)
    if let until, realtime > until {
      isEnded = true
      return
    }
    line.clear()
    try journal.forEachField { line.set($0) }
    audit.saw(entry)
    progress.passed(entry, machine: line.machine)
    if let event = JournaldMessage.event(line, mail: &mail) { harvest.events.append(event) }
    if mail.contains(line) { line.write(realtime: realtime, stamps: &stamps, to: &harvest.text) }
  }

  // MARK: What is missing

  /// What to say when reading goes on with `entry` and not right behind `place`.
  private func gap(between place: JournalPlace, and entry: JournalCursor) throws(JournalFault) -> SourceNotice.Event? {
    let resumed = Int64(clamping: entry.realtime)
    guard let last = JournalCursor(place.cursor) else {
      return .cursorUnknown(stopped: place.realtime, resumed: resumed)
    }
    if isCursorKnown { return nil }
    let isNext = entry.number == last.number &+ 1 && (entry.sequence == last.sequence || entry.boot == last.boot)
    if isNext { return nil }
    if let oldest = try journal.oldest(), oldest > place.realtime {
      return .vacuumed(from: place.realtime, to: oldest)
    }
    return .cursorUnknown(stopped: place.realtime, resumed: resumed)
  }

  private func vacuumed(behind last: JournalCursor) throws(JournalFault) -> SourceNotice.Event? {
    let stopped = Int64(clamping: last.realtime)
    guard let oldest = try journal.oldest(), oldest > stopped else { return nil }
    return .vacuumed(from: stopped, to: oldest)
  }

  // MARK: Waiting

  /// To be polled before `process`.
  func descriptor() throws(JournalFault) -> Int32 { try journal.descriptor() }

  /// Some file seems to hold more than it gave; the next reading tells.
  var isSuspicious: Bool { audit.isSuspicious }

  /// How soon to read although the descriptor is silent.
  var timeout: Duration? {
    audit.isSuspicious ? .seconds(1) : journal.timeout()
  }

  /// Takes note of what happened to the files.
  func process() throws(JournalFault) -> Journal.Change {
    if audit.isSuspicious { haveFilesChanged = true }
    let change = try journal.process()
    if change == .filesChanged {
      haveFilesChanged = true
      interrupted = progress.last
    }
    return change
  }
}
