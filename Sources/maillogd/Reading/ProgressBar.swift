import Foundation
import Glibc
import LogSources

/// A bar on stderr while long logs are read: share, bytes, rate, time left, incidents so far. None when stderr is no
/// terminal.
///
/// Of packed logs the packed bytes count, for only their number is known beforehand.
struct ProgressBar {
  private let isShown = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  private let started = ContinuousClock.now
  private var lastDrawn = ContinuousClock.now
  private var isOnScreen = false
  /// The size of all inputs on disk; `nil` if one of them is a pipe or a journal.
  private let total: Int64?

  private static let pause = Duration.milliseconds(200)
  private static let width = 24

  init(_ inputs: [LogInput]?) {
    total = inputs?.reduce(0) { sum, input in
      var status = stat()
      guard let sum, case .file(let path) = input, unsafe stat(path, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { return nil }
      return sum &+ Int64(status.st_size)
    }
  }

  mutating func show(_ progress: ScanProgress) {
    let now = ContinuousClock.now
    guard isShown, now - lastDrawn >= Self.pause else { return }
    lastDrawn = now
    isOnScreen = true
    let seconds = max(0.001, (now - started) / .seconds(1))
    Self.write(Self.line(used: progress.used, total: total, incidents: progress.incidents, seconds: seconds))
  }

  /// What stands on the terminal after `seconds`; at most 79 characters.
  static func line(used: Int64, total: Int64?, incidents: Int, seconds: Double) -> String {
    let rate = Double(used) / seconds
    var line = ""
    if let total, total > 0 {
      let share = min(1, Double(used) / Double(total))
      let filled = Int(share * Double(width))
      line += "[" + String(repeating: "#", count: filled) + String(repeating: "·", count: width - filled) + "] "
      line += "\(Int(share * 100)) %  "
      line += Int64(used).bytes + " of " + total.bytes
      line += "  \(Int(max(0, Double(total - used)) / max(rate, 1))) s left"
    } else {
      line += Int64(used).bytes
    }
    return line + "  \(Int64(rate).bytes)/s  \(incidents) incidents"
  }

  /// Takes the bar off the screen, before anything else is printed.
  mutating func clear() {
    guard isOnScreen else { return }
    Self.write("")
    isOnScreen = false
  }

  /// A terminal that has gone away is no reason to stop reading.
  private static func write(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
  }
}

extension Int64 {
  fileprivate var bytes: String {
    switch self {
    case ..<1_000_000: "\(self / 1_000) kB"
    case ..<10_000_000_000: "\(self / 1_000_000) MB"
    default: "\(self / 1_000_000_000) GB"
    }
  }
}
