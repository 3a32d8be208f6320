import Diagnosis
import Glibc

/// The address that a connection to the internet would bear. The kernel chooses it when a UDP socket is connected, and
/// connecting a UDP socket sends nothing.
enum OutgoingAddress {
  /// `nil` where the kernel has no route or no address for the family.
  static func chosen(isVersion6: Bool) -> IPAddress? {
    let descriptor = socket(
      isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Documentation addresses (RFC 5737, RFC 3849): they are routed as any other of the internet.
    guard let target = IPAddress(isVersion6 ? "2001:db8::1" : "192.0.2.1"),
      SocketAddress(target, 25).connect(descriptor) == 0
    else { return nil }
    var place = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = unsafe withUnsafeMutableBytes(of: &place) { bytes in
      let generic = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      return unsafe generic.map { unsafe getsockname(descriptor, $0, &length) == 0 } ?? false
    }
    guard isKnown else { return nil }
    return unsafe withUnsafeBytes(of: place) { bytes in
      unsafe IPAddress(bytes.assumingMemoryBound(to: sockaddr.self).baseAddress)
    }
  }

  static func observe(isVersion6: Bool, isPresentWanted: Bool) -> Observation {
    let family = isVersion6 ? "IPv6" : "IPv4"
    let address = chosen(isVersion6: isVersion6).flatMap { $0.isLoopback ? nil : $0 }
    return Observation(
      holds: (address != nil) == isPresentWanted,
      address.map { "\(family) connections leave from \($0.text)" }
        ?? "this machine has no \(family) route to the internet",
      address.map { "les connexions \(family) partent de \($0.text)" }
        ?? "cette machine n'a pas de route \(family) vers l'internet",
      facts: address.map { ["outgoing": $0.text] } ?? [:])
  }
}
