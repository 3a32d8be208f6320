package import Diagnosis

extension IPAddress {
  /// `192.0.2.1`, or the nibbles of an IPv6 address between dots.
  var dotted: String {
    guard bytes.count == 16 else { return text }
    return bytes.flatMap { [$0 >> 4, $0 & 0x0F] }.map { String($0, radix: 16, uppercase: true) }.joined(separator: ".")
  }

  /// What no packet from the internet comes from: private, link-local, loopback (RFC 1918, 6598, 4193, 4291).
  package var isPrivate: Bool {
    let networks = [
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7",
      "fe80::/10", "::1",
    ]
    return networks.contains { Network($0)?.contains(self) ?? false }
  }
}
