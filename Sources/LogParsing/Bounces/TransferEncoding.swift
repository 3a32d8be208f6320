/// How a part's bytes were made fit for mail (RFC 2045, section 6).
enum TransferEncoding {
  case base64, quotedPrintable, identity

  init(_ name: ArraySlice<UInt8>?) {
    self =
      switch name?.withoutBlanks {
      case let name? where name.isSame(as: "base64"): .base64
      case let name? where name.isSame(as: "quoted-printable"): .quotedPrintable
      default: .identity
      }
  }

  func decoded(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    switch self {
    case .base64: Self.decodedBase64(body)[...]
    case .quotedPrintable: Self.decodedQuotedPrintable(body)[...]
    case .identity: body
    }
  }

  /// Quoted-printable text with its `=XX` made bytes again; an `=` that opens no escape stays.
  static func decodedEscapes(_ text: some Collection<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count)
    var index = text.startIndex
    while index != text.endIndex {
      let hex = text[index...].dropFirst().prefix(2)
      if text[index] == UInt8(ascii: "="), hex.count == 2, let high = hex.first?.hexDigitValue,
        let low = hex.dropFirst().first?.hexDigitValue
      {
        decoded.append(high << 4 | low)
        index = text.index(index, offsetBy: 3)
      } else {
        decoded.append(text[index])
        index = text.index(after: index)
      }
    }
    return decoded
  }

  private static func decodedQuotedPrintable(_ body: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(body.count)
    for line in body.split(separator: .lineFeed, omittingEmptySubsequences: false) {
      let end = line.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? line.startIndex
      let trimmed = line[..<end]
      if trimmed.last == UInt8(ascii: "=") {
        text += trimmed.dropLast()
      } else {
        text += trimmed
        text.append(.lineFeed)
      }
    }
    return decodedEscapes(text)
  }

  private static func decodedBase64(_ body: ArraySlice<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(body.count / 4 * 3)
    var bits: UInt32 = 0
    var count = 0
    for byte in body {
      if byte == UInt8(ascii: "=") {
        count = 0
        continue
      }
      guard let value = base64Value(byte) else { continue }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count > 1 { decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 - 2 * count))) }
      if count == 4 { count = 0 }
    }
    return decoded
  }

  private static func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
