public import LogParsing

/// The same failure, however many lines told of it: one rule, with equal values of what the rule groups by.
public struct Incident: Sendable {
  /// Stable over runs: made from rule and grouped values.
  public let id: String
  public let rule: Rule
  /// The rule's severity, or `info` below the rule's threshold.
  public internal(set) var severity: Severity
  public internal(set) var first: EventTime?
  public internal(set) var last: EventTime?
  public internal(set) var count: UInt64 = 0
  /// The servers whose logs tell of it, as they call themselves there, the first ones first.
  public internal(set) var hosts: [String] = []
  /// Of the first finding.
  public internal(set) var captures: [Finding.Capture]
  public internal(set) var facts: Facts
  public internal(set) var causes: [JudgedCause] = []
  public internal(set) var messages = AffectedMessages()
  /// The first lines, and the last.
  public internal(set) var lines: [LineReference] = []
  public internal(set) var causedBy: [String] = []
  public internal(set) var leadsTo: [String] = []

  static let mostLines = 5
  static let mostHosts = 20
}

/// A line of an input, kept as proof.
public struct LineReference: Sendable, Equatable {
  public let path: String
  /// Counts from 1.
  public let line: Int
  let bytes: [UInt8]

  /// The line as text; made when somebody reads it, for most kept lines are soon replaced by a later one.
  public var text: String { bytes.text }
}

/// The messages that an incident hit.
public struct AffectedMessages: Sendable, Codable {
  public internal(set) var count = 0
  public internal(set) var sample: [Message] = []

  static let mostSamples = 5

  public struct Message: Sendable, Equatable, Codable {
    public let queueID: String
    public internal(set) var from: String?
    public internal(set) var to: [String]
    public internal(set) var messageID: String?
  }
}

/// One cause of an incident, and what is known about it.
public struct JudgedCause: Sendable, Codable, Equatable {
  public let id: String
  public var status: Status
  public var evidence: [Evidence]
  /// Values that a look at the machine found, for the texts of this cause.
  public var facts: [String: String] = [:]

  /// `unchecked`: nobody has looked; `undetermined`: somebody looked and could not tell.
  public enum Status: String, Sendable, Codable { case confirmed, refuted, undetermined, unchecked }
}

public struct Evidence: Sendable, Equatable, Codable {
  public let check: String
  public let expected: String
  public let found: String
  /// `found` in French, where somebody looked at the machine.
  public let french: String?

  public init(check: String, expected: String, found: String, french: String? = nil) {
    self.check = check
    self.expected = expected
    self.found = found
    self.french = french
  }

  public func found(in language: Language) -> String { language == .french ? french ?? found : found }
}

/// Failures that no rule knows, of one shape.
public struct UnexplainedShape: Sendable, Equatable {
  public let template: String
  public internal(set) var count: UInt64
  public internal(set) var first: EventTime?
  public internal(set) var last: EventTime?
  public let sample: LineReference
}

/// One input, as it was read.
public struct InputSummary: Sendable {
  public var path: String
  public var bytes: Int64 = 0
  public var lines = 0
  /// Lines before `since` or after `until`.
  public var leftOut = 0
  /// Lines of programs that have to do with mail.
  public var mailLines = 0
  /// Lines from which no program could be read; `maillogd parse` shows them as `unrecognized`.
  public var unparsed = 0
  public var firstUnparsed: LineReference?
  public var first: EventTime?
  public var last: EventTime?
}

/// What became of the mail.
public struct DeliverySummary: Sendable, Equatable, Codable {
  public var sent: UInt64 = 0
  public var deferred: UInt64 = 0
  public var bounced: UInt64 = 0
  public var rejected: UInt64 = 0
  public var expired: UInt64 = 0
  public var explained: UInt64 = 0
  public var unexplained: UInt64 = 0

  /// Explained failures among all; `nil` if nothing failed.
  public var coverage: Double? {
    let failures = explained + unexplained
    return failures == 0 ? nil : Double(explained) / Double(failures)
  }
}

/// All that a run found, worst first.
public struct DiagnosisReport: Sendable {
  public var inputs: [InputSummary]
  public var incidents: [Incident]
  public var unexplained: [UnexplainedShape]
  public var summary: DeliverySummary
  /// Messages whose stories were forgotten to keep memory bounded.
  public var evictedStories: Int

  /// Whether more than one server's log was read, so that it matters which one an incident is from.
  public var isOfSeveralHosts: Bool { Set(incidents.lazy.flatMap(\.hosts)).count > 1 }
}
