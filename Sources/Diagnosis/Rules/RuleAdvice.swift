/// The texts of a rule in one language: what to tell the admin.
public struct RuleAdvice: Sendable {
  public var title: String
  public var impact: String
  /// Most likely first.
  public var causes: [CauseAdvice]
  public var references: [String]
}

/// One explanation of a symptom, with its proof and its repair.
public struct CauseAdvice: Sendable {
  public let id: String
  public var text: String
  /// The cause is listed only if all of these hold.
  public var conditions: [CauseCondition] = []
  /// Any entry proves the cause; all checks of the entry must hold.
  public var confirmedBy: [[EvidenceCheck]] = []
  public var refutedBy: [[EvidenceCheck]] = []
  public var likelierIf: [[EvidenceCheck]] = []
  public var fix: [FixStep] = []
}

public enum CauseCondition: Sendable {
  case capture(name: String, globs: [Glob])
  case check(EvidenceCheck)
}

/// One step of a repair: why, and exactly what to type or publish.
public struct FixStep: Sendable {
  public var text: String
  public var commands: [String] = []
  public var file: FileChange?
  public var dns: [DNSRecord] = []

  public init(text: String, commands: [String] = [], file: FileChange? = nil, dns: [DNSRecord] = []) {
    self.text = text
    self.commands = commands
    self.file = file
    self.dns = dns
  }
}

public struct FileChange: Sendable {
  public var path: String
  /// The line that the file should have.
  public var line: String

  public init(path: String, line: String) {
    self.path = path
    self.line = line
  }
}

public struct DNSRecord: Sendable {
  public var name: String
  public var type: String
  public var value: String
  public var ttl: Int?

  public init(name: String, type: String, value: String, ttl: Int?) {
    self.name = name
    self.type = type
    self.value = value
    self.ttl = ttl
  }
}

/// A look at the log or the machine that can prove or refute a cause.
public enum EvidenceCheck: Sendable {
  /// The matched line itself says it.
  case itself
  case logged(LoggedCheck)
  /// A look at the machine or the DNS: unchecked as long as nobody can make it.
  case machine(MachineCheck)

  /// The names that `machine` checks may have.
  static let machineNames: Set<String> = Set((CheckForm.machineForms + CheckForm.dnsForms).map(\.check))
}

/// Holds when one of `rules` matched within `within` seconds before the line, and none of `notSince` after that.
public struct LoggedCheck: Sendable {
  public var rules: [String]
  public var within: Int64
  public var notSince: [String]
  /// These captures must have equal values in both findings.
  public var same: [String]
}

/// A sample inside a rule: lines, and what the rule must make of them.
public struct RuleTest: Sendable {
  public var log: String
  public var matches: Bool
  public var captures: [(name: String, value: String)]
  /// The cause that must come first.
  public var cause: String?
  /// How often the lines come, `{n}` in them counting from 1, and how many seconds later each time.
  public var times = 1
  public var every: Int64 = 1
  /// What the incident must be: below a rule's threshold it is `info`.
  public var severity: Severity?
  /// How many lines the incident must count.
  public var count: UInt64?
  /// A line, behind the others, that must end the incident (`clears-when`).
  public var clears: String?
  /// The line of the rule file on which the test begins.
  public var line: Int

  static let keys = ["log", "match", "captures", "cause", "times", "every", "severity", "count", "clears"]
  /// More copies than this are no sample but a load test.
  static let mostTimes = 10_000
}
