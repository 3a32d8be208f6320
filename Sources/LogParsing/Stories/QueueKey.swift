/// A queue id of one Postfix instance on one host, packed so that looking it up makes no string.
///
/// Ids of up to 24 bytes are kept whole; the rest of a longer one, and host and instance, are hashed.
struct QueueKey: Hashable, Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var origin: UInt64

  init(_ line: Span<UInt8>, _ record: LogRecord) {
    origin = Self.origin(line, record)
    for (place, index) in record.queueID.indices.enumerated() { add(line[index], at: place) }
  }

  /// The key of another id from the same origin.
  init(_ queueID: String, like line: Span<UInt8>, _ record: LogRecord) {
    origin = Self.origin(line, record)
    for (place, byte) in queueID.utf8.enumerated() { add(byte, at: place) }
  }

  private mutating func add(_ byte: UInt8, at place: Int) {
    let shifted = UInt64(byte) << UInt64(place % 8 * 8)
    switch place / 8 {
    case 0: first |= shifted
    case 1: second |= shifted
    case 2: third |= shifted
    default: origin = (origin ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
  }

  /// FNV-1a over the host. Milters and policy services log under tags of their own, so the instance cannot be part of it.
  private static func origin(_ line: Span<UInt8>, _ record: LogRecord) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in record.host.indices { hash = (hash ^ UInt64(line[index])) &* 0x0000_0100_0000_01B3 }
    return hash
  }

  func hash(into hasher: inout Hasher) {
    // One word is enough for the hasher: equality still compares all four.
    hasher.combine(first ^ (second &* 0x9E37_79B9_7F4A_7C15) ^ (third &* 0xC2B2_AE3D_27D4_EB4F) ^ origin)
  }
}
