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
  }

  public internal(set) var rules: RuleSet
  let options: Options
  var reader: BlockReader
  /// The last block's reading, kept for its memory.
  private var reading = BlockReading()
  private var stories = StoryBook()
  var book: IncidentBook
  var shapes = UnexplainedShapes()
  public internal(set) var summary = DeliverySummary()
  private var inputs: [InputSummary] = []
  var input = InputSummary(path: "-")
  private var framer = BlockFramer()
  private var orphans = OrphanFindings()
  var absences: AbsenceWatch
  var sequences = SequenceTracker()
  /// Looks for the lines that end open incidents; asleep in a scan.
  var clearings = ClearingSearch()
  var ownMail = OwnMail()
  private var lastFindings: [Finding] = []
  private var lastEvent: LogEvent?
  /// This server's full name, from a message id that Postfix made itself.
  var myhostname: String?
  var newestInput: EventTime?

  private static let blockSize = 1 << 17

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
    input = InputSummary(path: path)
    reader.begin(clock: clock)
  }

  /// Takes the next bytes of the input, cut anywhere.
  public mutating func consume(_ chunk: Span<UInt8>) {
    input.bytes += Int64(chunk.count)
    var framer = takeFramer()
    // What one block's lines say should fit into the processor's cache.
    var start = 0
    while start < chunk.count {
      let end = min(start + Self.blockSize, chunk.count)
      framer.feed(chunk.extracting(start..<end)) { readBlock($0) }
      start = end
    }
    self.framer = framer
  }

  /// Takes the next bytes of the input, cut anywhere, and hands back the whole lines so far: for `BlockReader`s that work
  /// beside this pipeline, and whose readings come back to `absorb` in the same order.
  public mutating func blocks(of chunk: Span<UInt8>) -> [[UInt8]] {
    input.bytes += Int64(chunk.count)
    var blocks: [[UInt8]] = []
    framer.feed(chunk) { blocks.append($0.copy) }
    return blocks
  }

  /// The input's last line, if it has no line end.
  public mutating func lastBlock() -> [UInt8]? {
    var block: [UInt8]?
    framer.end { block = $0.copy }
    return block
  }

  /// Takes the next lines of the log, already read.
  public mutating func absorb(_ reading: BlockReading) { absorb(reading, reading.bytes.span) }

  /// The input has ended; a last line without line end counts.
  public mutating func endInput() {
    var framer = takeFramer()
    framer.end { readBlock($0) }
    self.framer = framer
    guard input.lines > 0 || input.bytes > 0 || input.path != "-" else { return }
    inputs.append(input)
    input = InputSummary(path: "-")
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
    absorb(taken, block)
    reading = taken
  }

  private mutating func absorb(_ reading: BlockReading, _ block: Span<UInt8>) {
    for read in reading.lines {
      let start = Int(read.start)
      take(block.extracting(start..<(start + Int(read.count))), read, reading.events)
    }
  }

  private mutating func take(_ line: Span<UInt8>, _ read: BlockReading.Line, _ events: [BlockReading.Event]) {
    input.lines += 1
    guard !read.isLeftOut else { return }
    let record = read.record
    if let time = record.time { noteTime(time) }
    guard record.daemon != .other else { return readForeign(line, record) }
    if lastEvent != nil { lastEvent = nil }
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
    lastFindings = read.findings
    lastEvent = event
    settle(
      event, isExplained: !read.findings.isEmpty, isFailure: event.record.level > .info || outcome == .failed)
  }

  /// Counts a failure as explained, or keeps its shape.
  private mutating func settle(_ event: LogEvent, isExplained: Bool, isFailure: Bool) {
    guard isFailure else { return }
    if isExplained {
      summary.explained += UInt64(event.record.repetitions)
    } else {
      summary.unexplained += UInt64(event.record.repetitions)
      shapes.add(event, reference: reference(event))
    }
  }

  private mutating func add(_ finding: Finding, of event: LogEvent) {
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
    if event.record.queueID.isEmpty, let pid = event.record.pid {
      orphans.leave(place, daemon: event.record.daemon, pid: pid, at: event.record.time)
    }
  }

  private enum MailOutcome { case fine, failed }

  /// Counts what became of mail; what counts as failed must be explained by somebody.
  private mutating func count(_ event: LogEvent, _ words: StatusWords) -> MailOutcome {
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

  private func reference(_ event: LogEvent) -> LineReference {
    LineReference(path: input.path, line: input.lines, bytes: event.line)
  }

  // MARK: Around the lines

  private mutating func readForeign(_ line: Span<UInt8>, _ record: LogRecord) {
    if record.program.isEmpty, line.first("last message repeated ", from: 0) != nil { return repeatLast(line, record) }
    lastEvent = nil
    guard record.program.isEmpty, !line.isEmpty else { return }
    input.unparsed += 1
    if input.firstUnparsed == nil {
      input.firstUnparsed = LineReference(
        path: input.path, line: input.lines, bytes: line.extracting(0..<min(line.count, 400)).copy)
    }
  }

  /// `last message repeated 3 times`: the line before happened that often once more.
  private mutating func repeatLast(_ line: Span<UInt8>, _ record: LogRecord) {
    guard let event = lastEvent, let times = line.number(after: "last message repeated "), times > 0 else { return }
    var again = event.record
    again.repetitions = times
    if let time = record.time { again.time = time }
    let repeated = LogEvent(
      line: event.line, record: again, kind: event.kind, fields: event.fields, foreign: event.foreign)
    for finding in lastFindings { add(finding, of: repeated) }
    settle(
      repeated, isExplained: !lastFindings.isEmpty, isFailure: again.level > .info || count(repeated, []) == .failed)
  }

  private mutating func noteTime(_ time: EventTime) {
    if input.first == nil {
      // A log that does not go on where the last one ended is another story: nothing seen there proves anything here.
      if let newest = newestInput, time < newest || time.seconds - newest.seconds > 86_400 { book.closeLog() }
      input.first = time
    }
    input.last = max(input.last ?? time, time)
    if !absences.isEmpty { reportAbsences(at: time) }
    newestInput = max(newestInput ?? time, time)
  }

  /// What should have come by now and has not; the line that shows it is the one now read.
  mutating func reportAbsences(at now: EventTime) {
    for (rule, since) in absences.overdue(at: now) {
      var record = LogRecord()
      record.time = now
      let captures = [Finding.Capture(name: "since", value: since.rfc3339)]
      let event = LogEvent(line: [], record: record, kind: .notice, fields: [], foreign: [])
      _ = book.add(Finding(rule: rule, captures: captures), of: event, message: nil, reference: reference(event)) {
        nil
      }
    }
  }

  /// The places of closed incidents are used again: nothing that waits may point at them.
  mutating func forgetOrphans() { orphans = OrphanFindings() }

  /// A warning without queue id belongs to the message that the same process names next.
  private mutating func adoptOrphans(_ line: Span<UInt8>, _ record: LogRecord) {
    guard !orphans.isEmpty, let pid = record.pid else { return }
    let places = orphans.take(daemon: record.daemon, pid: pid, at: record.time)
    guard !places.isEmpty, let message = stories.refer(line, record) else { return }
    for place in places { book.hit(message, at: place) { stories[message] } }
  }

  /// `message-id=<20260131220420.3F0C12A0B1@mail.example.org>`: cleanup(8) makes ids from time, queue id and myhostname.
  private mutating func learnHostname(_ line: Span<UInt8>, _ record: LogRecord) {
    guard myhostname == nil, record.daemon == .cleanup, !record.queueID.isEmpty else { return }
    let stamp = Int(record.text.start) + "message-id=<".utf8.count
    let id = stamp + "20260131220420.".utf8.count
    let at = id + record.queueID.count
    guard line.starts(with: "message-id=<", at: Int(record.text.start)), at < line.count, line[at] == UInt8(ascii: "@"),
      line[id - 1] == UInt8(ascii: "."),
      zip(record.queueID.indices, id..<at).allSatisfy({ line[$0] == line[$1] })
    else { return }
    let host = line.text(ByteRange(at + 1, line.first(">", from: at) ?? line.count))
    if host.contains(".") { myhostname = host }
  }
}

