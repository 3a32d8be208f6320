import Diagnosis
import LogParsing
import LogSources

/// Reads logs and says what is wrong in them: strands side by side, their blocks on all cores, the same for any number of
/// threads.
struct LogScan {
  let rules: RuleSet
  let options: Pipeline.Options
  let threads: Int
  /// Called now and then with how far the reading has come.
  var progress: (ScanProgress) -> Void = { _ in }
  /// Problems with single sources, in the order in which the sources were named; the others are read all the same.
  private(set) var failures: [Failure] = []

  /// So many bytes of blocks wait at most, however many strands there are.
  private static let mostWaitingBytes = 8 << 20

  init(rules: RuleSet, options: Pipeline.Options, threads: Int) {
    self.rules = rules
    self.options = options
    self.threads = threads
  }

  /// The sources of each strand are read one after the other, the strands side by side.
  mutating func diagnose(_ strands: [[LogStream.Source]]) -> DiagnosisReport {
    if threads == 1, strands.count == 1 { return diagnosePlainly(strands[0]) }
    var pipeline = Pipeline(rules: rules, options: options, clock: .local(newest: nil))
    var readers = BlockReaders(count: threads, rules: rules, options: options)
    let chunkSize = max(1 << 16, min(1 << 20, Self.mostWaitingBytes / (strands.count * 4)))
    let most = strands.count == 1 ? 2 * threads + 1 : 2
    var logs = strands.map { Strand($0, chunkSize: chunkSize, mostWaiting: most) }
    var merge = TimeMerge(count: logs.count)
    while let starving = merge.starving {
      for index in logs.indices { logs[index].giveWhatArrived(to: &readers, &pipeline) }
      if let (reading, input) = logs[starving].next(&readers, &pipeline) {
        merge.give(reading, of: starving, input: input)
      } else {
        merge.end(starving)
      }
      merge.drain(into: &pipeline)
      progress(ScanProgress(used: logs.reduce(0) { $0 + $1.used }, incidents: pipeline.incidentCount))
    }
    failures = logs.flatMap(\.failures)
    var report = pipeline.finish()
    // Which strand was opened first is chance.
    report.inputs = logs.flatMap(\.inputs).map { report.inputs[$0] }
    return report
  }

  /// Tells every failure; the first decides the exit code.
  func report() throws { try Failure.report(failures) }

  /// One line after the other, on this thread alone.
  private mutating func diagnosePlainly(_ sources: [LogStream.Source]) -> DiagnosisReport {
    var pipeline = Pipeline(rules: rules, options: options, clock: .local(newest: nil))
    var stream = LogStream()
    var before: Int64 = 0
    var used: Int64 = 0
    stream.progress = { used = $0 }
    for source in sources {
      stream.read(
        source, begin: { pipeline.begin($0, clock: $1) },
        take: {
          pipeline.consume($0)
          progress(ScanProgress(used: before + used, incidents: pipeline.incidentCount))
        })
      before += used
      used = 0
    }
    failures = stream.failures
    return pipeline.finish()
  }
}

/// How far a scan has come.
struct ScanProgress {
  /// Bytes of the inputs, packed as they may be.
  let used: Int64
  let incidents: Int
}

/// One strand while it is read: its blocks on their way through the readers.
private struct Strand {
  private let ahead: ReadAhead
  private let mostWaiting: Int
  private var waiting: [Waiting] = []
  /// The pipeline's numbers of the sources so far, and the clock that dates the lines of the last.
  private(set) var inputs: [Int] = []
  private var clock = LogClock.local(newest: nil)
  private var hasEnded = false
  private(set) var failures: [Failure] = []
  /// Bytes of all its sources that the lines taken so far were made of.
  private(set) var used: Int64 = 0

  init(_ sources: [LogStream.Source], chunkSize: Int, mostWaiting: Int) {
    ahead = ReadAhead(sources, chunkSize: chunkSize)
    self.mostWaiting = mostWaiting
  }

  /// Gives the readers the blocks that have arrived, as far as there is room.
  mutating func giveWhatArrived(to readers: inout BlockReaders, _ pipeline: inout Pipeline) {
    while !hasEnded, waiting.count < mostWaiting, let piece = ahead.nextIfArrived() {
      take(piece, &readers, &pipeline)
    }
  }

  /// The reading of the next block, and the pipeline's number of the input that it belongs to; `nil` at the end.
  mutating func next(_ readers: inout BlockReaders, _ pipeline: inout Pipeline) -> (BlockReading, Int)? {
    while waiting.isEmpty, !hasEnded { take(ahead.next(), &readers, &pipeline) }
    guard !waiting.isEmpty else { return nil }
    let first = waiting.removeFirst()
    pipeline.count(bytes: first.size, of: first.input)
    used = first.used
    return (first.reading.result(), first.input)
  }

  private mutating func take(_ piece: ReadAhead.Piece, _ readers: inout BlockReaders, _ pipeline: inout Pipeline) {
    switch piece {
    case .begin(let name, let clock):
      inputs.append(pipeline.add(name))
      self.clock = clock
    case .block(let block, let size, let used):
      guard let input = inputs.last else { return }
      waiting.append(
        Waiting(reading: readers.read(block, input: input, clock: clock), input: input, size: size, used: used))
    case .end(let failures):
      self.failures = failures
      hasEnded = true
    }
  }

  private struct Waiting {
    let reading: PendingReading
    let input: Int
    let size: Int
    let used: Int64
  }
}
