package import Diagnosis

extension IPAddress {
  /// An IPv4 address that stands inside an IPv6 one (`::ffff:192.0.2.1`) as what it is.
  var unmapped: IPAddress {
    let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    guard bytes.count == 16, bytes.starts(with: prefix) else { return self }
    return IPAddress(bytes: bytes.suffix(4)) ?? self
  }

  /// Whether the first `bits` of both are equal; addresses of different families share nothing.
  func shares(_ bits: Int, with other: IPAddress) -> Bool {
    guard bytes.count == other.bytes.count else { return false }
    let whole = bits / 8
    guard bytes.prefix(whole).elementsEqual(other.bytes.prefix(whole)) else { return false }
    let rest = bits % 8
    guard rest > 0, whole < bytes.count else { return true }
    return (bytes[whole] ^ other.bytes[whole]) >> UInt8(8 - rest) == 0
  }

  /// `192.0.2.1`, or the nibbles of an IPv6 address between dots.
  var dotted: String {
    guard bytes.count == 16 else { return text }
    return bytes.flatMap { [$0 >> 4, $0 & 0x0F] }.map { String($0, radix: 16, uppercase: true) }.joined(separator: ".")
  }

  /// What no packet from the internet comes from: private, link-local, loopback (RFC 1918, 6598, 4193, 4291).
  package var isPrivate: Bool {
    let networks: [(String, Int)] = [
      ("10.0.0.0", 8), ("172.16.0.0", 12), ("192.168.0.0", 16), ("100.64.0.0", 10), ("169.254.0.0", 16),
      ("127.0.0.0", 8), ("fc00::", 7), ("fe80::", 10), ("::1", 128),
    ]
    return networks.contains { network, bits in IPAddress(network).map { shares(bits, with: $0) } ?? false }
  }
}
