public import LogParsing

/// The whole diagnosis as one value: bytes of logs go in, incidents come out.
///
/// One task owns it. `scan`, `explain`, `rules test` and the daemon run this same object; time is the log's own.
public struct Pipeline: ~Copyable {
  /// What to leave out, and whom to ask.
  public struct Options: Sendable {
    /// Lines before and after these moments are not looked at.
    public var since: EventTime?
    public var until: EventTime?
    /// Tries every rule on every line instead of searching for their words first; for tests that both find the same.
    public var triesEveryRule = false
    /// Values that the lines themselves do not tell, such as the sender that a bounce names.
    public var knownFacts: [String: String] = [:]
    /// A reply was pasted without the server that gave it: rules that ask which server it was are tried all the same.
    public var acceptsAnyRelay = false
    /// Goes on for years: `takeChanges` hands out what has changed, and what has ended is forgotten.
    public var followsLog = false

    public init() {}

    /// Whether the line lies between `since` and `until`; one without a time does.
    func covers(_ record: LogRecord) -> Bool {
      guard let time = record.time else { return true }
      if let since, time < since { return false }
      if let until, time > until { return false }
      return true
    }
  }

  public internal(set) var rules: RuleSet
  let options: Options
  var reader: BlockReader
  /// The last block's reading, kept for its memory.
  private var reading = BlockReading()
  var stories = StoryBook()
  var book: IncidentBook
  var shapes = UnexplainedShapes()
  public internal(set) var summary = DeliverySummary()
  /// Every input so far; of the one that is being read, what was known when it was last left.
  var inputs: [InputSummary] = []
  var input = InputSummary(path: "-")
  /// The place of `input` in `inputs`; `nil` as long as nobody has said what is read.
  private var place: Int?
  /// The last line of each input, while another is read.
  private var lastLines: [LastLine] = []
  private var framer = BlockFramer()
  var orphans = OrphanFindings()
  var absences: AbsenceWatch
  var sequences = SequenceTracker()
  /// Looks for the lines that end open incidents; asleep in a scan.
  var clearings = ClearingSearch()
  var ownMail = OwnMail()
  var last = LastLine()
  /// This server's full name, from a message id that Postfix made itself.
  var myhostname: String?
  var newestInput: EventTime?

  /// How long the blocks given to a `BlockReader` best are: what one block's lines say should fit into the processor's cache.
  public static let blockSize = 1 << 17

  public init(rules: RuleSet, options: Options = Options(), clock: LogClock) {
    self.rules = rules
    self.options = options
    reader = BlockReader(rules: rules, options: options, clock: clock)
    book = IncidentBook(rules: rules, knownFacts: options.knownFacts)
    myhostname = options.knownFacts["myhostname"]
    absences = AbsenceWatch(rules)
    if options.followsLog { beginFollowing() }
  }

  /// A new input begins; `clock` dates its lines.
  public mutating func begin(_ path: String, clock: LogClock) {
    endInput()
    resume(add(path))
    reader.begin(clock: clock)
  }

  /// Makes an input known whose lines will come already read, and returns its number for `TimeMerge`.
  public mutating func add(_ path: String) -> Int {
    inputs.append(InputSummary(path: path))
    lastLines.append(LastLine())
    return inputs.count - 1
  }

  /// Takes the next bytes of the input, cut anywhere.
  public mutating func consume(_ chunk: Span<UInt8>) {
    input.bytes += Int64(chunk.count)
    var framer = takeFramer()
    framer.feed(chunk, piecewise: Self.blockSize) { readBlock($0) }
    self.framer = framer
  }

  /// Takes these lines of what a `BlockReader` has read of the input with the number `input`.
  mutating func absorb(_ reading: BlockReading, lines: Range<Int>, of input: Int) {
    resume(input)
    absorb(reading, lines, reading.bytes.span)
  }

  /// Counts bytes of an input whose lines come already read.
  public mutating func count(bytes: Int, of input: Int) {
    if place == input { self.input.bytes += Int64(bytes) } else { inputs[input].bytes += Int64(bytes) }
  }

  /// How many incidents there are so far.
  public var incidentCount: Int { book.entries.count }

  /// Goes on with the input of this number, where it was left.
  private mutating func resume(_ number: Int) {
    guard place != number else { return }
    leave()
    place = number
    input = inputs[number]
    last = lastLines[number]
  }

  private mutating func leave() {
    if let place {
      inputs[place] = input
      lastLines[place] = last
    } else if input.lines > 0 || input.bytes > 0 {
      inputs.append(input)
      lastLines.append(last)
    }
    place = nil
    last = LastLine()
    input = InputSummary(path: "-")
  }

  /// The input has ended; a last line without line end counts.
  public mutating func endInput() {
    var framer = takeFramer()
    framer.end { readBlock($0) }
    self.framer = framer
    leave()
  }

  /// All that was found.
  public mutating func finish() -> DiagnosisReport {
    endInput()
    stories.closeAll()
    for story in stories.takeFinished() { book.complete(story) }
    return DiagnosisReport(
      inputs: inputs, incidents: book.incidents(myhostname: myhostname), unexplained: shapes.ranked(), summary: summary,
      evictedStories: stories.evicted)
  }

  /// What every rule makes of one line, for `explain --trace`.
  public mutating func trace(_ line: [UInt8]) -> [(rule: Rule, outcome: ClauseOutcome)] {
    let record = reader.parser.parse(line.span)
    return reader.matcher.trace(LogEvent(line: line, record: record)).map { (rules.rules[$0.rule], $0.outcome) }
  }

