import LogParsing

/// Groups findings into incidents, and keeps what proves them; its memory is bounded whatever the log says.
struct IncidentBook {
  private let rules: RuleSet
  /// What is known before the first line, for texts that ask for it.
  private let knownFacts: [String: String]
  private var advice: [Int: RuleAdvice] = [:]
  private var judge = CauseJudge()
  private var entries: [Entry] = []
  private var places: [Key: Int] = [:]
  private var keysOfRule: [Int: Int] = [:]
  /// Entries with findings in the current log.
  private var touched: Set<Int> = []
  /// The entries of a queue id whose messages are not yet known in full.
  private var awaitingStory: [String: [Int]] = [:]
  private var ordinal: UInt64 = 0

  /// An attacker who varies what a rule groups by fills one incident, not the memory.
  private static let mostKeysOfRule = 500
  private static let mostAwaited = 20_000

  private struct Key: Hashable {
    let rule: Int
    let values: [String]
  }

  private struct Entry {
    var incident: Incident
    let rule: Int
    var verdict = CauseJudge.Verdict()
    var gauge: ThresholdGauge?
    var seenQueueIDs: Set<String> = []
  }

  init(rules: RuleSet, knownFacts: [String: String] = [:]) {
    self.rules = rules
    self.knownFacts = knownFacts
  }

  /// A log has ended that the next one does not go on from: what was seen in it decides about its own incidents only.
  mutating func closeLog() {
    for place in touched {
      judgeCauses(at: place, time: entries[place].incident.last)
    }
    touched.removeAll()
    judge.forget()
  }

  /// Adds one finding; returns the place of its incident.
  mutating func add(_ finding: Finding, of event: LogEvent, story: Story?, reference: LineReference) -> Int {
    ordinal += 1
    let rule = rules.rules[finding.rule]
    let facts = FactLookup(event: event, finding: finding, story: story, known: knownFacts)
    let time = event.record.time
    judge.note(rule.id, finding.captures, at: time, ordinal: ordinal)
    let place = self.place(of: finding, rule, facts)
    let repetitions = UInt64(event.record.repetitions)
    entries[place].incident.count += repetitions
    if let time {
      entries[place].incident.first = min(entries[place].incident.first ?? time, time)
      entries[place].incident.last = max(entries[place].incident.last ?? time, time)
    }
    if let threshold = rule.threshold {
      var gauge = entries[place].gauge ?? ThresholdGauge(threshold)
      if gauge.note(facts, at: time, times: Int(clamping: repetitions)) {
        entries[place].incident.severity = rule.severity
      }
      entries[place].gauge = gauge
    }
    learn(finding.captures, at: place)
    keep(reference, at: place)
    if let story { hit(story.queueID, from: story, at: place) }
    touched.insert(place)
    judgeCauses(at: place, time: time)
    return place
  }

  /// The message of `story` was hit by the incident at `place`, though the finding's own line bore no queue id.
  mutating func hit(_ queueID: String, from story: Story?, at place: Int) {
    guard entries.indices.contains(place), !queueID.isEmpty else { return }
    if entries[place].seenQueueIDs.count < Self.mostAwaited {
      guard entries[place].seenQueueIDs.insert(queueID).inserted else { return }
    }
    entries[place].incident.messages.count += 1
    if awaitingStory.count < Self.mostAwaited { awaitingStory[queueID, default: []].append(place) }
    guard entries[place].incident.messages.sample.count < AffectedMessages.mostSamples else { return }
    entries[place].incident.messages.sample.append(AffectedMessages.Message(queueID: queueID, story: story))
  }

  /// A story has ended: the messages that were hit can be named in full, and the next one with this id is another.
  mutating func complete(_ story: Story) {
    guard let places = awaitingStory.removeValue(forKey: story.queueID) else { return }
    for place in places {
      entries[place].seenQueueIDs.remove(story.queueID)
      let sample = entries[place].incident.messages.sample
      guard let index = sample.lastIndex(where: { $0.queueID == story.queueID }) else { continue }
      entries[place].incident.messages.sample[index] = AffectedMessages.Message(queueID: story.queueID, story: story)
    }
  }

