/// How a sending host stands with receivers, before anything fails.
public struct CheckReport: Sendable {
  /// The name that it introduces itself with; `nil` when nobody told.
  public let helo: String?
  public let addresses: [IPAddress]
  public let domains: [String]
  /// In the order of the topics.
  public let findings: [CheckFinding]

  public init(helo: String?, addresses: [IPAddress], domains: [String], findings: [CheckFinding]) {
    self.helo = helo
    self.addresses = addresses
    self.domains = domains
    let places = Dictionary(uniqueKeysWithValues: CheckTopic.allCases.enumerated().map { ($1, $0) })
    self.findings = findings.enumerated().sorted {
      (places[$0.element.topic] ?? 0, $0.offset) < (places[$1.element.topic] ?? 0, $1.offset)
    }.map(\.element)
  }

  public func count(_ verdict: CheckFinding.Verdict) -> Int { findings.filter { $0.verdict == verdict }.count }

  /// Tenths of a point, 0 to 100; `nil` when nothing that counts could be seen.
  ///
  /// A topic counts by its worst finding, once, however many addresses and domains it was looked at for. What could not be
  /// seen, or does not exist here, counts neither way: its points are not among those that can be reached.
  public var tenths: Int? {
    var reachable = 0
    var lost = 0
    for topic in CheckTopic.allCases {
      let known = findings.filter { $0.topic == topic && $0.verdict != .unknown }
      guard !known.isEmpty else { continue }
      reachable += topic.weight
      if known.contains(where: { $0.verdict == .bad }) {
        lost += topic.weight
      } else if known.contains(where: { $0.verdict == .warning }) {
        lost += topic.weight / 2
      }
    }
    // Rounded down: 10 means that nothing was lost.
    return reachable == 0 ? nil : (reachable - lost) * 100 / reachable
  }
}
