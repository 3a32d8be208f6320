import Foundation
import Logging
import Reporting

/// The daemon's own messages on stderr, with the `<4>` by which systemd knows their level where it reads them.
struct JournalLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  private let isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let text = event.message.description.printable
    let line = isJournal ? "<\(Self.priority(event.level))>\(text)\n" : "maillogd: \(text)\n"
    // A journal that takes nothing, or a full disk, must not end the daemon.
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
