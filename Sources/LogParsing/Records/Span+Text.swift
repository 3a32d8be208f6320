extension Span<UInt8> {
  /// Where `word` first stands at or after `start`.
  public func first(_ word: StaticString, from start: Int) -> Int? {
    let length = word.utf8CodeUnitCount
    guard length > 0, start >= 0 else { return nil }
    let head = unsafe word.utf8Start.pointee
    var index = start
    while let found = first(head, from: index), found + length <= count {
      if starts(with: word, at: found) { return found }
      index = found + 1
    }
    return nil
  }

  /// Where `byte` first stands at or after `start`.
  func first(_ byte: UInt8, from start: Int) -> Int? {
    var index = start
    let wanted = 0x0101_0101_0101_0101 &* UInt64(byte)
    // Eight bytes at a time: a byte of `word` is zero where the wanted one stands (Hacker's Delight, 6-1).
    return unsafe withUnsafeBytes { bytes -> Int? in
      while index &+ 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wanted
        let zero = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        if zero != 0 { return index &+ UInt64(littleEndian: zero).trailingZeroBitCount / 8 }
        index &+= 8
      }
      while index < bytes.count {
        if unsafe bytes[index] == byte { return index }
        index &+= 1
      }
      return nil
    }
  }

  public func text(_ range: ByteRange) -> String {
    let lower = Swift.min(Swift.max(0, Int(range.start)), count)
    let upper = Swift.min(Swift.max(lower, Int(range.end)), count)
    return unsafe extracting(lower..<upper).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The characters up to a blank, a comma, a closing parenthesis or the end.
  func word(from start: Int) -> ByteRange {
    var index = start
    while let byte = byte(index), byte != UInt8(ascii: " "), byte != UInt8(ascii: ","), byte != UInt8(ascii: ")") {
      index += 1
    }
    return ByteRange(start, index)
  }

  /// An address up to its `>`; a quoted local part may hold one (RFC 5321, section 4.1.2). Old systems log no brackets.
  func address(from start: Int) -> ByteRange {
    var index = start
    if byte(start) == UInt8(ascii: "\"") {
      index += 1
      while let byte = byte(index), byte != UInt8(ascii: "\"") { index += byte == UInt8(ascii: "\\") ? 2 : 1 }
    }
    while let byte = byte(index), byte != UInt8(ascii: ">"), byte != UInt8(ascii: ",") { index += 1 }
    return ByteRange(Swift.min(start, count), Swift.min(index, count))
  }

  /// A copy of the bytes.
  public var copy: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}

extension Span<UInt8> {
  /// The number that stands behind `word`.
  public func number(after word: StaticString) -> UInt32? {
    guard var index = first(word, from: 0).map({ $0 + word.utf8CodeUnitCount }) else { return nil }
    var value: UInt32 = 0
    let start = index
    while let digit = digit(index), index - start < 9 {
      value = value * 10 + UInt32(digit)
      index += 1
    }
    return index > start ? value : nil
  }
}

extension [UInt8] {
  mutating func append(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { bytes in unsafe append(contentsOf: bytes) }
  }
}
