import LogParsing

/// Asks all rules about single lines that have nothing to do with each other.
///
/// It searches for the rules' words first, as `Pipeline` does, so that many lines that no rule knows cost little.
struct LineProbe: ~Copyable {
  let rules: RuleSet
  private var words: LiteralSearch
  private var matcher: RuleMatcher
  private var parser: RecordParser

  init(_ rules: RuleSet, clock: LogClock) {
    self.rules = rules
    words = LiteralSearch(rules.lineWords, clauseCount: rules.clauses.count)
    matcher = RuleMatcher(rules: rules)
    parser = RecordParser(clock: clock)
  }

  /// The line, taken apart.
  mutating func event(_ line: [UInt8]) -> LogEvent { LogEvent(line: line, record: parser.parse(line.span)) }

  /// Whether any rule could have to do with a text, whoever writes it.
  mutating func mayConcern(_ text: [UInt8]) -> Bool {
    words.search(text.span) { _ in true }
    return !words.found.isEmpty
  }

  /// The rules that speak about the line, in their order.
  mutating func findings(_ line: [UInt8]) -> (event: LogEvent, findings: [Finding]) {
    let record = parser.parse(line.span)
    words.scan(line.span)
    let status = words.statusWords(0..<words.hits.count)
    let gates = rules.gates
    let count = words.hits.count
    words.collect(0..<count) { gates[$0].lets(record, status) }
    guard !words.found.isEmpty || status.tellsOfFailure || status.contains(.sent) else {
      return (LogEvent(line: line, record: record, kind: .notice, fields: [], foreign: []), [])
    }
    let event = LogEvent(line: line, record: record)
    return (event, matcher.findings(event, lineCandidates: words.found, words: status))
  }
}
