/// Reads a file that may grow, from a place on.
final class FileTail: LogPiece {
  let identity: FileIdentity
  private let file: LogFile
  private let path: String
  private let patience: Duration
  private var offset: Int64
  private var bytes: FingerprintBytes
  private var cutter = LineCutter()
  /// The last line lacks its end: how long it is, and since when.
  private var unfinished: (length: Int, since: ContinuousClock.Instant)?
  private var modified: Int64
  private var isProven = false
  /// Nothing will be written any more: a last line without line end counts.
  var isFinal = false

  /// A line longer than this is handed on in pieces.
  private static let longestLine = 1 << 20

  /// Opens the file at `path` to read from its start.
  init(_ path: String, patience: Duration) throws(FileFault) {
    file = try LogFile(path)
    let status = try file.status()
    self.path = path
    self.patience = patience
    identity = status.identity
    bytes = try FingerprintBytes(unreadFile: file)
    modified = status.size > 0 && bytes.head.isEmpty ? status.modified - 1 : status.modified
    offset = 0
  }

  /// Opens the file at `path` to go on at `place`; `nil` if it does not hold what was read up to there.
  convenience init?(_ path: String, at place: FilePlace, patience: Duration) throws(FileFault) {
    try self.init(path, patience: patience)
    guard try file.status().size >= place.offset else { return nil }
    if place.offset > 0 {
      bytes = try FingerprintBytes(file, offset: place.offset)
      guard bytes.fingerprint == place.fingerprint else { return nil }
      offset = place.offset
    } else {
      let head = try file.read(at: 0, upTo: place.fingerprint.headLength)
      guard FingerprintBytes.hash(head) == place.fingerprint.head else { return nil }
    }
    cutter.isInsideLine = place.isInsideLine
  }

  /// Goes on with the next line that will be written.
  func skipToEnd() throws(FileFault) {
    let size = try file.status().size
    let start = max(0, size - Int64(Self.longestLine))
    let last = try file.read(at: start, upTo: Int(size - start))
    offset = last.lastIndex(of: 0x0A).map { start + Int64($0) + 1 } ?? start
    bytes = try FingerprintBytes(file, offset: offset)
  }

  var descriptor: Int32 { file.descriptor }
  var origin: String { file.name ?? path }
  /// The name that the file has now; `nil` if it was deleted.
  var name: String? { file.name }
  var isEmpty: Bool { offset == 0 }

  var place: FilePlace {
    FilePlace(
      device: identity.device, inode: identity.inode, offset: offset, fingerprint: bytes.fingerprint,
      modified: modified, isInsideLine: cutter.isInsideLine)
  }

  /// Begins at the start of the same file, which was cut and is written anew.
  func restart() throws(FileFault) {
    offset = 0
    unfinished = nil
    cutter = LineCutter()
    bytes = try FingerprintBytes(unreadFile: file)
    // Whatever is in it now has been written since it was cut.
    isProven = true
    modified = try file.status().modified - (isUnknown ? 1 : 0)
  }

  /// Nothing was copied from the file and cut off unseen: it may be read from its start.
  func trust() throws(FileFault) {
    let status = try file.status()
    bytes = try FingerprintBytes(unreadFile: file)
    isProven = true
    if !isUnknown { modified = status.modified }
  }

  /// Nothing tells the file from others but its time: there is no complete line in it. The time is then that of the empty
  /// file, for whatever is written later has a later one.
  private var isUnknown: Bool { offset == 0 && bytes.head.isEmpty }

  /// For how long nobody has written to the file.
  func quietTime() throws(FileFault) -> Duration {
    .microseconds(max(0, Moment.now - (try file.status().modified) / 1_000))
  }

  /// How soon an unfinished line is to be handed on as it is.
  var timeout: Duration? {
    unfinished.map { max(.zero, patience - $0.since.duration(to: .now)) }
  }

  func read(upTo limit: Int) throws -> PieceReading {
    try readLines(upTo: limit)
  }

  private func readLines(upTo limit: Int) throws(FileFault) -> PieceReading {
    let status = try file.status()
    guard status.size >= offset else { return PieceReading(isAtEnd: true, isRewritten: true) }
    if isUnknown, !isProven, status.modified != modified || status.size > 0 {
      return PieceReading(isAtEnd: true, isNew: true)
    }
    if bytes.tail.allSatisfy({ $0 == 0 }) || offset == 0 { skipHole(status.size) }
    var chunk = try file.read(at: offset, upTo: limit)
    if chunk.count == limit, !chunk.contains(0x0A) { chunk = try file.read(at: offset, upTo: Self.longestLine) }
    // Looked at afterwards: if it still stands there, so did what was read behind it.
    guard try holdsWhatWasRead() else { return PieceReading(isAtEnd: true, isRewritten: true) }
    if !isUnknown { modified = status.modified }
    isProven = false
    let isLast = isFinal && offset + Int64(chunk.count) >= status.size
    let isWhole = isLast || chunk.count >= Self.longestLine && !chunk.contains(0x0A) || isOverdue(chunk)
    let cut = cutter.cut(chunk[...], isWhole: isWhole)
    if cut.used > 0 { bytes.read(chunk.prefix(cut.used), isFirst: offset == 0) }
    offset += Int64(cut.used)
    if isWhole || cut.used == chunk.count {
      unfinished = nil
    } else if cut.used > 0 {
      unfinished = (chunk.count - cut.used, .now)
    }
    let isAtEnd = offset + Int64(unfinished?.length ?? 0) >= status.size && cut.text.count < limit
    return PieceReading(text: cut.text, isAtEnd: isAtEnd || chunk.isEmpty)
  }

  private func skipHole(_ size: Int64) {
    let data = min(size, file.data(from: offset))
    guard data > offset else { return }
    bytes.read(
      [UInt8](repeating: 0, count: Int(min(data - offset, 2 * Int64(FingerprintBytes.length))))[...],
      isFirst: offset == 0)
    offset = data
  }

  private func holdsWhatWasRead() throws(FileFault) -> Bool {
    let head = try file.read(at: 0, upTo: bytes.head.count)
    let tail = try file.read(at: offset - Int64(bytes.tail.count), upTo: bytes.tail.count)
    return head == bytes.head && tail == bytes.tail
  }

  /// Whether the line has been waiting for its end for too long.
  private func isOverdue(_ chunk: [UInt8]) -> Bool {
    guard !chunk.isEmpty, !chunk.contains(0x0A) else { return false }
    guard let waiting = unfinished, waiting.length == chunk.count else {
      unfinished = (chunk.count, .now)
      return false
    }
    return waiting.since.duration(to: .now) >= patience
  }
}
