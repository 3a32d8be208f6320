import LogParsing

/// Several logs, each already read in blocks, taken as one log in the order of their lines' times.
///
/// A message that passes two servers, and the failure on one of them that stops the mail of the other, come in the order
/// in which they happened. A line without time stays behind the line before it. Which blocks the logs come in, and when,
/// makes no difference.
public struct TimeMerge {
  private struct Log {
    var reading: BlockReading?
    var input = 0
    var next = 0
    /// The time of the next line, in microseconds since 1970.
    var time = Int64.min
    var hasEnded = false
  }
  private var logs: [Log]

  public init(count: Int) { logs = Array(repeating: Log(), count: count) }

  /// The log whose next block must be given before any line can be taken; `nil` when all have ended.
  public var starving: Int? { logs.firstIndex { $0.reading == nil && !$0.hasEnded } }

  /// Gives the next block of a log that is starving; its lines belong to the pipeline's input with the number `input`.
  public mutating func give(_ reading: BlockReading, of log: Int, input: Int) {
    guard !reading.lines.isEmpty else { return }
    logs[log].reading = reading
    logs[log].input = input
    logs[log].next = 0
    stepTo(0, in: log)
  }

  /// The log has no more blocks.
  public mutating func end(_ log: Int) { logs[log].hasEnded = true }

  /// Hands lines to `pipeline` until some log is starving, or all have ended.
  public mutating func drain(into pipeline: inout Pipeline) {
    while starving == nil, let (first, limit) = front(), let reading = logs[first].reading {
      let start = logs[first].next
      if limit == nil { logs[first].reading = nil }
      while let limit, logs[first].reading != nil {
        stepTo(logs[first].next + 1, in: first)
        if logs[first].time >= limit { break }
      }
      pipeline.absorb(
        reading, lines: start..<(logs[first].reading == nil ? reading.lines.count : logs[first].next),
        of: logs[first].input)
    }
  }

  /// The log whose line is next, and the time up to which its lines come before those of all others, if there are any.
  private func front() -> (log: Int, limit: Int64?)? {
    var first: Int?
    var limit: Int64?
    for index in logs.indices where logs[index].reading != nil {
      guard let best = first else {
        first = index
        continue
      }
      if logs[index].time < logs[best].time {
        limit = logs[best].time
        first = index
      } else {
        limit = min(limit ?? .max, logs[index].time)
      }
    }
    return first.map { ($0, limit) }
  }

  /// `next` is the next line of the log's block; behind the last one the block is given back.
  private mutating func stepTo(_ next: Int, in log: Int) {
    guard next < logs[log].reading?.lines.count ?? 0 else {
      logs[log].reading = nil
      return
    }
    logs[log].next = next
    if let time = logs[log].reading?.lines[next].record.time { logs[log].time = time.microseconds }
  }
}
