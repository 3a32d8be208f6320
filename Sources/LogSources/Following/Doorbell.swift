import Glibc

/// Wakes a thread that waits in poll(2); ringing twice before it is heard is ringing once.
final class Doorbell: Sendable {
  let descriptor: Int32
  private let button: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let code = unsafe pipe(&ends)
    // Without descriptors nothing can be opened either.
    precondition(code == 0, "no file descriptor is free (errno \(errno)); raise LimitNOFILE")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, button) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(button)
  }

  /// A full pipe rings already.
  func ring() {
    var byte: UInt8 = 1
    _ = unsafe write(button, &byte, 1)
  }

  /// Forgets earlier ringing.
  func reset() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while unsafe read(descriptor, &bytes, bytes.count) == bytes.count {}
  }

  /// Waits for ringing.
  func wait() {
    waitForInput([descriptor], timeout: nil)
    reset()
  }
}

/// Waits until one of the descriptors can be read, at most `timeout`; signals end the wait early.
func waitForInput(_ descriptors: [Int32], timeout: Duration?) {
  var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  // One more millisecond than asked for, so that nobody wakes just before the time and waits again.
  let milliseconds = timeout.map { max(0, $0.milliseconds &+ 1) } ?? -1
  _ = unsafe poll(&waiting, nfds_t(waiting.count), Int32(clamping: milliseconds))
}

extension Duration {
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds.multipliedReportingOverflow(by: 1_000).overflow
      ? .max : seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000
  }
}
