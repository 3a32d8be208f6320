/// Numbers for values in the order in which they come: equal values have equal numbers, and a number tells nothing of its
/// value, so that no dictionary of names brings one back.
struct AliasTable {
  private var numbers: [[UInt8]: Int] = [:]
  /// So many are remembered; a log with more gets numbers out of `Hasher`, which has another key in every run.
  private static let mostValues = 2_000_000

  mutating func number(of value: some Collection<UInt8>) -> Int {
    let key = value.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if let known = numbers[key] { return known }
    guard numbers.count < Self.mostValues else {
      var hasher = Hasher()
      hasher.combine(key)
      return Self.mostValues + (hasher.finalize() & 0x3FFF_FFFF)
    }
    numbers[key] = numbers.count + 1
    return numbers.count
  }
}

/// Stands in for addresses of the internet, of private networks and of links; each keeps its kind.
struct AddressAliases {
  private var public4 = AliasTable()
  private var private4 = AliasTable()
  private var public6 = AliasTable()

  /// The alias of an address; `nil` for loopback and for "any", which name nobody.
  mutating func alias(of address: [UInt8]) -> [UInt8]? { address.count == 4 ? alias4(address) : alias6(address) }

  private mutating func alias4(_ bytes: [UInt8]) -> [UInt8]? {
    switch (bytes[0], bytes[1]) {
    case (0, _), (127, _), (255, _): return nil
    case (10, _), (192, 168), (172, 16...31):
      let number = private4.number(of: bytes)
      if bytes[0] == 10 { return [10, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)] }
      let second: UInt8 = bytes[0] == 172 ? 16 + UInt8(number >> 16 & 15) : 168
      return [bytes[0], second, UInt8(number >> 8 & 255), UInt8(number & 255)]
    default: return Self.documentation(public4.number(of: bytes))
    }
  }

  /// The three networks for documentation (RFC 5737), then the one for benchmarks (RFC 2544), then the reserved one.
  private static func documentation(_ number: Int) -> [UInt8] {
    let last = UInt8(number % 254 + 1)
    switch number / 254 {
    case 0: return [192, 0, 2, last]
    case 1: return [198, 51, 100, last]
    case 2: return [203, 0, 113, last]
    default:
      let rest = number - 762
      if rest < 131_072 { return [198, 18 + UInt8(rest >> 16 & 1), UInt8(rest >> 8 & 255), UInt8(rest & 255)] }
      return [240 + UInt8(rest >> 24 & 15), UInt8(rest >> 16 & 255), UInt8(rest >> 8 & 255), UInt8(rest & 255)]
    }
  }

  private mutating func alias6(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] <= 1 { return nil }
    if bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) {
      return alias4(Array(bytes.suffix(4))).map { bytes.prefix(12) + $0 }
    }
    let number = public6.number(of: bytes)
    var alias: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12)
    if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { alias.replaceSubrange(0..<4, with: [0xFE, 0x80, 0, 0]) }
    if bytes[0] & 0xFE == 0xFC { alias.replaceSubrange(0..<4, with: [0xFD, 0, 0, 0]) }
    for place in 0..<4 { alias[12 + place] = UInt8(number >> (24 - place * 8) & 255) }
    return alias
  }
}
