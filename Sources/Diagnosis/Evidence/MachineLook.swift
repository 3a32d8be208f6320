public import LogParsing

/// What a look at the machine and the DNS said of one incident's causes, as it is stored.
public struct MachineLook: Sendable, Codable, Equatable {
  public let at: EventTime
  /// How the log alone judged each cause then, by the cause's id.
  private let logged: [String: JudgedCause.Status]
  fileprivate let causes: [JudgedCause]

  /// - Parameters:
  ///   - logged: the incident as it was given to `Verification.verify`.
  ///   - judged: the same incident as it came back.
  public init(at: EventTime, logged: Incident, judged: Incident) {
    self.at = at
    self.logged = logged.judgement
    causes = judged.causes
  }

  fileprivate func isAbout(_ judgement: [String: JudgedCause.Status]) -> Bool { logged == judgement }
}

extension Incident {
  fileprivate var judgement: [String: JudgedCause.Status] {
    Dictionary(causes.map { ($0.id, $0.status) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the log, which alone has judged this incident, says of its causes what it said before the look.
  public func isJudged(asBefore look: MachineLook) -> Bool { look.isAbout(judgement) }

  /// The incident with its causes as the look showed them. When the log has judged them anew since, the log's word stands.
  public func seen(in look: MachineLook) -> Incident {
    guard isJudged(asBefore: look) else { return self }
    var seen = self
    seen.causes = look.causes
    return seen
  }
}
