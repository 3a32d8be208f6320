/// A text with `%{macros}` in it (RFC 7208, section 7).
struct SPFMacroString: Equatable {
  struct Macro: Equatable {
    /// In small letters: one of `slodiphcrtv`.
    var letter: UInt8
    /// How many parts to keep, counted from the right; `nil` for all.
    var parts: Int?
    var isReversed = false
    var delimiters: [UInt8] = [UInt8(ascii: ".")]
    /// The letter stood in capitals: reserved characters become `%XX`.
    var isURL = false
  }

  enum Part: Equatable {
    case text([UInt8])
    case macro(Macro)
  }

  enum Place { case name, explanation }

  private(set) var parts: [Part] = []

  /// `nil` when the text breaks the grammar. `c`, `r` and `t`, and spaces, may stand in explanations only.
  init?(_ source: some Collection<UInt8>, _ place: Place = .name) {
    var rest = Array(source)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        guard (0x21...0x7E).contains(byte) || place == .explanation && byte == 0x20 else { return nil }
        append([byte])
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "%"): append([UInt8(ascii: "%")])
      case UInt8(ascii: "_"): append([0x20])
      case UInt8(ascii: "-"): append(Array("%20".utf8))
      case UInt8(ascii: "{"):
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), let macro = Self.macro(rest[..<close], place) else {
          return nil
        }
        parts.append(.macro(macro))
        rest = rest[(close + 1)...]
      default: return nil
      }
    }
  }

  private mutating func append(_ bytes: [UInt8]) {
    if case .text(let text)? = parts.last {
      parts[parts.count - 1] = .text(text + bytes)
    } else {
      parts.append(.text(bytes))
    }
  }

  private static func macro(_ source: ArraySlice<UInt8>, _ place: Place) -> Macro? {
    var rest = source
    guard let letter = rest.popFirst(), "slodiphcrtv".utf8.contains(letter | 0x20),
      place == .explanation || !"crt".utf8.contains(letter | 0x20)
    else { return nil }
    var macro = Macro(letter: letter | 0x20, isURL: letter & 0x20 == 0)
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    if !digits.isEmpty {
      // More than 128 labels fit in no name; the number itself may be longer than any integer.
      let count = digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1_000) }
      guard count > 0 else { return nil }
      macro.parts = count
      rest = rest.dropFirst(digits.count)
    }
    if let next = rest.first, next | 0x20 == UInt8(ascii: "r") {
      macro.isReversed = true
      rest = rest.dropFirst()
    }
    guard rest.allSatisfy({ ".-+,/_=".utf8.contains($0) }) else { return nil }
    if !rest.isEmpty { macro.delimiters = Array(rest) }
    return macro
  }

  /// Whether the text may stand as a domain-spec: it ends in a macro or in `.toplabel` (RFC 7208, section 7.1).
  var isDomain: Bool {
    guard let last = parts.last else { return false }
    guard case .text(var text) = last else { return true }
    // "%%", "%_" and "%-" are macros to the grammar; names that end in them exist in no zone.
    if text.last == UInt8(ascii: ".") { text.removeLast() }
    guard let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return false }
    let label = text[(dot + 1)...]
    let isAlphanumeric = label.allSatisfy(Self.isAlphanumeric)
    guard let first = label.first, let end = label.last, Self.isAlphanumeric(first), Self.isAlphanumeric(end),
      label.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
    else { return false }
    return !isAlphanumeric || label.contains { (0x61...0x7A).contains($0 | 0x20) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  /// `p` needs the DNS; whoever expands asks for it only when it is there.
  var needsValidatedName: Bool {
    parts.contains { if case .macro(let macro) = $0 { macro.letter == UInt8(ascii: "p") } else { false } }
  }

  /// The text with each macro's value put in, at most 64 KiB of it.
  func expanded(_ value: (UInt8) -> [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for part in parts where text.count < 65_536 {
      switch part {
      case .text(let bytes): text += bytes
      case .macro(let macro): text += Self.transformed(value(macro.letter), by: macro)
      }
    }
    return text
  }

  private static func transformed(_ value: [UInt8], by macro: Macro) -> [UInt8] {
    var pieces = value.split(omittingEmptySubsequences: false) { macro.delimiters.contains($0) }
    if macro.isReversed { pieces.reverse() }
    if let count = macro.parts { pieces = pieces.suffix(count) }
    let joined = Array(pieces.joined(separator: [UInt8(ascii: ".")]))
    guard macro.isURL else { return joined }
    return joined.flatMap { byte -> [UInt8] in
      if isAlphanumeric(byte) || "-._~".utf8.contains(byte) { return [byte] }
      let hex = String(byte, radix: 16, uppercase: true)
      return Array("%\(hex.count == 1 ? "0" : "")\(hex)".utf8)
    }
  }
}
