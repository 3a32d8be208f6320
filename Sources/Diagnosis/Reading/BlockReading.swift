import LogParsing

/// What the lines of one block say, each by itself: all of the diagnosis that needs no other line.
///
/// Blocks may be read by several tasks at once; `Pipeline.absorb` takes the readings in the order of the log.
public struct BlockReading: Sendable {
  public init() {}

  /// Whole lines, line ends included.
  var bytes: [UInt8] = []
  /// Of empty lines in a row at most the last one.
  var lines: [Line] = []
  /// The lines that some rule may speak about, or that tell of a failure, in their order.
  var events: [Event] = []

  struct Line: Sendable {
    /// Where in the block the line begins, and how many of its bytes are kept.
    var start: Int32
    var count: Int32
    var record: LogRecord
    /// How many empty lines before it have no place of their own.
    var emptyBefore: Int32 = 0
    /// The line's place in `events`; -1: none.
    var event: Int32 = -1
    /// A delivery with `status=sent` and no other word of a rule: it is counted, and nothing else.
    var isPlainSent = false
    /// Before `since` or after `until`.
    var isLeftOut = false
  }

  struct Event: Sendable {
    let event: LogEvent
    let words: StatusWords
    let findings: [Finding]
  }
}
