import Glibc

/// One log by its path: the file that stands there, and what was rotated away from there and is not read to its end.
final class FollowedLog {
  let path: String
  private let selection: FileSelection
  /// Oldest first; the last is the file at the path, if there is one.
  private var pieces: [any LogPiece] = []
  private var events: [SourceNotice.Event] = []
  private var state = State.unseen
  private var linkTarget: String?
  /// Since when no file stands at the path.
  private var missingSince: ContinuousClock.Instant?
  /// Kept for when no piece is left.
  private var lastPlaces: [FilePlace] = []
  private var toldFault: Int32?

  private enum State: Equatable {
    case unseen, following, missing
    case blocked(SourceNotice.Event)
  }

  /// A rotation removes a name for a moment; a longer absence is told.
  private static let absencePatience = Duration.seconds(3)
  /// How often a file is looked for that is being renamed.
  private static let mostAttempts = 10
  /// Files kept open that were rotated away.
  private static let mostPieces = 1_000

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
    let siblings = siblings()
    for place in places.dropLast() {
      if let index = siblings.index(of: place) { add(siblings.files[index], at: place) }
    }
    guard let last = places.last else { return }
    if last.isOfEmptyFile {
      // What was written since, all of it: here, or cut off and rotated away.
      let read = withoutCopies(siblings.since(last))
      add(read)
      if !read.isEmpty { events.append(.caughtUpFrom(files: read.map(\.path))) }
    } else if let tail = try? FileTail(path, at: last, patience: selection.linePatience) {
      return follow(tail)
    } else {
      search(for: last, among: siblings)
    }
    open(skipping: false)
    tellAbsence()
  }

  /// Adds what was written behind `place`, whose file is no longer the one at the path.
  private func search(for place: FilePlace, among siblings: RotatedSiblings) {
    let isCut = (try? FileStatus(path))?.identity.inode == place.inode
    if let index = siblings.index(of: place) {
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

  /// The files that were written to and rotated away between `old` and the one at the path.
  private func rotated(behind old: FileTail) -> [RotatedSibling] {
    // While files are being renamed a listing may miss one; it is there a moment later.
    for attempt in 1... {
      let siblings = siblings()
      if old.place.isOfEmptyFile { return siblings.since(old.place) }
      if let index = siblings.index(of: old.place) { return siblings.behind(index) }
      if old.name == nil || attempt == 3 { return siblings.writtenAfter(old.place.modified) }
      usleep(10_000)
    }
    return []
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

  private func siblings() -> RotatedSiblings {
    RotatedSiblings(of: path, extraFolders: selection.rotatedFolders)
  }

  /// Without a copy of the file at the path that has not been cut yet: its lines are read here.
  private func withoutCopies(_ files: [RotatedSibling]) -> [RotatedSibling] {
    guard !files.isEmpty, let file = try? LogFile(path),
      let head = try? FingerprintBytes(unreadFile: file).head
    else { return files }
    return files.filter { !$0.isCopy(of: head) }
  }

  private func add(_ files: [RotatedSibling]) {
    for file in files { add(file, at: nil) }
  }

  /// Adds a rotated file to what is to be read, unless it is being read.
  private func add(_ sibling: RotatedSibling, at place: FilePlace?) {
    guard !pieces.contains(where: { $0.identity == sibling.status.identity }), pieces.count < Self.mostPieces else {
      return
    }
    if let piece = piece(of: sibling, at: place) { pieces.append(piece) }
  }

  /// Opens a rotated file; `nil`, and told, if that cannot be done.
  private func piece(of sibling: RotatedSibling, at place: FilePlace?) -> (any LogPiece)? {
    var sibling = sibling
    for attempt in 1... {
      do {
        let piece = try sibling.piece(at: place, patience: selection.linePatience)
        if sibling.isStillThere, piece?.identity ?? sibling.status.identity == sibling.status.identity {
          if piece == nil { events.append(.placeLost(read: [])) }
          return piece
        }
        guard attempt < Self.mostAttempts else { break }
      } catch {
        guard attempt < Self.mostAttempts, !sibling.isStillThere else {
          tell(error, of: sibling.path)
          return nil
        }
      }
      // It was renamed between the listing and the opening.
      usleep(10_000)
      let identity = sibling.status.identity
      if let renamed = siblings().files.first(where: { $0.status.identity == identity }) { sibling = renamed }
    }
    events.append(.placeLost(read: []))
    return nil
  }

  private func tell(_ error: any Error, of path: String) {
    switch error {
    case let fault as LogInputError: events.append(.archiveFault(fault))
    case let fault as FileFault:
      events.append(.archiveFault(LogInputError(.file(path: path), code: fault.code)))
    default: break
    }
  }

  // MARK: Reading

  /// The next lines of the oldest file that has some; notices come before what follows them.
  func read() -> SourceBatch? {
    var index = 0
    while index < pieces.count {
      let piece = pieces[index]
      let reading: PieceReading
      do { reading = try piece.read(upTo: selection.batchBytes) } catch {
        giveUp(piece, at: index, error)
        index += pieces.count > index && pieces[index] === piece ? 1 : 0
        continue
      }
      if reading.isRewritten {
        restart(at: index)
        continue
      }
      if reading.isNew {
        prove(piece, at: &index)
        continue
      }
      if !reading.text.isEmpty {
        return batch(reading.text, of: piece, isCaughtUp: reading.isAtEnd && index == pieces.count - 1)
      }
      if reading.isAtEnd, index < pieces.count - 1 || state != .following, letGo(piece, at: index) { continue }
      if !reading.isAtEnd { continue }
      index += 1
    }
    guard !events.isEmpty else { return nil }
    return batch([], of: pieces.last, isCaughtUp: true)
  }

  private func batch(_ text: [UInt8], of piece: (any LogPiece)?, isCaughtUp: Bool) -> SourceBatch {
    defer { events = [] }
    lastPlaces = position.places
    return SourceBatch(
      source: path, origin: piece?.origin ?? path, modified: piece.map { $0.place.modified / 1_000_000_000 },
      text: text,
      position: .file(position), notices: events.map { SourceNotice(source: path, event: $0) }, isCaughtUp: isCaughtUp)
  }

  /// Drops a rotated file once nobody will write to it any more; returns whether it did, or has more to read first.
  private func letGo(_ piece: any LogPiece, at index: Int) -> Bool {
    guard let tail = piece as? FileTail, !tail.isFinal else {
      if pieces.count == 1 { lastPlaces = [piece.place] }
      pieces.remove(at: index)
      return true
    }
    let isSucceeded = pieces[(index + 1)...].contains { ($0 as? FileTail)?.isEmpty == false }
    let isDeleted = state == .missing && tail.name == nil
    guard isSucceeded || isDeleted, let quiet = try? tail.quietTime(), quiet >= selection.rotatedPatience else {
      return false
    }
    // One more look, which also takes a last line without its end.
    tail.isFinal = true
    return true
  }

  /// Before the first line of a file is read: if it was written to and cut since it was opened, a sibling has that.
  private func prove(_ piece: any LogPiece, at index: inout Int) {
    guard let tail = piece as? FileTail else { return }
    let start = index
    let place = tail.place
    do throws(FileFault) { try tail.trust() } catch { return giveUp(piece, at: index, error) }
    let cutOff = withoutCopies(siblings().writtenAfter(place.modified))
      .filter { sibling in !pieces.contains { $0.identity == sibling.status.identity } }
    for sibling in cutOff {
      guard let piece = self.piece(of: sibling, at: nil) else { continue }
      pieces.insert(piece, at: index)
      events.append(.truncated(copy: sibling.path))
      index += 1
    }
    index = start
  }

  /// The file was cut: its old lines stand in a copy, if logrotate made one, and the new ones at its beginning.
  private func restart(at index: Int) {
    guard let tail = pieces[index] as? FileTail else { return }
    let place = tail.place
    do throws(FileFault) { try tail.restart() } catch { return giveUp(tail, at: index, error) }
    let siblings = siblings()
    guard let found = siblings.index(of: place), siblings.files[found].status.identity != tail.identity,
      let copy = piece(of: siblings.files[found], at: place)
    else {
      events.append(.truncated(copy: nil))
      return
    }
    (copy as? FileTail)?.isFinal = true
    events.append(.truncated(copy: siblings.files[found].path))
    var later = Array(pieces[(index + 1)...])
    pieces.removeSubrange(index...)
    pieces.append(copy)
    // It may have been copied and cut again, and been renamed since: all in the order in which it was written.
    var isPlaced = false
    if later.allSatisfy({ $0.place.offset == 0 }) {
      for sibling in siblings.behind(found) {
        if sibling.status.identity == tail.identity {
          pieces.append(tail)
          isPlaced = true
        } else if let known = later.firstIndex(where: { $0.identity == sibling.status.identity }) {
          pieces.append(later.remove(at: known))
        } else if !withoutCopies([sibling]).isEmpty {
          add(sibling, at: nil)
        }
      }
    }
    if !isPlaced { pieces.append(tail) }
    pieces += later
  }

  /// Says that nothing of the log is left, so that its place can be forgotten.
  func farewell() -> SourceBatch {
    SourceBatch(
      source: path, origin: path, modified: nil, text: [], position: .file(FilePosition(path: path, places: [])),
      notices: [], isCaughtUp: true)
  }

  private func giveUp(_ piece: any LogPiece, at index: Int, _ error: any Error) {
    if piece is FileTail {
      // A disk error may pass; it is told once.
      let code = (error as? FileFault)?.code ?? 0
      if toldFault != code { events.append(.notReadable(code: code)) }
      toldFault = code
    } else {
      tell(error, of: piece.origin)
      pieces.remove(at: index)
    }
  }
}
