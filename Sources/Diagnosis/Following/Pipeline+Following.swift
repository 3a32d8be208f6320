public import LogParsing

/// Following a log that has no end: changes instead of a report, and a memory that survives restarts.
extension Pipeline {
  /// All that has changed since the last call: incidents that have ended, then those that were hit or judged anew.
  ///
  /// A change says what has become of an incident in all, so that applying one twice does no harm. An incident that opened
  /// and ended since the last call is only told of as ended.
  public mutating func takeChanges() -> [IncidentChange] {
    let changes = book.takeChanges(myhostname: myhostname)
    if changes.contains(where: { $0.clearing != nil }) { forgetOrphans() }
    return changes
  }

  /// Time has come to `now` in the log's time, whether or not a line came: what is silent ends, what is missing is missed.
  ///
  /// Give it the clock's time only when everything that was logged so far has been read.
  public mutating func tick(_ now: EventTime) {
    if !absences.isEmpty { reportAbsences(at: now) }
    book.clearQuiet(at: now)
  }

  /// The lines that follow come from `path`, and are no younger than `clock` says.
  public mutating func follow(_ path: String, clock: LogClock? = nil) {
    input.path = path
    if let clock { reader.begin(clock: clock) }
  }

  /// The time of the last line that bore one.
  public var newest: EventTime? { newestInput }

  /// Lines read, in this run and in those that it goes on from.
  public var counts: InputSummary { input }

  /// The failures that no rule knows, most frequent first.
  public var unexplained: [UnexplainedShape] { shapes.ranked() }

  /// Forgets the shapes of failures that have not been seen since `moment`.
  public mutating func forgetUnexplained(before moment: EventTime) { shapes.forget(before: moment) }

  /// Works with other rules from now on; what is open goes on, and what no rule speaks about any more ends.
  public mutating func replaceRules(_ rules: RuleSet, clock: LogClock) {
    let memory = memory
    let open = book.openMemories
    let pending = book.following?.ended ?? []
    self.rules = rules
    reader = BlockReader(rules: rules, options: options, clock: clock)
    book = IncidentBook(rules: rules, knownFacts: options.knownFacts)
    absences = AbsenceWatch(rules)
    sequences = SequenceTracker()
    forgetOrphans()
    beginFollowing()
    restore(memory, open: open)
    book.following?.ended.insert(contentsOf: pending, at: 0)
  }

  /// Goes on where an earlier run stopped: `memory` and the memories of the incidents that were open then.
  public mutating func restore(_ memory: PipelineMemory, open: [IncidentMemory]) {
    summary = memory.summary
    input.lines = memory.lines
    input.mailLines = memory.mailLines
    input.unparsed = memory.unparsed
    input.bytes = memory.bytes
    newestInput = memory.newest
    input.first = memory.newest
    input.last = memory.newest
    if let host = memory.myhostname { myhostname = host }
    for (rule, sighting) in memory.sightings {
      if let place = rules.indexOfID[rule] { book.judge.lastSeen[place] = sighting }
    }
    book.ordinal = memory.ordinal
    for absence in memory.absences {
      guard let rule = rules.indexOfID[absence.rule],
        let place = absences.watched.firstIndex(where: { $0.rule == rule })
      else { continue }
      absences.watched[place].last = absence.last
      absences.watched[place].isReported = absence.isReported
    }
    for step in memory.sequences {
      guard let rule = rules.indexOfID[step.rule], step.next < rules.rules[rule].clauses.count else { continue }
      sequences.open[SequenceTracker.Key(rule: rule, values: step.values)] =
        SequenceTracker.Progress(next: step.next, began: step.began)
    }
    for incident in open { book.restore(incident) }
    watchClearings()
  }

  /// What a restart needs besides the open incidents.
  public var memory: PipelineMemory {
    var memory = PipelineMemory()
    memory.summary = summary
    memory.lines = input.lines
    memory.mailLines = input.mailLines
    memory.unparsed = input.unparsed
    memory.bytes = input.bytes
    memory.newest = newestInput
    memory.myhostname = myhostname
    for (place, sighting) in book.judge.lastSeen.enumerated() { memory.sightings[rules.rules[place].id] = sighting }
    memory.ordinal = book.ordinal
    memory.absences = absences.watched.map {
      PipelineMemory.Absence(rule: rules.rules[$0.rule].id, last: $0.last, isReported: $0.isReported)
    }
    let steps = sequences.open.prefix(PipelineMemory.mostSequences)
    memory.sequences = steps.map { key, progress in
      PipelineMemory.Step(
        rule: rules.rules[key.rule].id, values: key.values, next: progress.next, began: progress.began)
    }
    return memory
  }

  /// The open incidents, each as it is to be stored.
  public var openMemories: [IncidentMemory] { book.openMemories }

  mutating func beginFollowing() {
    book.following = Following(rules)
    clearings = ClearingSearch(rules)
  }

  /// Lines are looked at for what may end an incident only while one is open.
  mutating func watchClearings() {
    clearings.watch(book.following?.openOfRule.keys.map { $0 } ?? [])
    book.following?.rulesChanged = false
  }

  /// A line may show that something works again.
  mutating func clearIncidents(_ line: Span<UInt8>, _ record: LogRecord) {
    for (rule, captures) in clearings.ended(by: line, record) {
      for place in book.openPlaces(of: rule) where book.fits(captures, place) {
        let proof = LogEvent(line: line.copy, record: record).line.prefix(400).text
        book.close(place, Clearing(reason: .line, at: record.time, proof: proof))
      }
    }
  }

  /// What was missed has come.
  mutating func clearAbsence(_ rule: Int, at time: EventTime?) {
    for place in book.openPlaces(of: rule) { book.close(place, Clearing(reason: .returned, at: time)) }
  }
}

/// What a pipeline remembers besides its open incidents: small, and stored with them.
public struct PipelineMemory: Sendable, Codable {
  public var summary = DeliverySummary()
  public var lines = 0
  public var mailLines = 0
  public var unparsed = 0
  public var bytes: Int64 = 0
  public var newest: EventTime?
  public var myhostname: String?
  var sightings: [String: CauseJudge.Sighting] = [:]
  var ordinal: UInt64 = 0
  var absences: [Absence] = []
  var sequences: [Step] = []

  static let mostSequences = 1_000

  struct Absence: Sendable, Codable {
    let rule: String
    let last: EventTime?
    let isReported: Bool
  }

  struct Step: Sendable, Codable {
    let rule: String
    let values: [String]
    let next: Int
    let began: EventTime?
  }

  public init() {}
}
