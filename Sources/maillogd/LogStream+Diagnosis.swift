import Diagnosis
import LogParsing
import LogSources

extension LogStream {
  /// Reads all sources and says what is wrong in them, the same with one thread and with many.
  mutating func diagnose(
    _ sources: [Source], rules: RuleSet, options: Pipeline.Options, threads: Int
  ) -> DiagnosisReport {
    var pipeline = Pipeline(rules: rules, options: options, clock: .local(newest: nil))
    if threads <= 1 {
      for source in sources {
        read(source, begin: { pipeline.begin($0, clock: $1) }, take: { pipeline.consume($0) })
      }
      return pipeline.finish()
    }
    var readers = BlockReaders(count: threads, rules: rules, options: options)
    for (number, source) in sources.enumerated() {
      var clock = LogClock.local(newest: nil)
      read(
        source,
        begin: {
          clock = $1
          pipeline.begin($0, clock: $1)
        },
        take: { chunk in
          for block in pipeline.blocks(of: chunk) {
            if readers.isFull { pipeline.absorb(readers.next()) }
            readers.give(block, input: number, clock: clock)
          }
        })
      if let block = pipeline.lastBlock() { readers.give(block, input: number, clock: clock) }
      while !readers.isEmpty { pipeline.absorb(readers.next()) }
    }
    return pipeline.finish()
  }
}
