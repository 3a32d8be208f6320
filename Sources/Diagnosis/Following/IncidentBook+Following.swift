import LogParsing

/// What changed in a book of incidents since somebody asked, and which of its places are free.
struct Following {
  /// Ended incidents, in the order in which they ended.
  var ended: [IncidentChange] = []
  /// Places of open incidents that were hit, or whose causes are judged anew.
  var changed: Set<Int> = []
  /// The open incidents of each rule that has any.
  var openOfRule: [Int: Set<Int>] = [:]
  /// Whether a rule has got its first open incident, or lost its last one, since somebody asked.
  var rulesChanged = false
  var freePlaces: [Int] = []
  /// The rules that a finding of a rule ends.
  let endedByRule: [Int: [Int]]
  /// Seconds of silence after which each rule's incidents have ended.
  let quietOfRule: [Int64]

  /// An incident that nothing else ends has ended after a day of silence; one that a success line or a start ends may be
  /// silent because no mail came, and waits for a week.
  static let quietDefault: Int64 = 86_400
  static let quietWithOtherConditions: Int64 = 7 * 86_400
  static let mostOpen = 5_000

  init(_ rules: RuleSet) {
    var endedByRule: [Int: [Int]] = [:]
    for (index, rule) in rules.rules.enumerated() {
      for case .rule(let id) in rule.clearsWhen {
        if let ending = rules.indexOfID[id] { endedByRule[ending, default: []].append(index) }
      }
    }
    self.endedByRule = endedByRule
    quietOfRule = rules.rules.map { rule in
      let quiet = rule.clearsWhen.compactMap { if case .quiet(let seconds) = $0 { seconds } else { nil } }.min()
      return quiet ?? (rule.clearsWhen.isEmpty ? Self.quietDefault : Self.quietWithOtherConditions)
    }
  }

  /// The places of all open incidents, in ascending order.
  var openPlaces: [Int] { openOfRule.values.flatMap { $0 }.sorted() }

  mutating func takeFreePlace() -> Int? { freePlaces.popLast() }
}

extension IncidentBook {
  /// Whether the message was counted before a restart; else it is remembered for the next one.
  mutating func wasHitBefore(_ place: Int, _ story: () -> Story?) -> Bool {
    following?.changed.insert(place)
    guard let queueID = story()?.queueID, entries[place].queueIDs.count < IncidentMemory.mostQueueIDs else {
      return false
    }
    return !entries[place].queueIDs.insert(queueID).inserted
  }

  /// The open incidents of `rule`, in the order of their places.
  func openPlaces(of rule: Int) -> [Int] { following?.openOfRule[rule]?.sorted() ?? [] }

  /// A finding has been added: its incident is open, and what its rule ends has ended.
  mutating func noteChange(at place: Int, by finding: Finding, _ time: EventTime?) {
    following?.changed.insert(place)
    if following?.openOfRule[finding.rule] == nil { following?.rulesChanged = true }
    following?.openOfRule[finding.rule, default: []].insert(place)
    guard let ended = following?.endedByRule[finding.rule] else { return }
    let proof = rules.rules[finding.rule].id
    for rule in ended where rule != finding.rule {
      for other in openPlaces(of: rule) where fits(finding.captures, other) {
        close(other, Clearing(reason: .rule, at: time, proof: proof))
      }
    }
  }

  /// Whether the values that a clearing line names are those of the incident; what it does not name fits every one.
  func fits(_ captures: [Finding.Capture], _ place: Int) -> Bool {
    let entry = entries[place]
    for (name, value) in zip(entry.incident.rule.groupBy, entry.values) {
      if let capture = captures.first(where: { $0.name == name }), capture.value != value { return false }
    }
    return true
  }

  /// A finding came after such a long silence that it is the beginning of another incident.
  mutating func clearIfQuiet(_ place: Int, at time: EventTime?) -> Bool {
    guard let time, let end = quietEnd(of: place), time.seconds > end.seconds else { return false }
    close(place, Clearing(reason: .quiet, at: end))
    return true
  }

  /// Ends what has been silent for long enough at `now`.
  mutating func clearQuiet(at now: EventTime) {
    for place in following?.openPlaces ?? [] {
      if let end = quietEnd(of: place), now.seconds > end.seconds { close(place, Clearing(reason: .quiet, at: end)) }
    }
  }

  /// Absence rules speak once for a gap, which ends when the lines come again and not by silence.
  private func quietEnd(of place: Int) -> EventTime? {
    let entry = entries[place]
    guard let last = entry.incident.last, entry.incident.rule.absentWithin == nil, let following else { return nil }
    let quiet = following.quietOfRule[entry.rule]
    return EventTime(microseconds: last.microseconds &+ quiet &* 1_000_000, offsetMinutes: last.offsetMinutes)
  }

  /// The incident at `place` has ended: it is told of once more and then forgotten. One that ended with another, of which
  /// somebody had made a list before, is left alone.
  mutating func close(_ place: Int, _ clearing: Clearing) {
    guard isOpen(place) else { return }
    judgeCauses(at: place, time: entries[place].incident.last)
    let change = change(at: place, clearing)
    following?.ended.append(change)
    following?.changed.remove(place)
    touched.removeAll { $0 == place }
    let entry = entries[place]
    let others = following?.openOfRule[entry.rule]?.subtracting([place]) ?? []
    following?.openOfRule[entry.rule] = others.isEmpty ? nil : others
    if others.isEmpty { following?.rulesChanged = true }
    places[Key(rule: entry.rule, values: entry.values)] = nil
    if let count = keysOfRule[entry.rule] { keysOfRule[entry.rule] = count > 1 ? count - 1 : nil }
    if entry.values.isEmpty { placeOfUngrouped[entry.rule] = -1 }
    for message in entry.seen {
      awaitingStory[message]?.removeAll { $0 == place }
      if awaitingStory[message]?.isEmpty == true { awaitingStory[message] = nil }
    }
    // What the place still holds is let go of; the place itself is used again.
    let nothing = Incident(id: "", rule: entry.incident.rule, severity: .info, captures: [], facts: Facts())
    entries[place] = Entry(incident: nothing, rule: entry.rule, values: [])
    following?.freePlaces.append(place)
    endEffects(of: entry, clearing)
  }