  /// All incidents, worst first, each with its ranked causes and its links.
  mutating func incidents(myhostname: String?) -> [Incident] {
    closeLog()
    for place in entries.indices {
      if let myhostname, entries[place].incident.facts["myhostname"] == nil {
        entries[place].incident.facts.set("myhostname", myhostname)
      }
      let causes = advice(of: entries[place].rule)?.causes ?? []
      entries[place].incident.causes = CauseJudge.ranked(causes, entries[place].verdict)
    }
    var all = entries.map(\.incident)
    RootCauses.link(&all)
    return all.sorted(by: Incident.isWorse)
  }

  private mutating func place(of finding: Finding, _ rule: Rule, _ facts: FactLookup) -> Int {
    var values = rule.groupBy.map { facts[$0] ?? "" }
    var key = Key(rule: finding.rule, values: values)
    if let place = places[key] { return place }
    if keysOfRule[finding.rule, default: 0] >= Self.mostKeysOfRule {
      values = rule.groupBy.map { _ in "*" }
      key = Key(rule: finding.rule, values: values)
      if let place = places[key] { return place }
    }
    keysOfRule[finding.rule, default: 0] += 1
    let incident = Incident(
      id: Incident.identifier(rule.id, values), rule: rule, severity: rule.threshold == nil ? rule.severity : .info,
      captures: finding.captures, facts: facts.facts)
    entries.append(Entry(incident: incident, rule: finding.rule))
    places[key] = entries.count - 1
    return entries.count - 1
  }

  /// A rule may match two kinds of lines, and each may tell what the other does not.
  private mutating func learn(_ captures: [Finding.Capture], at place: Int) {
    for capture in captures where !capture.value.isEmpty && entries[place].incident.facts[capture.name] == nil {
      entries[place].incident.facts.set(capture.name, capture.value)
      entries[place].incident.captures.append(capture)
      entries[place].verdict.version = -1
    }
  }

  private mutating func keep(_ reference: LineReference, at place: Int) {
    if entries[place].incident.lines.count < Incident.mostLines {
      entries[place].incident.lines.append(reference)
    } else {
      entries[place].incident.lines[Incident.mostLines - 1] = reference
    }
  }

  private mutating func judgeCauses(at place: Int, time: EventTime?) {
    guard entries[place].verdict.version != judge.version, let causes = advice(of: entries[place].rule)?.causes else {
      return
    }
    judge.judge(causes, &entries[place].verdict, facts: entries[place].incident.facts, at: time)
  }

  private mutating func advice(of rule: Int) -> RuleAdvice? {
    if let known = advice[rule] { return known }
    var decoder = AdviceDecoder(path: rules.rules[rule].path)
    guard let read = decoder.advice(rules.rules[rule].source, language: .english) else { return nil }
    advice[rule] = read
    for cause in read.causes { judge.watch(cause) }
    return read
  }
}

extension Incident {
  init(id: String, rule: Rule, severity: Severity, captures: [Finding.Capture], facts: Facts) {
    self.id = id
    self.rule = rule
    self.severity = severity
    self.captures = captures
    self.facts = facts
  }

  /// The rule's id and a digest of the grouped values: short, the same in every run, safe in a URL.
  static func identifier(_ rule: String, _ values: [String]) -> String {
    guard !values.isEmpty else { return rule }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in values.joined(separator: "\u{1F}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return rule + "#" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Graver first; then what others follow from; then what happened more often; then by id, so that the order is fixed.
  static func isWorse(_ a: Incident, _ b: Incident) -> Bool {
    if a.severity != b.severity { return a.severity > b.severity }
    if a.causedBy.isEmpty != b.causedBy.isEmpty { return a.causedBy.isEmpty }
    if a.leadsTo.isEmpty != b.leadsTo.isEmpty { return !a.leadsTo.isEmpty }
    return (b.count, a.id) < (a.count, b.id)
  }
}

extension AffectedMessages.Message {
  init(queueID: String, story: Story?) {
    self.queueID = queueID
    from = story?.from
    to = story?.recipients.map(\.to) ?? []
    messageID = story?.messageID
  }
}
