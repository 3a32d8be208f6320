public import Diagnosis
public import LogParsing

/// The state of every incident that is kept: a value that one task owns, so that a full disk stops nothing and a test
/// replays months in a moment. What has to be stored is collected until somebody has stored it.
public struct IncidentLedger: Sendable {
  /// Something that happened to an incident, for its history.
  public struct Happening: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable { case opened, reopened, resolved, graver, acknowledged }
    public let incident: String
    public let kind: Kind
    public let at: EventTime?
    public let detail: String
  }

  public private(set) var records: [String: IncidentRecord] = [:]
  /// The last state of each open incident and of those that ended lately: what alerts tell is made from it.
  public private(set) var memories: [String: IncidentMemory] = [:]
  private(set) var unsaved: Set<String> = []
  private(set) var happenings: [Happening] = []

  /// While nothing can be stored, the history is cut to this; the incidents themselves are all kept.
  private static let mostHappenings = 20_000
  /// How long a resolved incident's texts are kept in memory, for its notices.
  private static let memorySeconds: Int64 = 6 * 3_600

  public init(records: [IncidentRecord] = [], memories: [String: IncidentMemory] = [:]) {
    self.records = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.memories = memories
  }

  /// Takes what the pipeline has told, in its order.
  public mutating func apply(_ changes: [IncidentChange]) {
    for change in changes { apply(change) }
  }

  private mutating func apply(_ change: IncidentChange) {
    let incident = change.incident
    var record =
      records[incident.id] ?? IncidentRecord(id: incident.id, rule: incident.rule.id, severity: incident.severity)
    let isNew = records[incident.id] == nil
    if isNew || record.state == .resolved {
      if !isNew { record.beginEpisode() }
      if let first = incident.first {
        record.openings = (record.openings + [first]).suffix(IncidentRecord.mostOpenings)
      }
      note(incident.id, isNew ? .opened : .reopened, incident.first, incident.severity.rawValue)
    } else if incident.severity > record.severity {
      note(incident.id, .graver, incident.last, "\(record.severity.rawValue) → \(incident.severity.rawValue)")
    }
    record.severity = incident.severity
    record.first = incident.first
    record.last = incident.last
    record.count = incident.count
    if change.clearing == nil { record.causedBy = incident.causedBy }
    record.domains = Self.domains(of: incident)
    if let clearing = change.clearing {
      record.state = .resolved
      record.clearing = clearing
      note(incident.id, .resolved, clearing.at, clearing.reason.rawValue)
    }
    records[incident.id] = record
    memories[incident.id] = change.memory
    unsaved.insert(incident.id)
  }

  /// An incident in its last state, with its texts; `nil` when it has ended long ago or its rule is gone.
  public func incident(_ id: String, _ rules: RuleSet) -> Incident? {
    memories[id].flatMap { records[id]?.incident($0, rules) }
  }

  /// An open incident as the log alone tells of it, if nobody has looked at the machine since the log judged it so.
  public func unseen(_ id: String, _ rules: RuleSet) -> Incident? {
    guard let record = records[id], record.state == .open, let memory = memories[id],
      let logged = memory.incident(rules, causedBy: record.causedBy)
    else { return nil }
    return record.look.map { logged.isJudged(asBefore: $0) } == true ? nil : logged
  }

  /// Keeps what a look at the machine has shown; for an incident that has ended meanwhile, it no longer says anything.
  public mutating func keep(_ look: MachineLook, of id: String) {
    guard records[id]?.state == .open else { return }
    records[id]?.look = look
    unsaved.insert(id)
  }

  /// Lines of an incident in all its episodes; 0 for one that is not known.
  public func lines(of id: String) -> UInt64 { records[id].map { $0.count &+ $0.earlier } ?? 0 }

  /// What people have acknowledged, by incident; it holds for the episode in which they did.
  public mutating func acknowledge(_ acknowledgements: [String: IncidentRecord.Acknowledgement]) {
    for id in records.keys where records[id]?.acknowledgement != acknowledgements[id] {
      records[id]?.acknowledgement = acknowledgements[id]
    }
  }

  /// The incidents that go on at `now`, flapping ones among them, by id.
  public func active(at now: EventTime) -> [IncidentRecord] {
    records.values.filter { $0.isActive(at: now) }.sorted { $0.id < $1.id }
  }

  /// Lets go of what is older than is kept: of resolved incidents only. Returns their ids. The texts of `untold`, whose end
  /// nobody has been told of, are kept for that.
  public mutating func forget(
    before moment: EventTime, keeping most: Int, now: EventTime, untold: Set<String> = []
  ) -> [String] {
    let resolved = records.values.filter { $0.state == .resolved && !$0.isActive(at: now) }
      .sorted { ($0.lastHeard, $0.id) < ($1.lastHeard, $1.id) }
    let excess = max(0, records.count - most)
    let gone = resolved.enumerated().filter { $0.offset < excess || $0.element.lastHeard < moment.microseconds }
      .map(\.element.id)
    for id in gone {
      records[id] = nil
      memories[id] = nil
      unsaved.remove(id)
    }
    for record in resolved where now.microseconds &- record.lastHeard > Self.memorySeconds &* 1_000_000 {
      if !unsaved.contains(record.id), !untold.contains(record.id) { memories[record.id] = nil }
    }
    return gone
  }

  /// What has to be stored.
  var unsavedRecords: [(record: IncidentRecord, memory: IncidentMemory?)] {
    unsaved.sorted().compactMap { id in records[id].map { ($0, memories[id]) } }
  }

  /// The memories of the incidents that are open.
  public var openMemories: [IncidentMemory] {
    records.values.filter { $0.state == .open }.sorted { $0.id < $1.id }.compactMap { memories[$0.id] }
  }

  /// The database was lost: everything has to be stored again.
  public mutating func forgetThatAnythingWasSaved() { unsaved = Set(records.keys) }

  public var hasUnsaved: Bool { !unsaved.isEmpty || !happenings.isEmpty }

  mutating func wasSaved() {
    unsaved.removeAll()
    happenings.removeAll()
  }

  private mutating func note(_ id: String, _ kind: Happening.Kind, _ at: EventTime?, _ detail: String) {
    if happenings.count >= Self.mostHappenings { happenings.removeFirst(Self.mostHappenings / 2) }
    happenings.append(Happening(incident: id, kind: kind, at: at, detail: detail))
  }

  private static func domains(of incident: Incident) -> [String] {
    var domains: [String] = []
    let addresses = incident.messages.sample.flatMap { [$0.from].compactMap { $0 } + $0.to }
    let named = ["domain", "to.domain", "from.domain"].compactMap { incident.facts[$0] }
    for domain in named
      + addresses.compactMap({
        $0.split(separator: "@").count > 1 ? $0.split(separator: "@").last.map(String.init) : nil
      })
    {
      let lower = domain.lowercased()
      if !domains.contains(lower), domains.count < IncidentRecord.mostDomains { domains.append(lower) }
    }
    return domains
  }
}

extension IncidentRecord {
  init(id: String, rule: String, severity: Severity) {
    self.id = id
    self.rule = rule
    self.severity = severity
  }

  mutating func beginEpisode() {
    state = .open
    earlier &+= count
    count = 0
    episode += 1
    clearing = nil
    acknowledgement = nil
    look = nil
  }

  /// When it was last heard of, in microseconds; 0 for a log without times.
  var lastHeard: Int64 { max(last?.microseconds ?? 0, clearing?.at?.microseconds ?? 0) }
}
