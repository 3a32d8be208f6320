import Glibc

/// One log by its path: the file that stands there, and what was rotated away from there and is not read to its end.
final class FollowedLog {
  let path: String
  let selection: FileSelection
  /// Oldest first; the last is the file at the path, if there is one.
  var pieces: [any LogPiece] = []
  var events: [SourceNotice.Event] = []
  var state = State.unseen
  private var linkTarget: String?
  /// Since when no file stands at the path.
  private var missingSince: ContinuousClock.Instant?
  /// Kept for when no piece is left.
  var lastPlaces: [FilePlace] = []
  var toldFault: Int32?

  enum State: Equatable {
    case unseen, following, missing
    case blocked(SourceNotice.Event)
  }

  /// A rotation removes a name for a moment; a longer absence is told.
  private static let absencePatience = Duration.seconds(3)
  /// How often a file is looked for that is being renamed.
  static let mostAttempts = 10
  /// Files kept open that were rotated away.
  static let mostPieces = 1_000

  /// Takes up the log at `position`, or without one where `firstLook` says.
  init(_ path: String, _ selection: FileSelection, from position: FilePosition?, firstLook: FirstLook) {
    self.path = path
    self.selection = selection
    if let position, !position.places.isEmpty {
      lastPlaces = position.places
      settle { $0.resume(position.places) }
    } else {
      settle { $0.begin(firstLook) }
    }
  }

  var position: FilePosition { FilePosition(path: path, places: pieces.isEmpty ? lastPlaces : pieces.map(\.place)) }
  var identities: [FileIdentity] { pieces.map(\.identity) }
  var descriptors: [Int32] { pieces.compactMap { ($0 as? FileTail)?.descriptor } }
  /// Nothing is open and nothing stands at the path.
  var isGone: Bool { pieces.isEmpty && state == .missing && events.isEmpty }

  /// How soon to read although no file was written to.
  var timeout: Duration? {
    let lines = pieces.compactMap { ($0 as? FileTail)?.timeout }.min()
    let absence = state == .following && missingSince != nil ? Self.absencePatience : nil
    return [lines, absence].compactMap(\.self).min()
  }

  // MARK: Where to begin

  /// Begins again if the log was rotated while its files were being looked for.
  private func settle(_ take: (FollowedLog) -> Void) {
    for _ in 1...Self.mostAttempts {
      (pieces, events, state) = ([], [], .unseen)
      let before = try? FileStatus(path).identity
      take(self)
      if state != .following || pieces.last?.identity == before { return }
      usleep(10_000)
    }
  }

  private func begin(_ firstLook: FirstLook) {
    switch firstLook {
    case .end:
      open(skipping: true)
    case .since(let microseconds):
      add(withoutCopies(siblings().writtenAfter(microseconds.multipliedReportingOverflow(by: 1_000).partialValue - 1)))
      open(skipping: false)
    }
    tellAbsence()
  }

  /// Nothing stands at the path from the start.
  private func tellAbsence() {
    guard state == .unseen || state == .missing else { return }
    state = .missing
    events.append(.vanished)
  }

  private func resume(_ places: [FilePlace]) {
    // Of the files behind the last one that was begun nothing has been read, whatever became of them since.
    let places = places.prefix(through: places.lastIndex { $0.offset > 0 } ?? 0)
    for place in places.dropLast() {
      let (siblings, index) = siblings(with: place)
      if let index { add(siblings.files[index], at: place) }
    }
    guard let last = places.last else { return }
    if last.isOfEmptyFile {
      // What was written since, all of it: here, or cut off and rotated away.
      let read = withoutCopies(siblings().since(last))
      add(read)
      if !read.isEmpty { events.append(.caughtUpFrom(files: read.map(\.path))) }
    } else if let tail = try? FileTail(path, at: last, patience: selection.linePatience) {
      return follow(tail)
    } else {
      search(for: last)
    }
    open(skipping: false)
    tellAbsence()
  }

  /// Adds what was written behind `place`, whose file is no longer the one at the path.
  private func search(for place: FilePlace) {
    let isCut = (try? FileStatus(path))?.identity.inode == place.inode
    let (siblings, index) = siblings(with: place)
    if let index {
      let found = siblings.files[index]
      add(found, at: place)
      add(siblings.behind(index))
      events.append(
        isCut ? .truncated(copy: found.path) : .caughtUpFrom(files: siblings.files[index...].map(\.path)))
      return
    }
    let read = withoutCopies(siblings.writtenAfter(place.modified))
    add(read)
    events.append(isCut && read.isEmpty ? .truncated(copy: nil) : .placeLost(read: read.map(\.path)))
  }

  // MARK: What stands at the path

  /// Sees whether another file stands at the path than before.
  func look() {
    let status: FileStatus
    do throws(FileFault) { status = try FileStatus(path) } catch { return isNotThere(error) }
    if let kind = status.kind { return block(.notAFile(kind)) }
    if let current = pieces.last as? FileTail, state == .following, current.identity == status.identity {
      missingSince = nil
      return
    }
    open(skipping: false)
  }

  private func isNotThere(_ fault: FileFault) {
    guard fault.isAbsence else {
      return block(fault.isDenial ? .permissionDenied : .notReadable(code: fault.code))
    }
    switch state {
    case .following:
      let since = missingSince ?? .now
      missingSince = since
      guard since.duration(to: .now) >= Self.absencePatience else { return }
      state = .missing
      events.append(.vanished)
    case .blocked, .unseen: state = .missing
    case .missing: break
    }
  }

  private func block(_ event: SourceNotice.Event) {
    guard state != .blocked(event) else { return }
    state = .blocked(event)
    events.append(event)
  }

  /// Opens the file at the path, and what was rotated between it and the one followed so far.
  private func open(skipping: Bool) {
    let tail: FileTail
    do throws(FileFault) {
      tail = try FileTail(path, patience: selection.linePatience)
      if skipping { try tail.skipToEnd() }
    } catch { return isNotThere(error) }
    if let known = pieces.firstIndex(where: { $0.identity == tail.identity }) {
      // Moved away and back.
      pieces.append(pieces.remove(at: known))
      if state == .missing { events.append(.appeared) }
      state = .following
      missingSince = nil
      return
    }
    if let old = pieces.last as? FileTail {
      if state != .unseen {
        let between = withoutCopies(rotated(behind: old)).filter { $0.status.identity != tail.identity }
        add(between)
        tellReplacement(of: old, between: between)
      }
    } else if state == .missing {
      events.append(.appeared)
    }
    follow(tail)
  }

  private func tellReplacement(of old: FileTail, between: [RotatedSibling]) {
    if !between.isEmpty { events.append(.caughtUpFrom(files: between.map(\.path))) }
    let target = path.linkTarget
    if target != linkTarget, let target {
      events.append(.linkChanged(target: target))
    } else if state == .missing {
      events.append(.appeared)
    } else {
      events.append(.rotated(to: old.name))
    }
  }

  private func follow(_ tail: FileTail) {
    pieces.append(tail)
    state = .following
    missingSince = nil
    linkTarget = path.linkTarget
  }
}
