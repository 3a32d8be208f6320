import LogParsing

/// Groups findings into incidents, and keeps what proves them; its memory is bounded whatever the log says.
struct IncidentBook {
  let rules: RuleSet
  /// What is known before the first line, for texts that ask for it.
  private let knownFacts: [String: String]
  private var advice: [Int: RuleAdvice] = [:]
  var judge: CauseJudge
  var entries: [Entry] = []
  var places: [Key: Int] = [:]
  var keysOfRule: [Int: Int] = [:]
  /// Entries with findings in the current log.
  var touched: [Int] = []
  /// The entries that each open story was hit by.
  var awaitingStory: [Story.ID: [Int]] = [:]
  /// The only entry of a rule that groups by nothing, by the rule's place; -1: none yet.
  var placeOfUngrouped: [Int]
  /// Whether telling a rule's incidents apart takes a look at the message's story.
  private let asksForStory: [Bool]
  var ordinal: UInt64 = 0
  /// What the daemon has to know of changes; `nil` in a scan, which tells all at its end.
  var following: Following?

  /// An attacker who varies what a rule groups by fills one incident, not the memory.
  private static let mostKeysOfRule = 500
  private static let mostAwaited = 20_000

  struct Key: Hashable {
    let rule: Int
    let values: [String]
  }

  struct Entry {
    var incident: Incident
    let rule: Int
    /// What the rule groups by.
    let values: [String]
    /// A hash of each of the incident's hosts.
    var hosts: [UInt64] = []
    var verdict = CauseJudge.Verdict()
    var gauge: ThresholdGauge?
    var seen: Set<Story.ID> = []
    /// The match entries, one bit each, whose captures are all known.
    var learnt: UInt64 = 0
    var isTouched = false
    /// While a log is followed: the messages of `seen`, as they are known after a restart.
    var queueIDs: Set<String> = []
  }

  init(rules: RuleSet, knownFacts: [String: String] = [:]) {
    self.rules = rules
    self.knownFacts = knownFacts
    judge = CauseJudge(rules)
    placeOfUngrouped = Array(repeating: -1, count: rules.rules.count)
    asksForStory = rules.rules.map { rule in
      let names = rule.groupBy + (rule.threshold.map { $0.by + [$0.distinct ?? ""] } ?? [])
      return names.contains { name in FactLookup.namesOfStory.contains { name == $0 || name.hasPrefix($0 + ".") } }
    }
  }

  /// A log has ended that the next one does not go on from: what was seen in it decides about its own incidents only.
  mutating func closeLog() {
    for place in touched {
      entries[place].isTouched = false
      judgeCauses(at: place, time: entries[place].incident.last)
    }
    touched.removeAll()
    judge.forget()
  }

  /// Adds one finding; returns the place of its incident. `story` tells the message's story when it is needed.
  mutating func add(
    _ finding: Finding, of event: LogEvent, message: Story.ID?, reference: LineReference, story: () -> Story?
  ) -> Int {
    ordinal += 1
    let time = event.record.time
    judge.note(finding, at: time, ordinal: ordinal)
    let told = asksForStory[finding.rule] ? story() : nil
    let facts = FactLookup(event: event, finding: finding, story: told, known: knownFacts)
    var place = self.place(of: finding, facts, story)
    if following != nil, clearIfQuiet(place, at: time) { place = self.place(of: finding, facts, story) }
    let repetitions = UInt64(event.record.repetitions)
    entries[place].incident.count += repetitions
    if let time {
      entries[place].incident.first = min(entries[place].incident.first ?? time, time)
      entries[place].incident.last = max(entries[place].incident.last ?? time, time)
    }
    if let threshold = rules.rules[finding.rule].threshold {
      var gauge = entries[place].gauge ?? ThresholdGauge(threshold)
      if gauge.note(facts, at: time, times: Int(clamping: repetitions)) {
        entries[place].incident.severity = rules.rules[finding.rule].severity
      }
      entries[place].gauge = gauge
    }
    learn(finding, at: place)
    noteHost(event, at: place)
    keep(reference, at: place)
    if let message { hit(message, at: place, story: story) }
    if !entries[place].isTouched {
      entries[place].isTouched = true
      touched.append(place)
    }
    judgeCauses(at: place, time: time)
    if following != nil { noteChange(at: place, by: finding, time) }
    return place
  }

  private mutating func noteHost(_ event: LogEvent, at place: Int) {
    guard !event.record.host.isEmpty else { return }
    let host = event.line.span.hash(of: event.record.host)
    guard entries[place].hosts.last != host, !entries[place].hosts.contains(host),
      entries[place].hosts.count < Incident.mostHosts
    else { return }
    entries[place].hosts.append(host)
    let name = event.line[event.record.host.indices].text
    if !entries[place].incident.hosts.contains(name) { entries[place].incident.hosts.append(name) }
  }

