/// Reads a line's bytes from left to right; nothing it is asked can trap.
///
/// A `take` that fails leaves the cursor where it was.
public struct ByteCursor: Sendable {
  public let bytes: [UInt8]
  public private(set) var position: Int
  public let end: Int

  public init(_ bytes: [UInt8], in range: ByteRange) {
    self.bytes = bytes
    end = min(max(0, Int(range.end)), bytes.count)
    position = min(max(0, Int(range.start)), end)
  }

  public var isAtEnd: Bool { position >= end }
  public var rest: ByteRange { ByteRange(position, end) }
  public var next: UInt8? { position < end ? bytes[position] : nil }

  /// Whether the text at the cursor is `word`.
  public func looks(at word: StaticString) -> Bool { stands(word, at: position) }

  /// Steps over `word` if it stands here.
  public mutating func skip(_ word: StaticString) -> Bool {
    guard looks(at: word) else { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  /// The bytes before the next `word`; the cursor then stands behind `word`.
  public mutating func take(upTo word: StaticString) -> ByteRange? {
    guard let found = first(word) else { return nil }
    defer { position = found + word.utf8CodeUnitCount }
    return ByteRange(position, found)
  }

  /// The bytes before the last `word` of the range; the cursor then stands behind `word`.
  public mutating func take(upToLast word: StaticString) -> ByteRange? {
    guard let found = last(word) else { return nil }
    defer { position = found + word.utf8CodeUnitCount }
    return ByteRange(position, found)
  }

  /// The longest run of bytes that `accept` wants; `nil` if that is none.
  public mutating func take(while accept: (UInt8) -> Bool) -> ByteRange? {
    let start = position
    while position < end, accept(bytes[position]) { position += 1 }
    return position > start ? ByteRange(start, position) : nil
  }

  /// The name before a `=`; the cursor then stands behind it.
  public mutating func takeKey() -> ByteRange? {
    var ahead = self
    guard
      let key = ahead.take(while: { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }),
      ahead.skip("=")
    else { return nil }
    self = ahead
    return key
  }

  /// Everything up to the end.
  public mutating func takeRest() -> ByteRange {
    defer { position = end }
    return rest
  }

  public mutating func move(to newPosition: Int) { position = min(max(0, newPosition), end) }

  /// Where `word` next stands, at or after the cursor.
  public func first(_ word: StaticString) -> Int? {
    let lastStart = end - word.utf8CodeUnitCount
    guard lastStart >= position else { return nil }
    return (position...lastStart).first { stands(word, at: $0) }
  }

  /// Where `word` stands last, at or after the cursor.
  public func last(_ word: StaticString) -> Int? {
    let lastStart = end - word.utf8CodeUnitCount
    guard lastStart >= position else { return nil }
    return (position...lastStart).last { stands(word, at: $0) }
  }

  private func stands(_ word: StaticString, at index: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard length > 0, index + length <= end else { return false }
    // The compiler's own constant bytes: they outlive every use.
    let wanted = unsafe UnsafeBufferPointer(start: word.utf8Start, count: length)
    for offset in 0..<length where unsafe bytes[index + offset] != wanted[offset] { return false }
    return true
  }
}
