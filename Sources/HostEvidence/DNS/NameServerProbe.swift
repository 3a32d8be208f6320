internal import Diagnosis
internal import Dispatch
internal import Glibc

/// One question to one name server by hand, to tell which of them is dead; libunbound asks them all and does not say.
package enum NameServerProbe {
  package enum Finding: Sendable, Hashable {
    /// It answered; `validates` when it says that it has checked DNSSEC (the AD bit, RFC 4035, section 3.2.3).
    case answers(validates: Bool)
    /// It answered with this RCODE, such as 5, REFUSED.
    case refuses(code: Int)
    case silent
    /// Nothing listens there, or there is no route.
    case unreachable(String)
    case notAnAddress
  }

  /// `server`: `address` or `address@port`. Asks for the name servers of the root, which every resolver knows.
  package static func ask(_ server: String, seconds: Int32) async -> Finding {
    let parts = server.split(separator: "@", maxSplits: 1).map(String.init)
    guard let text = parts.first, let address = IPAddress(String(text.prefix { $0 != "%" })),
      let port = UInt16(parts.count > 1 ? parts[1] : "53")
    else { return .notAnAddress }
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: exchange(address, port, seconds)) }
    }
  }

  private static func exchange(_ address: IPAddress, _ port: UInt16, _ seconds: Int32) -> Finding {
    let isFour = address.bytes.count == 4
    let descriptor = socket(isFour ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return .unreachable(errorText(errno)) }
    defer { close(descriptor) }
    guard SocketAddress(address, port).connect(descriptor) == 0 else { return .unreachable(errorText(errno)) }
    let seconds = min(max(1, seconds), 300)
    let id = UInt16.random(in: .min ... .max)
    let query = question(id)
    // One packet may be lost.
    for _ in 0..<2 {
      guard unsafe send(descriptor, query, query.count, 0) == query.count else { return .unreachable(errorText(errno)) }
      let end = ContinuousClock.now + .milliseconds(Int(seconds) * 500)
      while ContinuousClock.now < end {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&poller, 1, seconds * 500) == 1 else { break }
        var answer = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe recv(descriptor, &answer, answer.count, 0)
        if count < 0 { return .unreachable(errorText(errno)) }
        guard count >= 12, answer[0] == query[0], answer[1] == query[1], answer[2] & 0x80 != 0 else { continue }
        let code = Int(answer[3] & 0x0F)
        return code == 0 ? .answers(validates: answer[3] & 0x20 != 0) : .refuses(code: code)
      }
    }
    return .silent
  }

  /// `. NS`, recursion desired, AD wanted, with an EDNS record that allows DNSSEC.
  private static func question(_ id: UInt16) -> [UInt8] {
    let header: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0x20, 0, 1, 0, 0, 0, 0, 0, 1]
    let edns: [UInt8] = [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0]
    return header + [0, 0, 2, 0, 1] + edns
  }
}