  /// What followed from an incident that has ended has ended with it, unless it was heard of since or has another root that
  /// goes on. Otherwise the admin would be told of the effect just when he has repaired the cause.
  private mutating func endEffects(of cause: Entry, _ clearing: Clearing) {
    let bound = clearing.reason == .quiet ? cause.incident.last : clearing.at
    guard let bound, clearing.reason != .crowdedOut else { return }
    // Lines of two daemons about one message may lie some seconds apart.
    let slack = clearing.reason == .quiet ? RootCauses.slack : 0
    for place in following?.openPlaces ?? [] where isOpen(place) {
      let effect = entries[place].incident
      guard RootCauses.isEffect(effect, of: cause.incident), let last = effect.last,
        last.seconds <= bound.seconds + slack,
        !(following?.openPlaces ?? []).contains(where: {
          $0 != place && RootCauses.isEffect(effect, of: entries[$0].incident)
        })
      else { continue }
      close(place, Clearing(reason: .root, at: clearing.at, proof: cause.incident.id))
    }
  }

  /// Closing one incident may have closed others.
  private func isOpen(_ place: Int) -> Bool {
    following?.openOfRule[entries[place].rule]?.contains(place) == true
  }

  /// Everything that has changed since the last call: what has ended, then what goes on, with links among all that is open.
  mutating func takeChanges(myhostname: String?) -> [IncidentChange] {
    guard following != nil else { return [] }
    crowdOut()
    for place in following?.openPlaces ?? [] {
      if let myhostname, entries[place].incident.facts["myhostname"] == nil {
        entries[place].incident.facts.set("myhostname", myhostname)
      }
      let before = entries[place].verdict
      judgeCauses(at: place, time: entries[place].incident.last)
      if CauseJudge.says(entries[place].verdict, otherThan: before) { following?.changed.insert(place) }
    }
    let ended = following?.ended ?? []
    let changed = (following?.changed ?? []).sorted()
    following?.ended = []
    following?.changed = []
    guard !changed.isEmpty else { return ended }
    let linked = openIncidents()
    return ended
      + changed.compactMap { place in
        linked[place].map { IncidentChange(incident: $0, clearing: nil, memory: IncidentMemory(entries[place])) }
      }
  }

  /// The open incidents by place, each with ranked causes and with links to the others.
  private mutating func openIncidents() -> [Int: Incident] {
    let places = following?.openPlaces ?? []
    var incidents = places.map { judged($0) }
    RootCauses.link(&incidents)
    return Dictionary(zip(places, incidents), uniquingKeysWith: { first, _ in first })
  }

  private mutating func change(at place: Int, _ clearing: Clearing?) -> IncidentChange {
    IncidentChange(incident: judged(place), clearing: clearing, memory: IncidentMemory(entries[place]))
  }

  /// Memory is bounded whatever the log says: of too many, the ones silent longest are let go of.
  private mutating func crowdOut() {
    guard let following else { return }
    let open = following.openPlaces
    guard open.count > Following.mostOpen else { return }
    let byAge = open.sorted {
      (entries[$0].incident.last?.microseconds ?? 0, $0) < (entries[$1].incident.last?.microseconds ?? 0, $1)
    }
    for place in byAge.prefix(open.count - Following.mostOpen) {
      close(place, Clearing(reason: .crowdedOut, at: entries[place].incident.last))
    }
  }

  /// Goes on with an incident of an earlier run; one whose rule is gone ends.
  mutating func restore(_ memory: IncidentMemory) {
    guard let index = rules.indexOfID[memory.rule] else {
      var rule = Rule(id: memory.rule)
      rule.groupBy = []
      let clearing = Clearing(reason: .ruleGone, at: memory.last)
      following?.ended.append(IncidentChange(incident: memory.incident(rule), clearing: clearing, memory: memory))
      return
    }
    let key = Key(rule: index, values: memory.values)
    guard places[key] == nil else { return }
    let rule = rules.rules[index]
    var entry = Entry(incident: memory.incident(rule), rule: index, values: memory.values)
    entry.verdict = memory.verdict
    // The causes are looked at again: what the rules that they ask about have seen is known by place and not by time.
    entry.verdict.ordinal = 0
    // A threshold that the rule's author has changed begins to count anew.
    entry.gauge = memory.gauge.flatMap { $0.threshold == rule.threshold ? $0 : nil }
    entry.queueIDs = Set(memory.seenQueueIDs)
    entries.append(entry)
    let place = entries.count - 1
    places[key] = place
    if memory.values.isEmpty { placeOfUngrouped[index] = place }
    keysOfRule[index, default: 0] += 1
    following?.openOfRule[index, default: []].insert(place)
  }

  /// The open incidents, as they are to be stored.
  var openMemories: [IncidentMemory] {
    (following?.openPlaces ?? []).map { IncidentMemory(entries[$0]) }
  }
}

extension CauseJudge {
  /// Whether two verdicts differ in what they say, and not only in when they were reached.
  static func says(_ verdict: Verdict, otherThan before: Verdict) -> Bool {
    var same = before
    same.ordinal = verdict.ordinal
    return same != verdict
  }
}
