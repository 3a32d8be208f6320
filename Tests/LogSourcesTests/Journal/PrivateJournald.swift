import Foundation
import Testing

/// A real journald in mount and process namespaces of its own; its journal lies in a folder of the test.
///
/// One task starts and kills it; another may log meanwhile if the first does not.
final class PrivateJournald: @unchecked Sendable {
  let journal: String
  private let folder: String
  private var process: Process?
  private var socket: Int32 = -1

  static var isAvailable: Bool {
    getuid() == 0 && Command.isThere("/lib/systemd/systemd-journald") && Command.isThere("/usr/bin/unshare")
  }

  init(_ folder: borrowing TemporaryFolder, settings: [String] = []) throws {
    self.folder = folder.path
    journal = folder.path + "/journal"
    let state = folder.path + "/run/systemd/journal"
    try FileManager.default.createDirectory(atPath: journal, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    // As after `journalctl --flush`: what comes goes to the disk.
    _ = try folder.file("run/systemd/journal/flushed", [])
    let lines =
      ["[Journal]", "Storage=persistent", "RateLimitIntervalSec=0", "ReadKMsg=no", "Audit=no", "ForwardToSyslog=no"]
      + settings
    _ = try folder.file("journald.conf", (lines.joined(separator: "\n") + "\n").utf8)
    let script = """
      set -e
      mount --bind \(self.folder)/run /run
      [ -d /var/log/journal ] || { mount -t tmpfs tmpfs /var/log; mkdir /var/log/journal; }
      mount --bind \(journal) /var/log/journal
      mount --bind \(self.folder)/journald.conf /etc/systemd/journald.conf
      exec /lib/systemd/systemd-journald
      """
    _ = try folder.file("start", script.utf8)
  }

  deinit {
    kill()
    if socket >= 0 { close(socket) }
  }

  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = [
      "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", folder + "/start",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    self.process = process
    let clock = ContinuousClock.now
    while !connects() {
      try #require(clock.duration(to: .now) < .seconds(10), "journald must start")
      usleep(20_000)
    }
  }

  /// Ends journald at once, as a crash would.
  func kill() {
    guard let process else { return }
    if let pid = daemon { _ = Glibc.kill(pid, SIGKILL) }
    process.waitUntilExit()
    self.process = nil
  }

  func rotate() {
    if let pid = daemon { _ = Glibc.kill(pid, SIGUSR2) }
  }

  /// Logs as Postfix does; `false` if journald did not take it.
  @discardableResult
  func log(_ message: String, tag: String = "postfix/qmgr") -> Bool {
    let text = "<22>Nov 23 17:00:00 \(tag)[99]: \(message)"
    return unsafe send(socket, text, text.utf8.count, 0) == text.utf8.count
  }

  /// The messages that are in the journal, by journalctl.
  func messages() throws -> [String] {
    try Command.run("/usr/bin/journalctl", "-D", journal, "-q", "-o", "cat", "SYSLOG_FACILITY=2")
      .split(separator: "\n").map(String.init)
  }

  private var daemon: pid_t? {
    guard let parent = process?.processIdentifier,
      let children = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
    else { return nil }
    return children.split(separator: " ").first.flatMap { pid_t($0) }
  }

  /// Connects to the socket that syslog(3) writes to.
  private func connects() -> Bool {
    if socket >= 0 { close(socket) }
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = folder + "/run/systemd/journal/dev-log"
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
