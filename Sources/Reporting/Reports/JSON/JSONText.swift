/// Builds JSON text piece by piece, in the order in which it is told; for output, not for reading.
public struct JSONText: Sendable {
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public mutating func object(_ key: String? = nil, _ content: (inout JSONText) -> Void) {
    open(key, UInt8(ascii: "{"))
    content(&self)
    close(UInt8(ascii: "}"))
  }

  public mutating func array(_ key: String? = nil, _ content: (inout JSONText) -> Void) {
    open(key, UInt8(ascii: "["))
    content(&self)
    close(UInt8(ascii: "]"))
  }

  public mutating func string(_ key: String? = nil, _ value: String) {
    begin(key)
    append(value)
    needsComma = true
  }

  /// `null` for an absent value.
  public mutating func optional(_ key: String, _ value: String?) {
    if let value { return string(key, value) }
    begin(key)
    bytes += Array("null".utf8)
    needsComma = true
  }

  public mutating func number(_ key: String? = nil, _ value: some BinaryInteger) {
    begin(key)
    bytes += Array(String(value).utf8)
    needsComma = true
  }

  /// A number whose text is known already.
  public mutating func number(_ key: String? = nil, text: String) {
    begin(key)
    bytes += Array(text.utf8)
    needsComma = true
  }

  public mutating func decimal(_ key: String? = nil, _ value: Double) {
    begin(key)
    bytes += Array((value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)).utf8)
    needsComma = true
  }

  public mutating func lineEnd() {
    bytes.append(0x0A)
    needsComma = false
  }

  /// What has been built so far, taken out.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  private mutating func open(_ key: String?, _ bracket: UInt8) {
    begin(key)
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func begin(_ key: String?) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    guard let key else { return }
    append(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string with what RFC 8259, section 7, wants escaped; DEL and C1 controls too, for those who `cat` it to a terminal.
  private mutating func append(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": bytes += [0x5C, 0x22]
      case "\\": bytes += [0x5C, 0x5C]
      case "\n": bytes += [0x5C, 0x6E]
      case "\t": bytes += [0x5C, 0x74]
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      default: bytes += Array(String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
