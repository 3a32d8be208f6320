/// The outer shape of one log line: when, where, which program, and where its own text begins.
///
/// All ranges point into the line that was parsed. What the text means is read later, by `LogEvent`, and only for lines
/// that somebody asks about.
public struct LogRecord: Sendable, Hashable {
  /// When the line was logged; `nil` if it bears no time.
  public var time: EventTime?
  /// The host as logged; empty for container logs.
  public var host: ByteRange = .empty
  /// The tag as logged, without the process id: `postfix-out/submission/smtpd`.
  public var program: ByteRange = .empty
  /// The process id; `nil` if none is logged.
  public var pid: UInt32?
  public var daemon: Daemon = .other
  /// All that follows the tag: level word, queue id and text.
  public var message: ByteRange = .empty
  /// The word that Postfix puts before its text; `.info` when there is none (msg_syslog.c).
  public var level: Level = .info
  /// The queue id before the text; empty if there is none, `NOQUEUE` included.
  public var queueID: ByteRange = .empty
  /// `message` without level word, queue id and `NOQUEUE:`.
  public var text: ByteRange = .empty

  /// How many lines this one stands for: syslog daemons fold equal lines into `message repeated N times: [ TEXT]`.
  public var repetitions: UInt32 = 1

  public init() {}

  /// How grave the program itself calls the line (postfix-grammar: `LABEL`).
  public enum Level: String, Sendable, Comparable, CaseIterable {
    case info, warning, error, fatal, panic

    public static func < (a: Level, b: Level) -> Bool { a.place < b.place }

    /// The place in this list, which is the order of gravity.
    public var place: UInt8 {
      switch self {
      case .info: 0
      case .warning: 1
      case .error: 2
      case .fatal: 3
      case .panic: 4
      }
    }
  }
}

/// A point in the log's own time.
public struct EventTime: Hashable, Sendable, Comparable, Codable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64
  /// The offset that the line bore, or that its reader was told to assume, in minutes east of UTC.
  public var offsetMinutes: Int16

  public init(microseconds: Int64, offsetMinutes: Int16 = 0) {
    self.microseconds = microseconds
    self.offsetMinutes = offsetMinutes
  }

  public var seconds: Int64 { microseconds.quotientFloored(by: 1_000_000) }

  public static func < (a: EventTime, b: EventTime) -> Bool { a.microseconds < b.microseconds }
}

extension Int64 {
  /// Division that rounds towards the past, so that times before 1970 stay in order.
  func quotientFloored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
