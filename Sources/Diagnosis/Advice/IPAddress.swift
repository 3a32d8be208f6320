/// An IPv4 or IPv6 address, for the names that DNS has for it.
public struct IPAddress: Hashable, Sendable {
  /// 4 or 16 bytes in network order.
  public let bytes: [UInt8]

  /// `nil` unless there are 4 or 16 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Array(bytes)
  }

  /// Brackets around the address are allowed; zones (`%eth0`) are not.
  public init?(_ text: String) {
    var text = text[...]
    if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
    if text.lowercased().hasPrefix("ipv6:") { text = text.dropFirst(5) }
    guard let bytes = text.contains(":") ? Self.version6(text) : Self.version4(text) else { return nil }
    self.bytes = bytes
  }

  /// `IPv4` or `IPv6`.
  public var family: String { bytes.count == 4 ? "IPv4" : "IPv6" }

  /// The name under which the PTR record stands: `1.2.0.192.in-addr.arpa` (RFC 1035, section 3.5) or nibbles under
  /// `ip6.arpa` (RFC 3596, section 2.5).
  public var reverseName: String {
    guard bytes.count == 16 else { return bytes.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa" }
    let nibbles = bytes.reversed().flatMap { [$0 & 0x0F, $0 >> 4] }
    return nibbles.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa"
  }

  /// As RFC 5952 writes it.
  public var text: String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      let end = groups[start...].firstIndex { $0 != 0 } ?? 8
      if end - start > max(1, longest.count) { longest = start..<end }
      start = end + 1
    }
    let hex = groups.map { String($0, radix: 16) }
    guard !longest.isEmpty else { return hex.joined(separator: ":") }
    return hex[..<longest.lowerBound].joined(separator: ":") + "::" + hex[longest.upperBound...].joined(separator: ":")
  }

  private static func version4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap {
      $0.count <= 3 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8($0) : nil
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: Substring) -> [UInt8]? {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return nil }
    let groups = halves.map { Self.groups($0) }
    guard let head = groups[0] else { return nil }
    guard halves.count == 2 else { return head.count == 16 ? head : nil }
    guard let tail = groups[1], head.count + tail.count <= 14 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains(".") {
        guard let mapped = version4(part) else { return nil }
        bytes += mapped
      } else {
        guard !part.isEmpty, part.count <= 4, part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16) else {
          return nil
        }
        bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
      }
    }
    return bytes
  }
}

extension IPAddress: CustomStringConvertible {
  public var description: String { text }
}
