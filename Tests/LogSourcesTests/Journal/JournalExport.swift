import Foundation
import Testing

/// Entries for a journal file, written by systemd-journal-remote from the Journal Export Format.
struct JournalExport {
  static let machine = "11111111111111111111111111111111"
  static let boot = "22222222222222222222222222222222"
  /// 2026-01-31T22:00:00Z
  static let start: Int64 = 1_769_896_800_000_000

  private var text = Data()

  /// An entry `second` seconds after the start, with the fields given and those that journald adds.
  mutating func add(
    _ message: String, second: Double = 0, machine: String = machine, boot: String = boot,
    _ fields: KeyValuePairs<String, String> = ["SYSLOG_FACILITY": "2", "SYSLOG_IDENTIFIER": "postfix/qmgr"]
  ) {
    let offset = Int64(second * 1_000_000)
    var entry = "__REALTIME_TIMESTAMP=\(Self.start + offset)\n__MONOTONIC_TIMESTAMP=\(1_000_000_000 + offset)\n"
    entry += "_BOOT_ID=\(boot)\n_MACHINE_ID=\(machine)\n_HOSTNAME=mail\n_PID=99\n"
    text += Data(entry.utf8)
    for (name, value) in fields { add(name, value) }
    add("MESSAGE", message)
    text += Data("\n".utf8)
  }

  private mutating func add(_ name: String, _ value: String) {
    guard value.contains("\n") else {
      text += Data("\(name)=\(value)\n".utf8)
      return
    }
    let length = UInt64(value.utf8.count)
    text += Data("\(name)\n".utf8) + Data((0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) })
    text += Data(value.utf8) + Data("\n".utf8)
  }

  /// Appends the entries to the journal file at `path`.
  func write(to path: String) throws {
    let input = path + ".export"
    try text.write(to: URL(fileURLWithPath: input))
    defer { try? FileManager.default.removeItem(atPath: input) }
    try Command.run("/lib/systemd/systemd-journal-remote", "-o", path, input)
  }
}

/// A program that is run to its end.
enum Command {
  static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

  @discardableResult
  static func run(_ path: String, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(path) \(arguments) ended with \(process.terminationStatus)")
    return String(decoding: text, as: UTF8.self)
  }
}
