import Foundation
import Glibc
import Reporting

extension Terminal {
  /// What stdout leads to: a terminal of some width, or a pipe or file, which gets plain text (https://no-color.org).
  static var standardOutput: Terminal {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isDumb = environment["TERM"] == "dumb"
    let hasColour = isTerminal && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
    return Terminal(width: isTerminal ? windowWidth ?? 80 : 80, hasColour: hasColour)
  }

  private static var windowWidth: Int? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
