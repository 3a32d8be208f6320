public import LogParsing

/// Reads blocks of lines: one search for all words of all rules, then line by line what it is and which rules match it.
///
/// What it finds depends on the block alone, so any number of readers give what one gives. One task owns each.
public struct BlockReader: ~Copyable {
  private let rules: RuleSet
  private let options: Pipeline.Options
  var matcher: RuleMatcher
  private var search: LiteralSearch
  var parser: RecordParser

  public init(rules: RuleSet, options: Pipeline.Options, clock: LogClock) {
    self.rules = rules
    self.options = options
    matcher = RuleMatcher(rules: rules, acceptsAnyRelay: options.acceptsAnyRelay)
    search = LiteralSearch(rules.lineWords, clauseCount: rules.clauses.count)
    parser = RecordParser(clock: clock)
  }

  /// From now on lines are dated by `clock`: another input begins.
  public mutating func begin(clock: LogClock) { parser = RecordParser(clock: clock) }

  /// Reads whole lines.
  public mutating func read(_ block: [UInt8]) -> BlockReading {
    var reading = BlockReading()
    read(block.span, into: &reading)
    reading.bytes = block
    return reading
  }

  /// Reads whole lines into a reading that keeps none of their bytes; what it held before is forgotten.
  mutating func read(_ block: Span<UInt8>, into reading: inout BlockReading) {
    reading.lines.removeAll(keepingCapacity: true)
    reading.events.removeAll(keepingCapacity: true)
    search.scan(block)
    let hitCount = search.hits.count
    var nextHit = 0
    var empty: Int32 = 0
    block.forEachLine { line, start in
      guard line.count > 0 else {
        empty &+= 1
        return
      }
      let kept = line.extracting(0..<min(line.count, BlockFramer.longestLine))
      while nextHit < hitCount, Int(search.hits[nextHit].end) <= start { nextHit += 1 }
      let firstHit = nextHit
      while nextHit < hitCount, Int(search.hits[nextHit].end) <= start + kept.count { nextHit += 1 }
      read(kept, at: start, hits: firstHit..<nextHit, behind: empty, into: &reading)
      empty = 0
    }
    guard empty > 0 else { return }
    let end = Int32(truncatingIfNeeded: block.count)
    reading.lines.append(BlockReading.Line(start: end, count: 0, record: LogRecord(), emptyBefore: empty - 1))
  }

  private mutating func read(
    _ line: Span<UInt8>, at start: Int, hits: Range<Int>, behind emptyLines: Int32, into reading: inout BlockReading
  ) {
    var read = BlockReading.Line(
      start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: line.count), record: parser.parse(line))
    read.emptyBefore = emptyLines
    if !options.covers(read.record) {
      read.isLeftOut = true
    } else if read.record.daemon != .other, !hits.isEmpty || read.record.level > .info || options.triesEveryRule {
      diagnose(line, hits, &read, &reading.events)
    }
    reading.lines.append(read)
  }

  private mutating func diagnose(
    _ line: Span<UInt8>, _ hits: Range<Int>, _ read: inout BlockReading.Line, _ events: inout [BlockReading.Event]
  ) {
    let record = read.record
    let words = search.statusWords(hits)
    let gates = rules.gates
    search.collect(hits) { gates[$0].lets(record, words) }
    // The words of an address are no status: a delivery's text begins with its recipient.
    read.isPlainSent =
      words.isOnlySent && record.daemon.isPostfix && line.starts(with: "to=", at: Int(record.text.start))
    guard !search.found.isEmpty || record.level > .info || words.tellsOfFailure || options.triesEveryRule else {
      return
    }
    let event = LogEvent(line: line.copy, record: record)
    let found =
      options.triesEveryRule
      ? matcher.findingsTryingAll(event) : matcher.findings(event, lineCandidates: search.found, words: words)
    read.event = Int32(truncatingIfNeeded: events.count)
    events.append(BlockReading.Event(event: event, words: words, findings: found))
  }
}
