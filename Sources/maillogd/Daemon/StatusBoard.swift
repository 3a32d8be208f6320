import Foundation
import Synchronization

/// How the daemon does, for `maillogd status`, for metrics and for /healthz; in the runtime folder it is `status.json`.
struct DaemonStatus: Sendable, Codable {
  struct Source: Sendable, Codable {
    var name: String
    var isCaughtUp = false
    /// When it last gave lines, in seconds since 1970.
    var lastBatch: Int64?
    var lastNotice: String?
    var lastFault: String?
  }

  struct Channel: Sendable, Codable {
    var name: String
    var waiting = 0
    var lastSuccess: Int64?
    var brokenSince: Int64?
    var lastFault: String?
  }

  var version = 1
  var pid = Int32(0)
  var started = Int64(0)
  var updated = Int64(0)
  var lines = 0
  var mailLines = 0
  var unparsed = 0
  /// The log's time of the last line, in seconds since 1970; `nil` before the first.
  var lastLine: Int64?
  /// When a line of a mail program was last read, in seconds since 1970.
  var lastMailLine: Int64?
  var sources: [Source] = []
  var channels: [Channel] = []
  var openIncidents: [String: Int] = [:]
  var sent: UInt64 = 0
  var deferred: UInt64 = 0
  var bounced: UInt64 = 0
  var rejected: UInt64 = 0
  var expired: UInt64 = 0
  var explained: UInt64 = 0
  var unexplained: UInt64 = 0
  /// Lines of incidents since the start by the reason of the rule, `none` where it has none.
  var failuresByReason: [String: UInt64] = [:]
  var storeFault: String?
  /// Why the last reload was refused.
  var refusedReload: String?

  /// Whether the daemon does what it is there for.
  var isHealthy: Bool { storeFault == nil && sources.allSatisfy { $0.lastFault == nil } }

  /// Seconds that the last line read lies behind `now`; 0 when everything has been read.
  func lag(at now: Int64) -> Int64 {
    guard sources.contains(where: { !$0.isCaughtUp }), let lastLine else { return 0 }
    return max(0, now - lastLine)
  }
}

/// The latest status, written by the engine and read by whoever is asked.
final class StatusBoard: Sendable {
  private let contents = Mutex(DaemonStatus())

  var status: DaemonStatus { contents.withLock { $0 } }

  func post(_ status: DaemonStatus) { contents.withLock { $0 = status } }
}
