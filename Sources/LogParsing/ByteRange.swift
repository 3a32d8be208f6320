/// A run of bytes in one line: where it starts and where it ends (exclusive), counted from the line's first byte.
///
/// Lines are never longer than `Int32.max`; half the size keeps a record in two cache lines.
public struct ByteRange: Hashable, Sendable {
  public var start: Int32
  public var end: Int32

  public static let empty = ByteRange(0, 0)

  public init(_ start: Int, _ end: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.end = Int32(truncatingIfNeeded: max(start, end))
  }

  public var count: Int { Int(end) - Int(start) }
  public var isEmpty: Bool { end <= start }
  public var indices: Range<Int> { Int(start)..<Int(end) }
}

extension Array where Element == UInt8 {
  /// The bytes of `range`; what lies outside the array is left out.
  public subscript(range: ByteRange) -> ArraySlice<UInt8> {
    let lower = Swift.min(Swift.max(0, Int(range.start)), count)
    let upper = Swift.min(Swift.max(lower, Int(range.end)), count)
    return self[lower..<upper]
  }
}

extension Collection where Element == UInt8 {
  /// The bytes as text; invalid UTF-8 becomes U+FFFD.
  public var text: String { String(decoding: self, as: UTF8.self) }
}
