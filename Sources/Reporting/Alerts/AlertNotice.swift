public import Diagnosis
import LogParsing

/// One notice as it is stored, sent as JSON to webhooks and turned into text for people; docs/alerts.md documents it.
public struct AlertNotice: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable {
    case firing, reminder, resolved, test
    case channelBroken = "channel-broken"
    case channelRecovered = "channel-recovered"
  }

  /// Grows when a member changes its meaning or goes away.
  public var version = 1
  /// The same in every copy of this notice: drop what you have seen.
  public var key: String
  public var kind: Kind
  /// RFC 3339.
  public var sent: String
  /// This server's name.
  public var host: String
  public var group: String
  public var language: String
  /// Of the gravest incident; `info` when all have ended.
  public var severity: String
  public var title: String
  /// All of it in words, in the channel's language.
  public var text: String
  public var incidents: [Entry]

  public struct Entry: Sendable, Codable, Equatable {
    public var id: String
    public var rule: String
    /// `firing` or `resolved`.
    public var state: String
    public var severity: String
    public var reason: String?
    public var title: String
    public var impact: String
    public var first: String?
    public var last: String?
    public var count: UInt64
    public var messages: Int
    /// The proven or likeliest one.
    public var cause: Cause?
    public var line: String?
    public var causedBy: [String]
    public var references: [String]
  }

  public struct Cause: Sendable, Codable, Equatable {
    public var id: String
    public var status: String
    /// How much is known of it, in words: "Proven by the log:".
    public var standing: String
    public var text: String
    /// What was found on the machine or in the DNS; `nil` when nobody has looked, or the look did not decide.
    public var evidence: [String]?
    public var fix: [Step]
  }

  public struct Step: Sendable, Codable, Equatable {
    public var text: String
    public var commands: [String]
    public var file: String?
    public var dns: [String]
  }
}

extension AlertNotice.Entry {
  init(_ told: ToldIncident, isResolved: Bool, language: Language) {
    let incident = told.incident
    id = incident.id
    rule = incident.rule.id
    state = isResolved ? "resolved" : "firing"
    severity = incident.severity.rawValue
    reason = incident.rule.reason
    title = told.title
    impact = told.impact
    first = incident.first?.rfc3339
    last = incident.last?.rfc3339
    count = incident.count
    messages = incident.messages.count
    cause = told.causes.first { $0.status != .refuted }.map { AlertNotice.Cause($0, language: language) }
    line = incident.lines.first.map { String($0.text.prefix(1_000)) }
    causedBy = incident.causedBy
    references = told.references
  }
}

extension AlertNotice.Cause {
  init(_ cause: ToldCause, language: Language) {
    id = cause.id
    status = cause.status.rawValue
    standing = Phrases(language: language).standing(cause, isFirst: true)
    text = cause.text
    evidence = cause.isSeen ? cause.evidence.map { $0.found(in: language) } : nil
    fix = cause.fix.map { step in
      AlertNotice.Step(
        text: step.text, commands: step.commands, file: step.file.map { "\($0.path): \($0.line)" },
        dns: step.dns.map { "\($0.name) IN \($0.type) \($0.value)" })
    }
  }
}

extension AlertNotice {
  /// What a decision of the dispatcher says on one channel. `incidents` are those of the decision, in their last state.
  public init(
    _ decision: Dispatcher.Decision, channel: String, incidents: [Incident], host: String, sent: String,
    language: Language
  ) {
    let isOver = Set(decision.resolved)
    let told = ToldIncident.all(incidents.sorted { $0.severity > $1.severity }, language: language)
    let entries = told.map { Entry($0, isResolved: isOver.contains($0.incident.id), language: language) }
    let going = entries.filter { $0.state == "firing" }
    let words = AlertWords(language: language)
    self.init(
      key: decision.key + "-" + channel, kind: Kind(rawValue: decision.kind.rawValue) ?? .firing, sent: sent,
      host: host,
      group: decision.group, language: language.rawValue, severity: going.first?.severity ?? "info",
      title: words.title(decision.kind, entries, host), text: words.text(entries), incidents: entries)
  }

  /// A notice about no incident: a test, or a channel that fails.
  public init(_ kind: Kind, key: String, title: String, text: String, host: String, sent: String, language: Language) {
    self.init(
      key: key, kind: kind, sent: sent, host: host, group: "maillogd", language: language.rawValue,
      severity: kind == .channelBroken ? "error" : "info", title: title, text: text, incidents: [])
  }
}
