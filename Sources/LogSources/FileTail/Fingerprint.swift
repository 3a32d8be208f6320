/// Tells whether a file holds what was read before: hashes of its first bytes, and of the last ones that were read.
public struct Fingerprint: Codable, Sendable, Hashable {
  let head: UInt64
  let headLength: Int
  let tail: UInt64
  let tailLength: Int
}

/// The bytes that a fingerprint is made of, gathered while a file is read.
struct FingerprintBytes {
  private(set) var head: [UInt8] = []
  private(set) var tail: [UInt8] = []

  /// The lines of a log begin with their times, so this much is like no other file's.
  static let length = 512

  /// Takes the bytes that were read next, the first ones with `isFirst`.
  mutating func read(_ bytes: ArraySlice<UInt8>, isFirst: Bool) {
    if isFirst { head = [] }
    if head.count < Self.length { head += bytes.prefix(Self.length - head.count) }
    if bytes.count >= Self.length {
      tail = Array(bytes.suffix(Self.length))
    } else {
      tail += bytes
      if tail.count > Self.length { tail.removeFirst(tail.count - Self.length) }
    }
  }

  /// What stands in a file at `offset`, where a read had stopped; shorter if the file is.
  init(_ file: borrowing LogFile, offset: Int64) throws(FileFault) {
    head = try file.read(at: 0, upTo: Int(min(offset, Int64(Self.length))))
    let start = max(0, offset - Int64(Self.length))
    tail = try file.read(at: start, upTo: Int(offset - start))
  }

  init() {}

  /// Of a file of which nothing has been read: it is known by what stands at its beginning. Half a line would not do,
  /// for it may be no more than the date.
  init(unreadFile file: borrowing LogFile) throws(FileFault) {
    head = try file.read(at: 0, upTo: Self.length)
    if head.count < Self.length { head.removeLast(head.reversed().prefix { $0 != 0x0A }.count) }
  }

  var fingerprint: Fingerprint {
    Fingerprint(head: Self.hash(head), headLength: head.count, tail: Self.hash(tail), tailLength: tail.count)
  }

  /// FNV-1a: the same in every run and version. It guards against mistakes; whoever writes the log can write anything.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
