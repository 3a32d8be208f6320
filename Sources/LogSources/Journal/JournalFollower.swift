/// Follows a journal: hands on the mail lines of whatever unit, from where the last run stopped.
public actor JournalFollower: LogFollower {
  private let selection: JournalSelection
  private let journals: JournalSet
  private let executor = ThreadExecutor()
  private let bell = Doorbell()
  /// Events found while opening, before there is a batch to carry them.
  private var events: [SourceNotice.Event] = []
  private var folders: [FolderIdentity] = []
  private var lastBatch = ContinuousClock.now
  private var lastPosition: JournalPosition?
  private var isEmptinessTold = false
  /// Whether the last batch said that all had been read.
  private var isCaughtUpTold = false

  private static let batchBytes = 1 << 20
  /// After a change: a busy journal is read in batches, not entry by entry.
  private static let gathering = Duration.milliseconds(10)
  /// How often to see whether the journal's folders are still the same ones, which inotify cannot tell.
  private static let lookEvery = Duration.seconds(10)
  /// A quiet mail system in a busy journal: how often the place is told all the same.
  private static let positionEvery = Duration.seconds(600)

  /// Goes on behind `position`; without one, `selection.firstLook` says where to begin. Nothing is opened before the first
  /// `next`.
  public init(_ selection: JournalSelection = JournalSelection(), from position: JournalPosition? = nil) {
    self.selection = selection
    journals = JournalSet(selection, from: position, isFollowing: true)
  }

  nonisolated public var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  public func next() async throws -> SourceBatch {
    try await withTaskCancellationHandler {
      try waitForBatch()
    } onCancel: {
      bell.ring()
    }
  }

  private func waitForBatch() throws -> SourceBatch {
    bell.reset()
    while true {
      try Task.checkCancellation()
      do {
        try openJournals()
        if let batch = try readBatch() { return batch }
        try wait()
      } catch {
        // The next call opens the journal anew.
        journals.close()
        isCaughtUpTold = false
        throw error
      }
    }
  }

  private func openJournals() throws {
    let now = JournalFolders.roots(selection).map(FolderIdentity.init)
    if now != folders {
      journals.close()
      folders = now
    }
    try journals.open()
    // Only before the first entry: listing the folders at every change of a busy journal would cost more than reading it.
    if !isEmptinessTold, journals.readers.allSatisfy({ !$0.hasBegun && $0.isEmpty }) {
      events.append(.noJournal)
      isEmptinessTold = true
    }
  }

  private func readBatch() throws -> SourceBatch? {
    var harvest = try journals.read(upTo: Self.batchBytes)
    harvest.events = events + harvest.events
    events = []
    let isNews = !harvest.text.isEmpty || !harvest.events.isEmpty || harvest.isCaughtUp && !isCaughtUpTold
    guard isNews || lastBatch.duration(to: .now) > Self.positionEvery else { return nil }
    let position = journals.position
    defer {
      lastBatch = .now
      lastPosition = position
    }
    guard isNews || position != lastPosition else { return nil }
    isCaughtUpTold = harvest.isCaughtUp
    return SourceBatch(harvest, selection.source, position)
  }

  private func wait() throws {
    let clock = ContinuousClock.now
    defer { if clock.duration(to: .now) >= Self.lookEvery { journals.expectWriters() } }
    var timeout = Self.lookEvery
    for reader in journals.readers { timeout = min(timeout, reader.timeout ?? timeout) }
    do {
      waitForInput(try journals.readers.map { try $0.descriptor() } + [bell.descriptor], timeout: timeout)
      waitForInput([bell.descriptor], timeout: Self.gathering)
      try journals.process()
    } catch let fault as JournalFault {
      throw SourceError.journalUnreadable(source: selection.source, code: fault.code)
    }
  }
}
