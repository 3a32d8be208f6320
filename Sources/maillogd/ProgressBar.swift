import Foundation
import Glibc

/// A bar on stderr while a long log is read: share, rate, time left. None when stderr is no terminal.
struct ProgressBar {
  private let isShown = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  private let started = ContinuousClock.now
  private var lastDrawn = ContinuousClock.now
  private var isOnScreen = false

  private static let pause = Duration.milliseconds(200)
  private static let width = 24

  mutating func show(_ path: String, read: Int64, total: Int64?) {
    let now = ContinuousClock.now
    guard isShown, now - lastDrawn >= Self.pause else { return }
    lastDrawn = now
    isOnScreen = true
    let seconds = Double((now - started).components.seconds) + Double((now - started).components.attoseconds) / 1e18
    let rate = Double(read) / max(seconds, 0.001)
    var line = URL(filePath: path).lastPathComponent
    if let total, total > 0 {
      let share = min(1, Double(read) / Double(total))
      let filled = Int(share * Double(Self.width))
      line += "  [" + String(repeating: "#", count: filled) + String(repeating: "·", count: Self.width - filled) + "] "
      line += "\(Int(share * 100)) %  \(Int(Double(total - read) / max(rate, 1))) s left"
    }
    line += "  \(Int(rate / 1_048_576)) MB/s"
    FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
  }

  /// Takes the bar off the screen, before anything else is printed.
  mutating func clear() {
    guard isOnScreen else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    isOnScreen = false
  }
}
