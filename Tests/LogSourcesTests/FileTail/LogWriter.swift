import Foundation
import Synchronization
import Testing

/// Writes numbered lines to a file as a syslog daemon does, and rotates it as logrotate does.
///
/// It stops writing while the file is copied and cut, so that every line it wrote can be found.
final class LogWriter: Sendable {
  let path: String
  private let state = Mutex(State())

  private struct State {
    var descriptor: Int32 = -1
    var number = 0
  }

  init(_ path: String) {
    self.path = path
    reopen()
  }

  deinit { state.withLock { _ = close($0.descriptor) } }

  var count: Int { state.withLock { $0.number } }

  /// Appends the next `count` lines; now and then a line comes in two pieces.
  func write(_ count: Int) {
    state.withLock { state in
      for _ in 0..<count {
        let line = Array("Nov 23 17:00:00 mail postfix/qmgr[99]: 4F0012C: line \(state.number)\n".utf8)
        let cut = state.number.isMultiple(of: 7) ? line.count / 2 : line.count
        Self.put(line.prefix(cut), state.descriptor)
        Self.put(line.dropFirst(cut), state.descriptor)
        state.number += 1
      }
    }
  }

  private static func put(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) {
    guard !bytes.isEmpty else { return }
    let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    #expect(written == bytes.count)
  }

  /// What a syslog daemon does on SIGHUP.
  func reopen() {
    state.withLock { state in
      if state.descriptor >= 0 { close(state.descriptor) }
      state.descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    }
  }

  /// Renames the file and makes a new one; the writer goes on in the old one until `reopen`.
  func rotate() throws {
    try shift()
    try move(path, path + ".1")
    close(unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644))
  }

  /// Copies the file and cuts it.
  func copyAndTruncate(packing: Bool = false) throws {
    try state.withLock { _ in
      try shift()
      try Command.run("/bin/cp", "-p", path, path + ".1")
      try #require(unsafe truncate(path, 0) == 0)
    }
    if packing { try Command.run("/bin/gzip", path + ".1") }
  }

  private func shift() throws {
    // The times of files advance in steps of milliseconds; logrotate comes once a day.
    usleep(20_000)
    defer { usleep(20_000) }
    for age in (1..<100).reversed() {
      for suffix in ["", ".gz"] where FileManager.default.fileExists(atPath: "\(path).\(age)\(suffix)") {
        try move("\(path).\(age)\(suffix)", "\(path).\(age + 1)\(suffix)")
      }
    }
  }

  func move(_ old: String, _ new: String) throws {
    try #require(unsafe rename(old, new) == 0, "rename \(old)")
  }
}
