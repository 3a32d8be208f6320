import Diagnosis
import Glibc

/// A connection to a mail server on this machine, with one deadline for all that is said on it; it closes with the value.
struct SMTPLine: ~Copyable {
  let descriptor: Int32
  private let end: ContinuousClock.Instant

  enum Start: Equatable {
    /// TLS begins with the next byte.
    case ready
    case notOffered
    case refused(String)
    /// No reply came in time, or none that a mail server gives.
    case silent
  }

  /// `nil` when there is no connection; errno says why.
  init?(_ address: IPAddress, _ port: UInt16, seconds: Int) {
    let end = ContinuousClock.now + .seconds(seconds)
    guard let descriptor = Self.connected(address, port, end) else { return nil }
    self.descriptor = descriptor
    self.end = end
  }

  private static func connected(_ address: IPAddress, _ port: UInt16, _ end: ContinuousClock.Instant) -> Int32? {
    let family = address.bytes.count == 4 ? AF_INET : AF_INET6
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { return nil }
    var code: Int32 = 0
    if SocketAddress(address, port).connect(descriptor) != 0 {
      code = errno
      if code == EINPROGRESS {
        var length = socklen_t(MemoryLayout<Int32>.size)
        let isDone = wait(descriptor, for: POLLOUT, until: end)
        code =
          isDone ? unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno : ETIMEDOUT
      }
    }
    guard code == 0 else {
      close(descriptor)
      errno = code
      return nil
    }
    return descriptor
  }

  deinit { close(descriptor) }

  var millisecondsLeft: Int32 { Self.milliseconds(until: end) }

  private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
    Int32(max(0, min((end - .now) / .milliseconds(1), 600_000)))
  }

  /// Greeting, EHLO, STARTTLS (RFC 3207); says QUIT where that is as far as it goes.
  func startTLS(_ name: String) -> Start {
    guard let greeting = reply(), greeting.hasPrefix("220") else { return .silent }
    guard send("EHLO \(name)\r\n"), let offer = reply(), offer.hasPrefix("250") else { return .silent }
    let words = offer.split(whereSeparator: \.isNewline).map { $0.dropFirst(4).uppercased() }
    guard words.contains(where: { $0.trimmed == "STARTTLS" }) else {
      _ = send("QUIT\r\n") && reply() != nil
      return .notOffered
    }
    guard send("STARTTLS\r\n"), let answer = reply() else { return .silent }
    if answer.hasPrefix("220") { return .ready }
    _ = send("QUIT\r\n") && reply() != nil
    return .refused(String(answer.prefix(200)).printable)
  }

  private func send(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        guard count < 0, errno == EAGAIN || errno == EINTR, wait(for: POLLOUT) else { return false }
      }
    }
    return true
  }

  /// One reply, all its lines; `nil` when none comes in time, or it has no end.
  private func reply() -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 2_048)
    while bytes.count < 16_384, wait(for: POLLIN) {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count > 0 else { return nil }
      bytes += buffer.prefix(count)
      guard bytes.last == 0x0A else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      // The last line has a blank behind its code (RFC 5321, section 4.2.1).
      if let last = text.split(whereSeparator: \.isNewline).last, last.utf8.dropFirst(3).first != 0x2D { return text }
    }
    return nil
  }

  private func wait(for event: Int32) -> Bool { Self.wait(descriptor, for: event, until: end) }

  private static func wait(_ descriptor: Int32, for event: Int32, until end: ContinuousClock.Instant) -> Bool {
    while true {
      let left = milliseconds(until: end)
      guard left > 0 else { return false }
      var question = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      let ready = unsafe poll(&question, 1, left)
      if ready < 0, errno == EINTR { continue }
      return ready > 0
    }
  }
}
