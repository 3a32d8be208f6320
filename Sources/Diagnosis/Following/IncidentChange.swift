public import LogParsing

/// What has become of one incident since it was last told of, while a log is followed.
public struct IncidentChange: Sendable {
  /// All that is known of the incident since it opened.
  public let incident: Incident
  /// How it ended; `nil` while it goes on.
  public let clearing: Clearing?
  /// To be stored, and given back to `Pipeline.restore` after a restart.
  public let memory: IncidentMemory
}

/// How an incident ended.
public struct Clearing: Sendable, Codable, Equatable {
  public enum Reason: String, Sendable, Codable {
    /// A line came that shows success.
    case line
    /// Another rule matched that ends this one: the service was started.
    case rule
    /// Nothing was heard of it for long enough.
    case quiet
    /// The incident from which it followed has ended, and nothing more was heard of it.
    case root
    /// What had stopped coming came again.
    case returned
    /// There were too many open incidents; this was the one longest silent.
    case crowdedOut = "crowded-out"
    /// The rule is no longer among those in use.
    case ruleGone = "rule-gone"
  }

  public let reason: Reason
  /// In the log's time; `nil` if the log bears none.
  public let at: EventTime?
  /// The line or rule that showed it; empty for the other reasons.
  public let proof: String

  public init(reason: Reason, at: EventTime?, proof: String = "") {
    self.reason = reason
    self.at = at
    self.proof = proof
  }
}

/// One open incident as it is stored: what a restarted pipeline needs in order to go on with it.
public struct IncidentMemory: Sendable, Codable {
  public let rule: String
  public let values: [String]
  var severity: Severity
  var first: EventTime?
  var last: EventTime?
  var count: UInt64
  var captures: [Finding.Capture]
  var facts: Facts
  var messages: AffectedMessages
  /// `nil` in memories of versions before 0.2.
  var hosts: [String]?
  var lines: [StoredLine]
  var verdict: CauseJudge.Verdict
  var gauge: ThresholdGauge?
  /// The messages counted last, so that one that goes on failing is not counted again after a restart.
  var seenQueueIDs: [String]

  static let mostQueueIDs = 500

  struct StoredLine: Sendable, Codable {
    let path: String
    let line: Int
    let text: String
  }
}

extension IncidentMemory {
  init(_ entry: IncidentBook.Entry) {
    let incident = entry.incident
    rule = incident.rule.id
    values = entry.values
    severity = incident.severity
    first = incident.first
    last = incident.last
    count = incident.count
    captures = incident.captures
    facts = incident.facts
    messages = incident.messages
    hosts = incident.hosts
    lines = incident.lines.map { StoredLine(path: $0.path, line: $0.line, text: $0.text) }
    verdict = entry.verdict
    gauge = entry.gauge
    seenQueueIDs = entry.queueIDs.sorted()
  }

  /// The incident as it was; `nil` when `rules` no longer has its rule.
  ///
  /// - Parameter causedBy: the incidents from which it follows, which the pipeline links anew whenever it tells of changes.
  public func incident(_ rules: RuleSet, causedBy: [String] = []) -> Incident? {
    guard let index = rules.indexOfID[rule] else { return nil }
    var incident = incident(rules.rules[index])
    incident.causedBy = causedBy
    return incident
  }

  func incident(_ rule: Rule) -> Incident {
    var incident = Incident(
      id: Incident.identifier(rule.id, values), rule: rule, severity: severity, captures: captures, facts: facts)
    incident.first = first
    incident.last = last
    incident.count = count
    incident.messages = messages
    incident.hosts = hosts ?? []
    incident.lines = lines.map { LineReference(path: $0.path, line: $0.line, bytes: Array($0.text.utf8)) }
    incident.causes = CauseJudge.ranked(rule.advice(in: .english)?.causes ?? [], verdict)
    return incident
  }
}

extension DiagnosisReport {
  /// A report about one incident that was stored.
  public init(_ incident: Incident) {
    self.init(inputs: [], incidents: [incident], unexplained: [], summary: DeliverySummary(), evictedStories: 0)
  }
}
