import LogParsing

/// A rule matched a line.
public struct Finding: Sendable {
  /// The rule's place in its `RuleSet`.
  public let rule: Int
  /// Which of the rule's match entries it was, from 0.
  public var step = 0
  /// The named groups of the expressions that matched, with the true text.
  public var captures: [Capture]

  public struct Capture: Sendable, Equatable, Codable {
    public let name: String
    public let value: String
  }
}

/// Why a clause does or does not match a line, for `explain --trace`.
public enum ClauseOutcome: Sendable {
  case matches([Finding.Capture])
  case otherDaemon
  case otherLevel
  case otherField(path: String, found: String?)
  case otherMessage
  case otherReply
}
