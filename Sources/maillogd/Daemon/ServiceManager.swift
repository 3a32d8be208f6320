import Foundation
import Glibc
import Reporting

/// systemd, told how the service is (sd_notify(3)): ready, alive, what it does. Without systemd nobody is told.
struct ServiceManager: Sendable {
  private let socket: String?
  /// Seconds between signs of life; `nil` if systemd wants none.
  let watchdogSeconds: Double?

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    socket = environment["NOTIFY_SOCKET"]
    let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
    // Three signs in the time within which systemd expects one.
    watchdogSeconds = isForUs ? environment["WATCHDOG_USEC"].flatMap(Double.init).map { $0 / 3_000_000 } : nil
  }

  func ready(_ status: String) { tell("READY=1\nSTATUS=\(line(status))") }
  func status(_ status: String) { tell("STATUS=\(line(status))") }
  func alive() { tell("WATCHDOG=1") }
  func stopping() { tell("STOPPING=1") }

  /// `Type=notify-reload` (systemd 253) wants to know when the reload began, and then READY again.
  func reloading() {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    tell("RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)")
  }

  private func line(_ text: String) -> String { String(text.prefix(500)).printable }

  private func tell(_ message: String) {
    guard let socket else { return }
    // A manager that does not listen can be told nothing; it then sees the watchdog run out.
    _ = UnixDatagram.send(Array(message.utf8), to: socket)
  }
}
