/// A log that goes on being written, read from where the last batch ended.
///
/// The reading happens on a thread of the follower's own, so that waiting for a quiet log holds up nobody else. Batches
/// come only when asked for: a slow reader makes no backlog in memory.
public protocol LogFollower: Actor {
  /// Waits until there is something to hand on: lines, a notice, or the word that all has been read (`isCaughtUp`),
  /// which is given once for every time that it becomes true; so also of a log to which nobody writes.
  ///
  /// Call it from one task at a time. Whatever it throws, the next call goes on where the last batch ended.
  /// - Throws: `SourceError` if the source cannot be read at all; `CancellationError` soon after the task was cancelled.
  func next() async throws -> SourceBatch
}

/// Lines of one log, and the place behind them.
public struct SourceBatch: Sendable, Hashable {
  /// The log: the path of the file, also where a glob named it, or `journal`, `journal:DIRECTORY`.
  public let source: String
  /// What the lines were read from, for messages: the path of the file, which may be a rotated one.
  public let origin: String
  /// When the origin was last written, in seconds since 1970: no line in it is younger (`LogClock`). A journal's lines
  /// have full stamps and need no such help.
  public let modified: Int64?
  /// Complete lines, each with its line end. A journal entry is `2026-01-31T22:04:20.123456Z host tag[pid]: text`.
  public let text: [UInt8]
  /// Where to go on after these lines. Store it together with what the lines led to, under its `source`: then a line
  /// counts once, whatever happens in between. `nil` in a batch that says no more than that all has been read.
  public let position: SourcePosition?
  /// What happened to the log before these lines; to be said aloud.
  public let notices: [SourceNotice]
  /// Nothing more was there to be read when the batch was made, in any log of the follower.
  public let isCaughtUp: Bool
}

/// A place in a log, to go on from after a restart.
public enum SourcePosition: Codable, Sendable, Hashable {
  case journal(JournalPosition)
  case file(FilePosition)

  /// The log the place is in; the key to store it under.
  public var source: String {
    switch self {
    case .journal(let position): position.source
    case .file(let position): position.path
    }
  }
}

/// Where to begin in a log that has no stored position.
public enum FirstLook: Sendable, Hashable {
  /// With what was written at this moment (microseconds since 1970) or later. Of a file that is whole files: those that
  /// were last written before are left out.
  case since(microseconds: Int64)
  /// With the next line that will be written.
  case end

  public static let beginning = FirstLook.since(microseconds: 0)
}
