/// A queue id of one host, packed so that looking it up makes no string.
///
/// Ids of up to 24 bytes are kept whole; the rest of a longer one, and the host, are hashed. Milters and policy services
/// log under tags of their own, so the Postfix instance cannot be part of it.
struct QueueKey: Hashable, Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var origin: UInt64

  init(_ line: Span<UInt8>, _ record: LogRecord) { self.init(record.queueID, of: line, record) }

  /// The key of the id that stands at `id`, from the same host.
  init(_ id: ByteRange, of line: Span<UInt8>, _ record: LogRecord) {
    origin = line.hash(of: record.host)
    for (place, index) in id.indices.enumerated() {
      let byte = UInt64(line[index])
      let shift = UInt64(truncatingIfNeeded: place & 7) &* 8
      switch place >> 3 {
      case 0: first |= byte &<< shift
      case 1: second |= byte &<< shift
      case 2: third |= byte &<< shift
      default: origin = (origin ^ byte) &* 0x0000_0100_0000_01B3
      }
    }
  }

  /// Spread over all 64 bits; `seed` keeps anybody from preparing ids that collide.
  func hash(seed: UInt64) -> UInt64 {
    var hash = (first ^ seed) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash &>> 32) ^ second) &* 0xC2B2_AE3D_27D4_EB4F
    hash = (hash ^ (hash &>> 29) ^ third ^ origin) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash &>> 32)
  }
}

extension Span<UInt8> {
  /// A hash of the bytes, eight at a time; to tell apart what one honest log holds, such as its hosts.
  public func hash(of range: ByteRange) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: range.count)
    var word: UInt64 = 0
    var filled = 0
    for index in range.indices {
      word = word &<< 8 | UInt64(self[index])
      filled += 1
      if filled == 8 {
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash &>> 32
        (word, filled) = (0, 0)
      }
    }
    return (hash ^ word) &* 0xC2B2_AE3D_27D4_EB4F
  }
}