  /// Whether some rule with more than a general answer speaks about the line.
  public mutating func explains(_ line: [UInt8]) -> Bool {
    let record = reader.parser.parse(line.span)
    return reader.matcher.findingsTryingAll(LogEvent(line: line, record: record)).contains {
      !rules.rules[$0.rule].isGeneral
    }
  }

  // MARK: Lines

  /// The framer, moved out so that it can hand blocks back to `self`.
  private mutating func takeFramer() -> BlockFramer {
    var taken = BlockFramer()
    swap(&taken, &framer)
    return taken
  }

  private mutating func readBlock(_ block: Span<UInt8>) {
    var taken = BlockReading()
    swap(&taken, &reading)
    reader.read(block, into: &taken)
    absorb(taken, taken.lines.indices, block)
    reading = taken
  }

  private mutating func absorb(_ reading: BlockReading, _ lines: Range<Int>, _ block: Span<UInt8>) {
    for index in lines {
      let read = reading.lines[index]
      let start = Int(read.start)
      passEmptyLines(read.emptyBefore)
      take(block.extracting(start..<(start + Int(read.count))), read, reading.events)
    }
  }

  private mutating func passEmptyLines(_ count: Int32) {
    guard count > 0 else { return }
    input.lines += Int(count)
    last.event = nil
  }

  private mutating func take(_ line: Span<UInt8>, _ read: BlockReading.Line, _ events: [BlockReading.Event]) {
    input.lines += 1
    if read.isLeftOut {
      input.leftOut += 1
      return
    }
    let record = read.record
    if let time = record.time { noteTime(time) }
    guard record.daemon != .other else { return readForeign(line, record) }
    if last.event != nil { last.event = nil }
    if record.daemon.isMail { input.mailLines += 1 }
    stories.note(line, record)
    if !stories.finished.isEmpty {
      for story in stories.takeFinished() { book.complete(story) }
    }
    if !record.queueID.isEmpty { adoptOrphans(line, record) }
    learnHostname(line, record)
    if clearings.isAwake { clearIncidents(line, record) }
    if read.isPlainSent { summary.sent += UInt64(record.repetitions) }
    if read.event >= 0 { diagnose(events[Int(read.event)]) }
  }

  private mutating func diagnose(_ read: BlockReading.Event) {
    let event = read.event
    let outcome = count(event, read.words)
    for finding in read.findings { add(finding, of: event) }
    last = LastLine(event: event, findings: read.findings)
    settle(
      event, isExplained: !read.findings.isEmpty, isFailure: event.record.level > .info || outcome == .failed)
  }

  /// Counts a failure as explained, or keeps its shape.
  mutating func settle(_ event: LogEvent, isExplained: Bool, isFailure: Bool) {
    guard isFailure else { return }
    if isExplained {
      summary.explained += UInt64(event.record.repetitions)
    } else {
      summary.unexplained += UInt64(event.record.repetitions)
      shapes.add(event, reference: reference(event))
    }
  }

  mutating func add(_ finding: Finding, of event: LogEvent) {
    if rules.rules[finding.rule].absentWithin != nil {
      absences.saw(finding.rule, at: event.record.time)
      if options.followsLog { clearAbsence(finding.rule, at: event.record.time) }
      return
    }
    if let sequence = rules.rules[finding.rule].sequence {
      let facts = FactLookup(event: event, finding: finding, story: nil, known: [:])
      guard sequences.advance(finding, rules.rules[finding.rule], sequence, facts) else { return }
    }
    let message = stories.refer(event.line.span, event.record)
    if !ownMail.isNone, ownMail.isAbout(event, message.flatMap({ stories[$0] })) { return }
    let place = book.add(finding, of: event, message: message, reference: reference(event)) {
      message.flatMap { stories[$0] }
    }
    if book.following?.rulesChanged == true { watchClearings() }
    if event.record.queueID.isEmpty, let process = OrphanFindings.Process(event.line.span, event.record) {
      orphans.leave(place, of: process, at: event.record.time)
    }
  }

  /// The line that `last message repeated 3 times` would speak of.
  struct LastLine {
    var event: LogEvent?
    var findings: [Finding] = []
  }

  enum MailOutcome { case fine, failed }

  /// Counts what became of mail; what counts as failed must be explained by somebody.
  mutating func count(_ event: LogEvent, _ words: StatusWords) -> MailOutcome {
    let times = UInt64(event.record.repetitions)
    switch event.kind {
    case .delivery:
      switch event.text("status") {
      case "sent":
        // Where no other word is in the line, it has been counted unparsed.
        summary.sent += words.isOnlySent ? 0 : times
        return .fine
      case "deferred", "SOFTBOUNCE", "softbounce":
        summary.deferred += times
        return .failed
      case "bounced":
        summary.bounced += times
        return .failed
      // Address verification probes are no mail (verify(8)).
      case "undeliverable": return .failed
      default: return .fine
      }
    case .expired:
      summary.expired += times
      return .failed
    case .reject, .milterAction:
      if event.text("milter_action") ?? event.text("action") == "reject" { summary.rejected += times }
      return .fine
    default: return .fine
    }
  }

  func reference(_ event: LogEvent) -> LineReference {
    LineReference(path: input.path, line: input.lines, bytes: event.line)
  }
}

extension Daemon {
  /// Whether the program has to do with mail.
  var isMail: Bool {
    switch self {
    case .systemd, .kernel, .other, .otherMailServer: false
    default: true
    }
  }
}
