public import Diagnosis
public import LogParsing

/// One incident over all its episodes, as the daemon keeps it: open, acknowledged, resolved, open again.
public struct IncidentRecord: Sendable, Codable, Equatable {
  public enum State: String, Sendable, Codable, CaseIterable { case open, resolved }

  /// Somebody has seen it and works on it: no more reminders in this episode.
  public struct Acknowledgement: Sendable, Codable, Equatable {
    public var by: String
    public var at: EventTime
    public var comment: String

    public init(by: String, at: EventTime, comment: String) {
      self.by = by
      self.at = at
      self.comment = comment
    }
  }

  public let id: String
  public let rule: String
  public internal(set) var severity: Severity
  public internal(set) var state = State.open
  /// The first and last line of this episode, in the log's time.
  public internal(set) var first: EventTime?
  public internal(set) var last: EventTime?
  /// How this episode ended.
  public internal(set) var clearing: Clearing?
  /// Lines in this episode, and in all earlier ones.
  public internal(set) var count: UInt64 = 0
  public internal(set) var earlier: UInt64 = 0
  /// Grows with every opening, from 1.
  public internal(set) var episode = 1
  /// When the latest episodes began.
  public internal(set) var openings: [EventTime] = []
  /// The open incidents that this one follows from.
  public internal(set) var causedBy: [String] = []
  /// Domains of the mail that it hit, for routing alerts.
  public internal(set) var domains: [String] = []
  /// Written by people through `maillogd incidents ack`, never by the daemon; it stands in a table of its own.
  public internal(set) var acknowledgement: Acknowledgement?

  /// What a look at the machine said of the causes, in this episode.
  public internal(set) var look: MachineLook?

  private enum CodingKeys: String, CodingKey {
    case id, rule, severity, state, first, last, clearing, count, earlier, episode, openings, causedBy, domains, look
  }

  static let mostOpenings = 16
  static let mostDomains = 8
  /// So many openings within an hour are flapping, which ends when an hour has passed without one.
  static let flappingOpenings = 4
  static let flappingSeconds: Int64 = 3_600

  /// Whether the incident has been coming and going: then it counts as open until it has stayed away for an hour.
  public func isFlapping(at now: EventTime) -> Bool {
    guard openings.count >= Self.flappingOpenings, let last = openings.last else { return false }
    let back = openings[openings.count - Self.flappingOpenings]
    return last.seconds - back.seconds <= Self.flappingSeconds && now.seconds - last.seconds <= Self.flappingSeconds
  }

  /// Whether people should think of it as going on.
  public func isActive(at now: EventTime) -> Bool { state == .open || isFlapping(at: now) }

  /// The incident with its texts, its causes as the machine showed them; `nil` when its rule is gone.
  public func incident(_ memory: IncidentMemory, _ rules: RuleSet) -> Incident? {
    let logged = memory.incident(rules, causedBy: causedBy)
    return look.flatMap { look in logged?.seen(in: look) } ?? logged
  }
}
