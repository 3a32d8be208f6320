internal import Diagnosis

/// An SPF record, taken apart (RFC 7208, sections 4.6.1, 5 and 6).
struct SPFRecord {
  struct Directive {
    let result: SPFResult
    let mechanism: Mechanism
    /// As it stands in the record.
    let text: String
  }

  enum Mechanism {
    case all
    case include(SPFMacroString)
    /// Without a name: the current domain.
    case a(SPFMacroString?, SPFPrefixes)
    case mx(SPFMacroString?, SPFPrefixes)
    case ptr(SPFMacroString?)
    case network(IPAddress, bits: Int)
    case exists(SPFMacroString)

    /// Whether a receiver counts it among the 10 lookups.
    var costsLookup: Bool {
      switch self {
      case .all, .network: false
      case .include, .a, .mx, .ptr, .exists: true
      }
    }
  }

  private(set) var directives: [Directive] = []
  private(set) var redirect: SPFMacroString?
  private(set) var explanation: SPFMacroString?

  /// Whether a TXT record is an SPF record of this version.
  static func isRecord(_ text: [UInt8]) -> Bool {
    let version = "v=spf1"
    return String(decoding: text.prefix(6), as: UTF8.self).lowercased() == version
      && (text.count == 6 || text[6] == UInt8(ascii: " "))
  }

  /// A mistake anywhere spoils the whole record: RFC 7208, section 4.6.
  init(_ text: [UInt8], domain: String) throws(SPFProblem) {
    for term in text.dropFirst(6).split(separator: UInt8(ascii: " ")) {
      let words = String(decoding: term.prefix(200), as: UTF8.self)
      guard try add(term, words, domain) else { throw .syntax(SPFStep(domain: domain, term: words)) }
    }
  }

  private mutating func add(_ term: ArraySlice<UInt8>, _ words: String, _ domain: String) throws(SPFProblem) -> Bool {
    if let equals = term.firstIndex(of: UInt8(ascii: "=")), Self.isName(term[..<equals]) {
      return addModifier(String(decoding: term[..<equals], as: UTF8.self).lowercased(), term[(equals + 1)...])
    }
    let qualifiers: [UInt8: SPFResult] = [
      UInt8(ascii: "+"): .pass, UInt8(ascii: "-"): .fail, UInt8(ascii: "~"): .softfail, UInt8(ascii: "?"): .neutral,
    ]
    let qualifier = term.first.flatMap { qualifiers[$0] }
    guard let mechanism = Self.mechanism(qualifier == nil ? term : term.dropFirst()) else { return false }
    directives.append(Directive(result: qualifier ?? .pass, mechanism: mechanism, text: words))
    return true
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, (0x61...0x7A).contains(first | 0x20) else { return false }
    return bytes.allSatisfy {
      (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0)
    }
  }

  private mutating func addModifier(_ name: String, _ value: ArraySlice<UInt8>) -> Bool {
    guard let text = SPFMacroString(value) else { return false }
    switch name {
    case "redirect":
      guard redirect == nil, text.isDomain else { return false }
      redirect = text
    case "exp":
      guard explanation == nil, text.isDomain else { return false }
      explanation = text
    default: break
    }
    return true
  }

  private static func mechanism(_ term: ArraySlice<UInt8>) -> Mechanism? {
    let name = term.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    let rest = term[name.endIndex...]
    let argument = rest.first == UInt8(ascii: ":") ? rest.dropFirst() : nil
    switch String(decoding: name, as: UTF8.self).lowercased() {
    case "all": return rest.isEmpty ? .all : nil
    case "include": return argument.flatMap { self.domain($0) }.map { .include($0) }
    case "exists": return argument.flatMap { self.domain($0) }.map { .exists($0) }
    case "ptr":
      guard let argument else { return rest.isEmpty ? .ptr(nil) : nil }
      return self.domain(argument).map { .ptr($0) }
    case "a": return place(rest).map { .a($0.name, $0.prefixes) }
    case "mx": return place(rest).map { .mx($0.name, $0.prefixes) }
    case "ip4": return argument.flatMap { network($0, bytes: 4) }
    case "ip6": return argument.flatMap { network($0, bytes: 16) }
    default: return nil
    }
  }

  private static func domain(_ text: ArraySlice<UInt8>) -> SPFMacroString? {
    SPFMacroString(text).flatMap { $0.isDomain ? $0 : nil }
  }

  /// `:name`, `/24`, `//64` and what can be made of them.
  private static func place(_ text: ArraySlice<UInt8>) -> (name: SPFMacroString?, prefixes: SPFPrefixes)? {
    guard let (head, prefixes) = SPFPrefixes.cut(text) else { return nil }
    guard head.first == UInt8(ascii: ":") else { return head.isEmpty ? (nil, prefixes) : nil }
    return self.domain(head.dropFirst()).map { ($0, prefixes) }
  }

  private static func network(_ text: ArraySlice<UInt8>, bytes: Int) -> Mechanism? {
    let slash = text.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
    let address = text[..<slash]
    guard address.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }),
      let network = IPAddress(String(decoding: address, as: UTF8.self)), network.bytes.count == bytes
    else { return nil }
    guard slash < text.endIndex else { return .network(network, bits: bytes * 8) }
    return SPFPrefixes.length(text[(slash + 1)...], most: bytes * 8).map { .network(network, bits: $0) }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}

/// `/24//64` behind `a` or `mx`: how much of an address has to be equal (RFC 7208, section 5.6).
struct SPFPrefixes: Equatable {
  var four = 32
  var six = 128

  /// Splits the lengths off the end of `text`; `nil` when they are there and wrong.
  static func cut(_ text: ArraySlice<UInt8>) -> (head: ArraySlice<UInt8>, prefixes: SPFPrefixes)? {
    let slash = UInt8(ascii: "/")
    var head = text
    var prefixes = SPFPrefixes()
    var digits = trailingDigits(head)
    if digits.isEmpty { return text.last == slash ? nil : (text, prefixes) }
    if head[..<digits.startIndex].suffix(2).elementsEqual([slash, slash]) {
      guard let six = length(digits, most: 128) else { return nil }
      prefixes.six = six
      head = head[..<(digits.startIndex - 2)]
      digits = trailingDigits(head)
    }
    if !digits.isEmpty, head[..<digits.startIndex].last == slash {
      guard let four = length(digits, most: 32) else { return nil }
      prefixes.four = four
      head = head[..<(digits.startIndex - 1)]
    }
    return (head, prefixes)
  }

  private static func trailingDigits(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var start = text.endIndex
    while start > text.startIndex, (0x30...0x39).contains(text[start - 1]) { start -= 1 }
    return text[start...]
  }

  static func length(_ digits: ArraySlice<UInt8>, most: Int) -> Int? {
    guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != 0x30
    else { return nil }
    let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return length <= most ? length : nil
  }
}