/// Findings of lines without queue id, waiting for the message that their process handles.
private struct OrphanFindings {
  private struct Key: Hashable {
    let daemon: Daemon
    let pid: UInt32
  }
  private struct Orphan {
    let place: Int
    let time: EventTime?
  }
  private var waiting: [Key: [Orphan]] = [:]
  private static let mostProcesses = 4_096
  private static let patience: Int64 = 10

  var isEmpty: Bool { waiting.isEmpty }

  mutating func leave(_ place: Int, daemon: Daemon, pid: UInt32, at time: EventTime?) {
    guard daemon == .smtpd || daemon == .cleanup else { return }
    if waiting.count >= Self.mostProcesses { waiting.removeAll() }
    let key = Key(daemon: daemon, pid: pid)
    if waiting[key]?.contains(where: { $0.place == place }) != true {
      waiting[key, default: []].append(Orphan(place: place, time: time))
    }
  }

  mutating func take(daemon: Daemon, pid: UInt32, at time: EventTime?) -> [Int] {
    guard let orphans = waiting.removeValue(forKey: Key(daemon: daemon, pid: pid)) else { return [] }
    return orphans.filter { orphan in
      guard let left = orphan.time, let time else { return true }
      return time.seconds - left.seconds <= Self.patience
    }.map(\.place)
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
