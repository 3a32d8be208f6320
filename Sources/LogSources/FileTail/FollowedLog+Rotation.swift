import Glibc

/// What was rotated away from the path, and has lines that are not read.
extension FollowedLog {
  /// The files that were written to and rotated away between `old` and the one at the path.
  func rotated(behind old: FileTail) -> [RotatedSibling] {
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

  /// The rotated files, and which of them has what was read up to `place`. A listing may be out of date before it is used,
  /// for files are renamed one after the other: then it is made again.
  func siblings(with place: FilePlace) -> (siblings: RotatedSiblings, index: Int?) {
    var found = siblings()
    for _ in 1..<Self.mostAttempts {
      if let index = found.index(of: place) { return (found, index) }
      if found.files.allSatisfy(\.isStillThere) { break }
      usleep(10_000)
      found = siblings()
    }
    return (found, found.index(of: place))
  }

  func siblings() -> RotatedSiblings {
    RotatedSiblings(of: path, extraFolders: selection.rotatedFolders)
  }

  /// Without a copy of the file at the path that has not been cut yet: its lines are read here.
  func withoutCopies(_ files: [RotatedSibling]) -> [RotatedSibling] {
    guard !files.isEmpty, let file = try? LogFile(path),
      let head = try? FingerprintBytes(unreadFile: file).head
    else { return files }
    return files.filter { !$0.isCopy(of: head) }
  }

  func add(_ files: [RotatedSibling]) {
    for file in files { add(file, at: nil) }
  }

  /// Adds a rotated file to what is to be read, unless it is being read.
  func add(_ sibling: RotatedSibling, at place: FilePlace?) {
    guard !pieces.contains(where: { $0.identity == sibling.status.identity }), pieces.count < Self.mostPieces else {
      return
    }
    if let piece = piece(of: sibling, at: place) { pieces.append(piece) }
  }

  /// Opens a rotated file; `nil`, and told, if that cannot be done.
  func piece(of sibling: RotatedSibling, at place: FilePlace?) -> (any LogPiece)? {
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

  func tell(_ error: any Error, of path: String) {
    switch error {
    case let fault as LogInputError: events.append(.archiveFault(fault))
    case let fault as FileFault:
      events.append(.archiveFault(LogInputError(.file(path: path), code: fault.code)))
    default: break
    }
  }
}
