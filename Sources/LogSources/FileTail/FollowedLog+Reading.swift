/// Reading what is open, oldest first.
extension FollowedLog {
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

  func batch(_ text: [UInt8], of piece: (any LogPiece)?, isCaughtUp: Bool) -> SourceBatch {
    defer { events = [] }
    lastPlaces = position.places
    return SourceBatch(
      source: path, origin: piece?.origin ?? path, modified: piece.map { $0.place.modified / 1_000_000_000 },
      text: text,
      position: .file(position), notices: events.map { SourceNotice(source: path, event: $0) }, isCaughtUp: isCaughtUp)
  }

  /// Drops a rotated file once nobody will write to it any more; returns whether it did, or has more to read first.
  func letGo(_ piece: any LogPiece, at index: Int) -> Bool {
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
  func prove(_ piece: any LogPiece, at index: inout Int) {
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
  func restart(at index: Int) {
    guard let tail = pieces[index] as? FileTail else { return }
    let place = tail.place
    do throws(FileFault) { try tail.restart() } catch { return giveUp(tail, at: index, error) }
    let (siblings, copyIndex) = siblings(with: place)
    guard let found = copyIndex, siblings.files[found].status.identity != tail.identity,
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
      notices: [], isCaughtUp: false)
  }

  func giveUp(_ piece: any LogPiece, at index: Int, _ error: any Error) {
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
