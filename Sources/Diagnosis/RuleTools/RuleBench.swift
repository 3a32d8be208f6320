public import LogParsing

/// What each rule costs on a log: how often its words lead to a try, how often the try succeeds, and how long it takes.
public struct RuleBench: ~Copyable {
  public struct Cost: Sendable {
    public let rule: String
    /// Lines on which the rule's expressions were tried, and those that they matched.
    public var tries = 0
    public var matches = 0
    public var nanoseconds = 0
    /// RE2 instructions of all its expressions together.
    public var instructions = 0
    /// Time of one try, in multiples of what finding a fixed word in the same lines takes: comparable between machines.
    public var ratio = 0.0

    public var perTry: Int { tries == 0 ? 0 : nanoseconds / tries }
  }

  private let rules: RuleSet
  private var parser: RecordParser
  private var search: LiteralSearch
  private var replySearch: LiteralSearch
  private let patterns: [(message: RegularExpression?, reply: RegularExpression?)]
  private let yardstick: RegularExpression
  private var yardstickTime = 0
  private var yardstickTries = 0
  private var costs: [Cost]
  public private(set) var lines = 0

  public init(_ rules: RuleSet, clock: LogClock) throws(RegularExpression.Fault) {
    var patterns: [(message: RegularExpression?, reply: RegularExpression?)] = []
    var costs = rules.rules.map { Cost(rule: $0.id) }
    for indexed in rules.clauses {
      let message = try indexed.clause.message.map { pattern throws(RegularExpression.Fault) in
        try RegularExpression(pattern)
      }
      let reply = try indexed.clause.reply.map { pattern throws(RegularExpression.Fault) in
        try RegularExpression(pattern)
      }
      costs[indexed.rule].instructions += (message?.programSize ?? 0) + (reply?.programSize ?? 0)
      patterns.append((message, reply))
    }
    let yardstick = try RegularExpression("no log holds this text")
    self.rules = rules
    self.patterns = patterns
    self.costs = costs
    self.yardstick = yardstick
    parser = RecordParser(clock: clock)
    search = LiteralSearch(rules.lineWords, clauseCount: rules.clauses.count)
    replySearch = LiteralSearch(rules.replyWords, clauseCount: rules.clauses.count)
  }

  /// Tries the rules on one line.
  public mutating func take(_ line: [UInt8]) {
    lines += 1
    let event = LogEvent(line: line, record: parser.parse(line.span))
    search.scan(line.span)
    let count = search.hits.count
    let words = search.statusWords(0..<count)
    let gates = rules.gates
    search.collect(0..<count) { gates[$0].lets(event.record, words) }
    let text = Array(line[event.record.text])
    let found = search.found
    for clause in found { run(patterns[clause].message, on: text, clause) }
    guard let reply = event.text("remote.text").map({ Array($0.utf8) }) else { return }
    replySearch.search(reply.span) { gates[$0].lets(event.record, words) }
    let replyFound = replySearch.found
    for clause in replyFound { run(patterns[clause].reply, on: reply, clause) }
  }

  private mutating func run(_ pattern: RegularExpression?, on text: [UInt8], _ clause: Int) {
    guard let pattern else { return }
    let clock = ContinuousClock()
    var isMatch = false
    let time = clock.measure { isMatch = pattern.matches(text) }
    let rule = rules.clauses[clause].rule
    costs[rule].tries += 1
    costs[rule].matches += isMatch ? 1 : 0
    costs[rule].nanoseconds += time.nanoseconds
    yardstickTime += clock.measure { _ = yardstick.matches(text) }.nanoseconds
    yardstickTries += 1
  }

  /// What the rules cost, the dearest first; those that were never tried come last.
  public func ranked() -> [Cost] {
    let unit = Double(yardstickTime) / Double(max(1, yardstickTries))
    return costs.map { cost in
      var cost = cost
      cost.ratio = Double(cost.perTry) / max(1, unit)
      return cost
    }.sorted { ($1.nanoseconds, $1.instructions, $0.rule) < ($0.nanoseconds, $0.instructions, $1.rule) }
  }
}

extension Duration {
  var nanoseconds: Int {
    Int(clamping: components.seconds) &* 1_000_000_000 &+ Int(clamping: components.attoseconds / 1_000_000_000)
  }
}
