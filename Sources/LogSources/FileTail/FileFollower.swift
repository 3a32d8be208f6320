/// Follows log files through rotation of every kind, from where the last run stopped.
public actor FileFollower: LogFollower {
  private let selection: FileSelection
  private let patterns: PathPatterns
  private var stored: [String: FilePosition]
  private var logs: [FollowedLog] = []
  private var isFirstLook = true
  private var watch: WatchState = .none
  private var lastLook: ContinuousClock.Instant?
  /// Whose turn it is: a busy log does not keep the others waiting.
  private var turn = 0
  private var pending: [SourceNotice] = []
  private var farewells: [SourceBatch] = []
  /// The logs that may hold more than was handed on.
  private var behind: Set<String> = []
  /// Whether the last batch said that all had been read.
  private var isCaughtUpTold = false
  private let opened = Moment.now
  private let executor = ThreadExecutor()
  private let bell = Doorbell()

  private final class Watch {
    var files: FileWatch
    init() throws(FileFault) { files = try FileWatch() }
  }
  private enum WatchState {
    case none, exhausted
    case working(Watch)
  }

  /// Where nothing reports changes.
  private static let lookWithoutWatch = Duration.seconds(1)
  /// After a change: a busy log is read in batches, not line by line.
  private static let gathering = Duration.milliseconds(10)

  /// Goes on at `positions`, one for a log; a log without one begins where `selection.firstLook` says. Nothing is opened
  /// before the first `next`.
  public init(_ selection: FileSelection, from positions: [FilePosition] = []) throws(SourceError) {
    self.selection = selection
    patterns = try PathPatterns(selection.paths)
    stored = Dictionary(positions.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
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
      lookForLogs()
      if let batch = farewell() ?? readTurn() ?? allRead() { return batch }
      wait()
    }
  }

  // MARK: Looking

  private func lookForLogs() {
    for log in logs { log.look() }
    let isDue = lastLook.map { $0.duration(to: .now) >= lookEvery } ?? true
    if isDue || hasNames {
      lastLook = .now
      addLogs()
      let gone = logs.filter { $0.isGone && !patterns.plain.contains($0.path) }
      farewells += gone.map { $0.farewell() }
      logs.removeAll { log in gone.contains { $0 === log } }
      behind.subtract(gone.map(\.path))
    }
    hasNames = false
    watchAll()
  }

  /// Something was reported since the globs were looked at.
  private var hasNames = true

  private func addLogs() {
    // What is read as a rotated file of one log is no log of its own.
    let known = Set(logs.flatMap(\.identities))
    for path in patterns.plain + patterns.matches(besides: logs.map(\.path)) {
      guard !logs.contains(where: { $0.path == path }) else { continue }
      if !patterns.plain.contains(path), let status = try? FileStatus(path), known.contains(status.identity) {
        continue
      }
      add(
        FollowedLog(
          path, selection, from: stored.removeValue(forKey: path),
          firstLook: isFirstLook ? selection.firstLook : .since(microseconds: opened)))
    }
    // A log that was followed and is away now: what it left behind is read, and it may come back.
    if isFirstLook {
      for position in stored.values where !position.places.isEmpty && patterns.covers(position.path) {
        add(FollowedLog(position.path, selection, from: position, firstLook: .beginning))
      }
    }
    isFirstLook = false
  }

  private func add(_ log: FollowedLog) {
    logs.append(log)
    behind.insert(log.path)
  }

  private func watchAll() {
    if selection.avoidsInotify { return }
    do throws(FileFault) {
      let watch: Watch
      switch self.watch {
      case .exhausted: return
      case .working(let working): watch = working
      case .none:
        watch = try Watch()
        self.watch = .working(watch)
      }
      for folder in patterns.folders { try watch.files.watchNames(in: folder) }
      try watch.files.watchFiles(logs.flatMap(\.descriptors))
    } catch {
      watch = .exhausted
      if let first = selection.paths.first {
        pending.append(SourceNotice(source: first, event: .watchesExhausted(code: error.code)))
      }
    }
  }

  private var lookEvery: Duration {
    if case .working = watch { selection.lookEvery } else { min(selection.lookEvery, Self.lookWithoutWatch) }
  }

  // MARK: Reading

  private func farewell() -> SourceBatch? {
    guard let batch = farewells.popLast() else { return nil }
    isCaughtUpTold = false
    return batch
  }

  private func readTurn() -> SourceBatch? {
    for step in 0..<logs.count {
      let place = (turn + step) % logs.count
      let path = logs[place].path
      guard let batch = logs[place].read() else {
        behind.remove(path)
        continue
      }
      turn = place + 1
      if batch.isCaughtUp { behind.remove(path) } else { behind.insert(path) }
      isCaughtUpTold = behind.isEmpty
      defer { pending = [] }
      return batch.adding(pending, isCaughtUp: behind.isEmpty)
    }
    return nil
  }

  /// Says once that there is nothing more to read: also of logs to which nobody writes, and of globs that match nothing.
  private func allRead() -> SourceBatch? {
    guard !isCaughtUpTold else { return nil }
    isCaughtUpTold = true
    let name = selection.paths.joined(separator: ", ")
    defer { pending = [] }
    return SourceBatch(
      source: name, origin: name, modified: nil, text: [], position: nil, notices: pending, isCaughtUp: true)
  }

  private func wait() {
    var descriptors = [bell.descriptor]
    if case .working(let watch) = watch { descriptors.append(watch.files.descriptor) }
    let due = lastLook.map { max(.zero, lookEvery - $0.duration(to: .now)) } ?? .zero
    let timeout = logs.compactMap(\.timeout).min().map { min($0, due) } ?? due
    waitForInput(descriptors, timeout: timeout)
    guard case .working(let watch) = watch else { return }
    if watch.files.drain() {
      hasNames = true
      waitForInput([bell.descriptor], timeout: Self.gathering)
    }
  }
}

extension SourceBatch {
  fileprivate func adding(_ notices: [SourceNotice], isCaughtUp: Bool) -> SourceBatch {
    SourceBatch(
      source: source, origin: origin, modified: modified, text: text, position: position,
      notices: notices + self.notices, isCaughtUp: isCaughtUp)
  }
}
