/// Reads the binary form in which SSH writes keys and signatures (RFC 4251, section 5); stops at the first fault.
struct SSHReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func bytes() -> [UInt8]? {
    guard let length = number(), length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }

  mutating func text() -> String? { bytes().flatMap { String(validating: $0, as: UTF8.self) } }

  /// A number that is not negative, without leading zeros.
  mutating func integer() -> [UInt8]? {
    guard let bytes = bytes(), bytes.first.map({ $0 < 0x80 }) ?? true else { return nil }
    return Array(bytes.drop { $0 == 0 })
  }

  mutating func skip(_ bytes: some Collection<UInt8>) -> Bool {
    guard rest.starts(with: bytes) else { return false }
    rest = rest.dropFirst(bytes.count)
    return true
  }
}

/// Writes that form.
struct SSHWriter {
  private(set) var output: [UInt8] = []

  mutating func raw(_ bytes: some Collection<UInt8>) { output += bytes }

  mutating func number(_ value: UInt32) { output += [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

  mutating func bytes(_ bytes: some Collection<UInt8>) {
    number(UInt32(bytes.count))
    output += bytes
  }

  mutating func text(_ text: String) { bytes(Array(text.utf8)) }

  /// A number that is not negative.
  mutating func integer(_ value: [UInt8]) {
    let digits = Array(value.drop { $0 == 0 })
    bytes(digits.first.map { $0 >= 0x80 } == true ? [0] + digits : digits)
  }
}
