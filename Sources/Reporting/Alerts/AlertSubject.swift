public import Diagnosis

/// What the dispatcher has to know of one incident.
public struct AlertSubject: Sendable, Equatable {
  public var id: String
  public var rule: String
  public var severity: Severity
  public var domains: [String]
  /// Whether it goes on.
  public var isActive: Bool
  public var isSilenced: Bool
  public var isAcknowledged: Bool
  /// The ids of incidents that it follows from.
  public var causedBy: [String]

  public init(
    id: String, rule: String, severity: Severity, domains: [String] = [], isActive: Bool = true,
    isSilenced: Bool = false, isAcknowledged: Bool = false, causedBy: [String] = []
  ) {
    self.id = id
    self.rule = rule
    self.severity = severity
    self.domains = domains
    self.isActive = isActive
    self.isSilenced = isSilenced
    self.isAcknowledged = isAcknowledged
    self.causedBy = causedBy
  }
}

/// Who is told of which incidents, how soon and how often.
public struct AlertRoute: Sendable, Equatable {
  public enum Grouping: String, Sendable, CaseIterable { case all, rule, incident }

  public var name: String
  /// Less grave incidents do not take this route.
  public var severity: Severity
  /// Globs over rule ids; empty: any rule.
  public var rules: [Glob]
  /// Globs over the domains of the mail that was hit; empty: any.
  public var domains: [Glob]
  /// Names of channels; each is told.
  public var channels: [String]
  /// What is told together.
  public var grouping: Grouping
  public var timing: AlertTiming
  /// Whether the routes after this one are looked at too.
  public var goesOn: Bool

  public init(
    name: String, severity: Severity = .warning, rules: [Glob] = [], domains: [Glob] = [], channels: [String],
    grouping: Grouping = .rule, timing: AlertTiming = AlertTiming(), goesOn: Bool = false
  ) {
    self.name = name
    self.severity = severity
    self.rules = rules
    self.domains = domains
    self.channels = channels
    self.grouping = grouping
    self.timing = timing
    self.goesOn = goesOn
  }

  func takes(_ subject: AlertSubject) -> Bool {
    subject.severity >= severity && (rules.isEmpty || rules.contains { $0.matches(subject.rule) })
      && (domains.isEmpty || subject.domains.contains { domain in domains.contains { $0.matches(domain) } })
  }

  func group(_ subject: AlertSubject) -> String {
    switch grouping {
    case .all: name
    case .rule: name + "/" + subject.rule
    case .incident: name + "/" + subject.id
    }
  }
}

/// In seconds, with the meaning and the defaults that they have in Prometheus Alertmanager.
public struct AlertTiming: Sendable, Equatable {
  /// From the first incident of a group to its first notice, so that what belongs together is told together.
  public var groupWait: Int64 = 30
  /// From one notice of a group to the next about something new.
  public var groupInterval: Int64 = 300
  /// Until one is told again of what goes on; 0: never.
  public var repeatInterval: Int64 = 14_400

  public init() {}
}
