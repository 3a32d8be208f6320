/// A part's charset (RFC 2046, section 4.1.2), as far as it must be known to get UTF-8.
enum CharacterSet {
  /// ISO-8859-1 and windows-1252; the former is nearly always the latter in truth.
  case westEuropean
  /// UTF-8, ASCII, and whatever is passed on as it is.
  case other

  init(_ name: ArraySlice<UInt8>?) {
    let isWestEuropean = name.map { name in Self.westEuropeanNames.contains { name.isSame(as: $0) } } ?? false
    self = isWestEuropean ? .westEuropean : .other
  }

  func utf8(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard self == .westEuropean, text.contains(where: { $0 >= 0x80 }) else { return text }
    var converted: [UInt8] = []
    converted.reserveCapacity(text.count + text.count / 8)
    for byte in text {
      if byte < 0x80 {
        converted.append(byte)
      } else {
        let scalar = (0x80..<0xA0).contains(byte) ? Self.windows1252[Int(byte) - 0x80] : UInt32(byte)
        converted += Self.encoded(scalar)
      }
    }
    return converted[...]
  }

  private static let westEuropeanNames = ["iso-8859-1", "iso-8859-15", "latin1", "windows-1252", "cp1252"]

  /// The code points of the bytes 0x80 to 0x9F.
  private static let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  private static func encoded(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).map { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) } ?? []
  }
}
