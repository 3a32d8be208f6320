public import Diagnosis
public import LogParsing

/// For some time nobody is to be told of what fits the matchers.
public struct Silence: Sendable, Codable, Equatable {
  /// Every matcher that is given must fit.
  public struct Matchers: Sendable, Codable, Equatable {
    /// Globs over the incident's id and the rule's id, such as `gmail.*`.
    public var incident: String?
    public var rule: String?
    public var domain: String?
    /// Incidents graver than this are told all the same.
    public var severity: Severity?

    public init(incident: String? = nil, rule: String? = nil, domain: String? = nil, severity: Severity? = nil) {
      self.incident = incident
      self.rule = rule
      self.domain = domain
      self.severity = severity
    }

    public var isEmpty: Bool { incident == nil && rule == nil && domain == nil && severity == nil }

    public func fit(_ record: IncidentRecord) -> Bool {
      guard !isEmpty else { return false }
      if let incident, !Glob(incident).matches(record.id) { return false }
      if let rule, !Glob(rule).matches(record.rule) { return false }
      if let severity, record.severity > severity { return false }
      if let domain, !record.domains.contains(where: { Glob(domain).matches($0) }) { return false }
      return true
    }
  }

  public var id: Int64
  public var author: String
  public var comment: String
  public var starts: EventTime
  public var ends: EventTime
  public var matchers: Matchers

  public init(
    id: Int64 = 0, author: String, comment: String, starts: EventTime, ends: EventTime, matchers: Matchers
  ) {
    self.id = id
    self.author = author
    self.comment = comment
    self.starts = starts
    self.ends = ends
    self.matchers = matchers
  }

  public func mutes(_ record: IncidentRecord, at now: EventTime) -> Bool {
    starts <= now && now < ends && matchers.fit(record)
  }
}
