/// Reads what is left of a rotated and packed file.
final class PackedPiece: LogPiece {
  let origin: String
  let identity: FileIdentity
  private var reader: LogReader
  private var offset: Int64 = 0
  private var bytes = FingerprintBytes()
  private var cutter = LineCutter()
  private let modified: Int64
  /// Read, and not yet handed on.
  private var rest: [UInt8] = []
  private var isAtEnd = false

  private static let longestLine = 1 << 20

  init(_ sibling: RotatedSibling) throws {
    origin = sibling.path
    identity = sibling.status.identity
    modified = sibling.status.modified
    reader = try LogReader(.file(path: sibling.path))
  }

  /// Goes on at `place`; `nil` if the archive does not hold what was read up to there.
  convenience init?(_ sibling: RotatedSibling, at place: FilePlace) throws {
    try self.init(sibling)
    while offset < place.offset {
      guard try fetch() else { return nil }
      let part = rest.prefix(Int(min(Int64(rest.count), place.offset - offset)))
      bytes.read(part, isFirst: offset == 0)
      offset += Int64(part.count)
      rest.removeFirst(part.count)
    }
    guard place.offset == 0 || bytes.fingerprint == place.fingerprint else { return nil }
    cutter.isInsideLine = place.isInsideLine
  }

  var place: FilePlace {
    FilePlace(
      device: identity.device, inode: identity.inode, offset: offset, fingerprint: bytes.fingerprint,
      modified: modified, isInsideLine: cutter.isInsideLine)
  }

  func read(upTo limit: Int) throws -> PieceReading {
    while !isAtEnd, rest.count < limit { isAtEnd = try !fetch() }
    let isWhole = isAtEnd || rest.count >= Self.longestLine && !rest.contains(0x0A)
    let cut = cutter.cut(rest[...], isWhole: isWhole)
    bytes.read(rest.prefix(cut.used), isFirst: offset == 0)
    offset += Int64(cut.used)
    rest.removeFirst(cut.used)
    return PieceReading(text: cut.text, isAtEnd: isAtEnd && rest.isEmpty)
  }

  private func fetch() throws -> Bool { try reader.read(into: &rest) > 0 }
}
