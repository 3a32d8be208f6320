/// Reads a JSON object whose values are strings, numbers, or arrays of bytes, as `journalctl -o json` prints them; nested
/// values are stepped over (RFC 8259).
struct FlatJSONReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Calls `take` for each member; `false` if this is no JSON object.
  mutating func readObject(_ take: (_ name: [UInt8], _ value: [UInt8]) -> Void) -> Bool {
    guard skip(UInt8(ascii: "{")) else { return false }
    if skip(UInt8(ascii: "}")) { return true }
    repeat {
      guard let name = string(), skip(UInt8(ascii: ":")), let value = value() else { return false }
      if case .bytes(let bytes) = value { take(name, bytes) }
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "}"))
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D { position += 1 }
  }

  private mutating func skip(_ wanted: UInt8) -> Bool {
    skipBlanks()
    guard next == wanted else { return false }
    position += 1
    return true
  }

  private enum Value {
    case bytes([UInt8])
    /// `null`, or something nested: no field of a log line.
    case nothing
  }

  private mutating func value() -> Value? {
    skipBlanks()
    switch next {
    case UInt8(ascii: "\""): return string().map(Value.bytes)
    case UInt8(ascii: "["): return array()
    case UInt8(ascii: "{"): return skipNested() ? .nothing : nil
    default:
      guard let word = word() else { return nil }
      return word.text == "null" ? .nothing : .bytes(word)
    }
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() -> [UInt8]? {
    let start = position
    while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]"), byte != 0x20
    {
      position += 1
    }
    return position > start ? Array(bytes[start..<position]) : nil
  }

  /// Messages with unprintable bytes come as arrays of numbers; several values of one field as an array of strings, of which
  /// the first counts.
  private mutating func array() -> Value? {
    let start = position
    guard skip(UInt8(ascii: "[")) else { return nil }
    if skip(UInt8(ascii: "]")) { return .bytes([]) }
    var values: [UInt8] = []
    var first: [UInt8]?
    repeat {
      skipBlanks()
      if next == UInt8(ascii: "\"") {
        guard let text = string() else { return nil }
        first = first ?? text
      } else if let byte = word().flatMap({ UInt8($0.text) }) {
        values.append(byte)
      } else {
        position = start
        return skipNested() ? .nothing : nil
      }
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "]")) ? .bytes(first ?? values) : nil
  }

  /// Steps over an array or object, however deep, by counting its brackets.
  private mutating func skipNested() -> Bool {
    var depth = 0
    repeat {
      guard let byte = next else { return false }
      if byte == UInt8(ascii: "\"") {
        guard string() != nil else { return false }
        continue
      }
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      position += 1
    } while depth > 0
    return true
  }

  private mutating func string() -> [UInt8]? {
    guard skip(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let escaped = escape() else { return nil }
        text += escaped
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    guard let byte = next else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "u"):
      guard var code = hexadecimal() else { return nil }
      if (0xD800..<0xDC00).contains(code), next == UInt8(ascii: "\\") {
        position += 2
        guard let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else { return nil }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      return Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
    default: return [byte]
    }
  }

  private mutating func hexadecimal() -> UInt32? {
    guard position + 4 <= bytes.endIndex else { return nil }
    defer { position += 4 }
    return UInt32(bytes[position..<(position + 4)].text, radix: 16)
  }
}