  /// A message was hit by the incident at `place`, though the finding's own line may have borne no queue id.
  mutating func hit(_ message: Story.ID, at place: Int, story: () -> Story?) {
    guard entries.indices.contains(place) else { return }
    if entries[place].seen.count < Self.mostAwaited {
      guard entries[place].seen.insert(message).inserted else { return }
    }
    if following != nil, wasHitBefore(place, story) { return }
    entries[place].incident.messages.count += 1
    if awaitingStory.count < Self.mostAwaited { awaitingStory[message, default: []].append(place) }
    guard entries[place].incident.messages.sample.count < AffectedMessages.mostSamples, let story = story() else {
      return
    }
    entries[place].incident.messages.sample.append(AffectedMessages.Message(story))
  }

  /// A story has ended: the messages that were hit can be named in full.
  mutating func complete(_ story: Story) {
    guard let places = awaitingStory.removeValue(forKey: story.id) else { return }
    for place in places {
      entries[place].seen.remove(story.id)
      if following != nil { entries[place].queueIDs.remove(story.queueID) }
      let sample = entries[place].incident.messages.sample
      guard let index = sample.lastIndex(where: { $0.queueID == story.queueID }) else { continue }
      entries[place].incident.messages.sample[index] = AffectedMessages.Message(story)
      following?.changed.insert(place)
    }
  }

  /// All incidents, worst first, each with its ranked causes and its links.
  mutating func incidents(myhostname: String?) -> [Incident] {
    closeLog()
    for place in entries.indices {
      if let myhostname, entries[place].incident.facts["myhostname"] == nil {
        entries[place].incident.facts.set("myhostname", myhostname)
      }
    }
    var all = entries.indices.map { judged($0) }
    RootCauses.link(&all)
    return all.sorted(by: Incident.isWorse)
  }

  /// The incident at `place` with its causes in the order to tell them.
  mutating func judged(_ place: Int) -> Incident {
    let causes = advice(of: entries[place].rule)?.causes ?? []
    entries[place].incident.causes = CauseJudge.ranked(causes, entries[place].verdict)
    return entries[place].incident
  }

  private mutating func place(of finding: Finding, _ facts: FactLookup, _ story: () -> Story?) -> Int {
    let isUngrouped = rules.rules[finding.rule].groupBy.isEmpty
    if isUngrouped, placeOfUngrouped[finding.rule] >= 0 { return placeOfUngrouped[finding.rule] }
    var values = rules.rules[finding.rule].groupBy.map { facts[$0] ?? "" }
    var key = Key(rule: finding.rule, values: values)
    if let place = places[key] { return place }
    if keysOfRule[finding.rule, default: 0] >= Self.mostKeysOfRule {
      values = values.map { _ in "*" }
      key = Key(rule: finding.rule, values: values)
      if let place = places[key] { return place }
    }
    keysOfRule[finding.rule, default: 0] += 1
    let rule = rules.rules[finding.rule]
    let all = FactLookup(event: facts.event, finding: finding, story: story(), known: knownFacts).facts
    let incident = Incident(
      id: Incident.identifier(rule.id, values), rule: rule, severity: rule.threshold == nil ? rule.severity : .info,
      captures: finding.captures, facts: all)
    let place = keep(Entry(incident: incident, rule: finding.rule, values: values))
    places[key] = place
    if isUngrouped { placeOfUngrouped[finding.rule] = place }
    return place
  }

  private mutating func keep(_ entry: Entry) -> Int {
    if let place = following?.takeFreePlace() {
      entries[place] = entry
      return place
    }
    entries.append(entry)
    return entries.count - 1
  }

  /// A rule may match two kinds of lines, and each may tell what the other does not.
  private mutating func learn(_ finding: Finding, at place: Int) {
    let bit: UInt64 = 1 << UInt64(finding.step & 63)
    guard entries[place].learnt & bit == 0 else { return }
    var isWhole = true
    for capture in finding.captures {
      if capture.value.isEmpty {
        isWhole = false
      } else if entries[place].incident.facts[capture.name] == nil {
        entries[place].incident.facts.set(capture.name, capture.value)
        entries[place].incident.captures.append(capture)
        entries[place].verdict.ordinal = 0
      }
    }
    if isWhole { entries[place].learnt |= bit }
  }

  private mutating func keep(_ reference: LineReference, at place: Int) {
    if entries[place].incident.lines.count < Incident.mostLines {
      entries[place].incident.lines.append(reference)
    } else {
      entries[place].incident.lines[Incident.mostLines - 1] = reference
    }
  }

  mutating func judgeCauses(at place: Int, time: EventTime?) {
    let rule = entries[place].rule
    guard judge.hasNews(of: rule, since: entries[place].verdict), let causes = advice(of: rule)?.causes else { return }
    judge.judge(
      causes, &entries[place].verdict, facts: entries[place].incident.facts, at: time, ordinal: ordinal)
  }

  mutating func advice(of rule: Int) -> RuleAdvice? {
    if let known = advice[rule] { return known }
    guard let read = rules.rules[rule].advice(in: .english) else { return nil }
    advice[rule] = read
    judge.watch(read.causes, of: rule)
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
  init(_ story: Story) {
    queueID = story.queueID
    from = story.from
    to = story.recipients.map(\.to)
    messageID = story.messageID
  }
}
