public import LogParsing

/// One question about a log, as its file states it; docs/rule-format.md has every key.
public struct Rule: Sendable {
  public let id: String
  public var aliases: [String] = []
  public var pack = ""
  public var status = Status.stable
  public var severity = Severity.warning
  /// One word of the reasons vocabulary; `nil` where no mail was refused, deferred or bounced.
  public var reason: String?
  /// A line matches the rule when it fulfils any of these.
  public var clauses: [MatchClause] = []
  /// Captures and fields; findings with equal values are one incident.
  public var groupBy: [String] = []
  public var threshold: Threshold?
  /// The matching lines must keep coming: the rule speaks when none came for so many seconds.
  public var absentWithin: Int64?
  /// The clauses are steps, to be matched in their order.
  public var sequence: Sequencing?
  /// Speaks only when no other rule matched the line.
  public var isGeneral = false
  /// Ids, `gmail.*` allowed, before which this rule falls silent on the same line.
  public var yieldsTo: [String] = []
  /// Rules that match some of the same lines on purpose.
  public var overlaps: [String] = []
  /// Rules that can be the root of this one.
  public var causedBy: [String] = []
  public var clearsWhen: [ClearingCondition] = []
  /// The file, for messages: `rules/postfix/milter/connection-refused.yaml`.
  public var path = ""
  /// Where in the file the id stands, both from 1.
  public var position = (line: 1, column: 1)
  /// Reads the whole file, for its texts and tests, when somebody needs them.
  public var readSource: @Sendable () -> String = { "" }
  /// Reads the texts as `CompiledAdvice` wrote them; `nil`: they are read from the file.
  public var readAdvice: (@Sendable (Language) -> String)?

  public var source: String { readSource() }
  /// The admin's own texts, which take the place of those in the file.
  var englishOverrides: RuleOverrides.Texts?
  var frenchOverrides: RuleOverrides.Texts?

  public enum Status: String, Sendable, CaseIterable { case experimental, stable, deprecated }
}

/// How much an incident hurts.
public enum Severity: String, Sendable, CaseIterable, Comparable, Codable {
  case info, warning, error, critical

  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    case .critical: 3
    }
  }
}

/// What a line must be like; every condition must hold.
public struct MatchClause: Sendable {
  /// Empty: any program.
  public var daemons: Set<Daemon> = []
  /// Empty: any level.
  public var levels: Set<LogRecord.Level> = []
  /// Searched in the text behind level word and queue id, with foreign text blanked.
  public var message: String?
  /// Searched in the remote server's answer.
  public var reply: String?
  public var fields: [FieldCondition] = []
  /// In lower case; every line (for `reply`: every answer) that the clause can match has one of them.
  public var words: [[UInt8]] = []

  /// Whether only the remote server's answer decides.
  var readsReplyOnly: Bool { message == nil && reply != nil }
}

/// A parsed field whose whole value must fit one of the globs, whatever the case.
public struct FieldCondition: Sendable {
  public let path: String
  public let globs: [Glob]
}

/// From how many findings on an incident is worth its severity; below, it is `info`.
public struct Threshold: Sendable, Equatable, Codable {
  public var count: Int
  /// Seconds of the log's time.
  public var within: Int64
  /// What is counted apart; empty: `groupBy`.
  public var by: [String]
  /// Counts different values of this capture or field only.
  public var distinct: String?
}

/// How the steps of a sequence belong together.
public struct Sequencing: Sendable, Equatable {
  /// Seconds from the first step to the last.
  public var within: Int64
  /// Captures and fields with equal values in all steps.
  public var by: [String]
}

/// What ends an incident (for the daemon; `scan` only keeps it).
public enum ClearingCondition: Sendable, Equatable {
  case line(daemons: Set<Daemon>, message: String)
  case rule(String)
  case quiet(seconds: Int64)
}

/// A pattern in which `*` is any run of characters and everything else means itself.
public struct Glob: Sendable, Equatable {
  public let source: String
  private let pieces: [[UInt8]]

  public init(_ source: String) {
    self.source = source
    pieces = source.lowercased().utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(
      Array.init)
  }

  /// Whether all of `text` fits. Greedy from the left, which is exact for `*`; linear in the text for each piece.
  public func matches(_ text: String) -> Bool {
    let bytes = Array(text.lowercased().utf8)
    guard pieces.count > 1 else { return bytes == pieces[0] }
    guard bytes.starts(with: pieces[0]) else { return false }
    var position = pieces[0].count
    for piece in pieces.dropFirst().dropLast() {
      guard let found = bytes[position...].firstStart(of: piece) else { return false }
      position = found + piece.count
    }
    let last = pieces[pieces.count - 1]
    return bytes.count - position >= last.count && bytes.suffix(last.count).elementsEqual(last)
  }
}

extension ArraySlice<UInt8> {
  /// Where `piece` first begins.
  func firstStart(of piece: [UInt8]) -> Int? {
    guard !piece.isEmpty else { return startIndex }
    guard count >= piece.count else { return nil }
    return (startIndex...(endIndex - piece.count)).first { self[$0..<($0 + piece.count)].elementsEqual(piece) }
  }
}
