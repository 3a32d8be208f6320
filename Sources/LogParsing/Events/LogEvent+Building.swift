extension LogEvent {
  /// A cursor over the program's own text.
  var cursor: ByteCursor { ByteCursor(line, in: record.text) }

  mutating func add(_ name: String, _ value: FieldValue) { fields.append(Field(name, value)) }

  mutating func add(_ name: String, _ range: ByteRange) { add(name, .range(range)) }

  /// Adds a field whose bytes somebody outside this host could choose.
  mutating func addForeign(_ name: String, _ range: ByteRange) {
    add(name, range)
    markForeign(range)
  }

  mutating func markForeign(_ range: ByteRange) {
    if !range.isEmpty { foreign.append(range) }
  }

  /// Adds a whole number, or the bytes as they stand when they are none.
  mutating func addInteger(_ name: String, _ range: ByteRange) { add(name, number(in: range)) }

  func number(in range: ByteRange) -> FieldValue {
    Int(line[range].text).map { FieldValue.integer($0) } ?? .range(range)
  }

  func decimal(in range: ByteRange) -> FieldValue { finite(line[range]).map { .decimal($0) } ?? .range(range) }

  /// The number that `bytes` are; `Double` also reads `nan` and `inf`, which no daemon writes.
  func finite(_ bytes: ArraySlice<UInt8>) -> Double? { Double(bytes.text).flatMap { $0.isFinite ? $0 : nil } }

  /// Whether the bytes of `range` are `word`.
  func isWord(_ word: StaticString, _ range: ByteRange) -> Bool {
    ByteCursor(line, in: range).looks(at: word) && range.count == word.utf8CodeUnitCount
  }
}

extension LogEvent {
  /// What stands behind the first `opening` of the text, up to the next `closing` or the text's end.
  func part(behind opening: StaticString, before closing: StaticString? = nil) -> ByteRange? {
    var cursor = cursor
    guard cursor.take(upTo: opening) != nil else { return nil }
    return closing.flatMap { cursor.take(upTo: $0) } ?? cursor.rest
  }

  mutating func add(_ name: String, ifAny range: ByteRange?) {
    if let range { add(name, range) }
  }

  mutating func addForeign(_ name: String, ifAny range: ByteRange?) {
    if let range { addForeign(name, range) }
  }

  /// Adds a client of which only the address is known.
  mutating func addClientAddress(_ range: ByteRange?) {
    if let range { add("client", .object(("logged", range), ("address", range))) }
  }
}

extension FieldValue {
  /// The fields of an object, without those that the line does not have.
  static func object(_ pairs: (String, ByteRange?)...) -> FieldValue {
    .object(pairs.compactMap { name, range in range.map { Field(name, .range($0)) } })
  }
}

extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isSpace: Bool { self == 0x20 || self == 0x09 }
  var isUppercase: Bool { self >= 0x41 && self <= 0x5A }
  var isLowercase: Bool { self >= 0x61 && self <= 0x7A }
  var isAlphanumeric: Bool { isDigit || isUppercase || isLowercase }
}
