public import Diagnosis
import LogParsing

/// Tells an Alertmanager, which forgets what it is not told of again, what goes on: every minute while it does, and for a
/// quarter of an hour that it has ended. Grouping, reminders and silences are then Alertmanager's.
public struct AlertmanagerFeed: Sendable {
  /// One alert of the API v2 (`POST /api/v2/alerts`).
  public struct Alert: Sendable, Codable, Equatable {
    public var labels: [String: String]
    public var annotations: [String: String]
    public var startsAt: String
    public var endsAt: String
  }

  private struct Known: Sendable {
    var alert: Alert
    var started: Int64
    var ended: Int64?
  }

  private var known: [String: Known] = [:]
  private var lastPush: Int64?
  private let language: Language
  private let host: String

  private static let pause: Int64 = 60
  private static let lifetime: Int64 = 240
  private static let echo: Int64 = 900

  public init(language: Language, host: String) {
    self.language = language
    self.host = host
  }

  /// What to push at `now`; empty when it is too early. `subjects` are all incidents, `incident` gives the texts of one.
  public mutating func due(
    _ subjects: [AlertSubject], at now: Int64, incident: (String) -> Incident?
  ) -> [Alert] {
    let active = subjects.filter { $0.isActive && !$0.isSilenced && $0.severity >= .warning }
    let ids = Set(active.map(\.id))
    var hasNews = false
    for id in known.keys where !ids.contains(id) && known[id]?.ended == nil {
      known[id]?.ended = now
      hasNews = true
    }
    for subject in active where known[subject.id]?.ended != nil || known[subject.id] == nil {
      known[subject.id] = nil
      hasNews = true
    }
    guard hasNews || now &- (lastPush ?? Int64.min / 2) >= Self.pause else { return [] }
    lastPush = now
    for subject in active {
      guard let told = incident(subject.id) else { continue }
      let started = known[subject.id]?.started ?? min(now, told.first?.seconds ?? now)
      known[subject.id] = Known(alert: alert(told), started: started)
    }
    known = known.filter { entry in entry.value.ended.map { now &- $0 < Self.echo } ?? true }
    return known.sorted { $0.key < $1.key }.map { _, known in
      var alert = known.alert
      alert.startsAt = AlertTime.rfc3339(known.started)
      alert.endsAt = AlertTime.rfc3339(known.ended.map { max($0, known.started + 1) } ?? now &+ Self.lifetime)
      return alert
    }
  }

  private func alert(_ incident: Incident) -> Alert {
    guard let told = ToldIncident.all([incident], language: language).first else {
      return Alert(labels: ["alertname": incident.rule.id], annotations: [:], startsAt: "", endsAt: "")
    }
    let entry = AlertNotice.Entry(told, isResolved: false, language: language)
    var labels = [
      "alertname": entry.rule, "incident": entry.id, "severity": entry.severity, "instance": host, "job": "maillogd",
    ]
    if let reason = entry.reason { labels["reason"] = reason }
    var annotations = ["summary": entry.title, "description": AlertWords(language: language).text([entry])]
    if let cause = entry.cause { annotations["cause"] = cause.text }
    if let link = entry.references.first { annotations["runbook_url"] = link }
    return Alert(labels: labels, annotations: annotations, startsAt: "", endsAt: "")
  }

  /// A notice about no incident, as an alert that ends by itself.
  static func alert(of notice: AlertNotice, at now: Int64) -> Alert {
    Alert(
      labels: [
        "alertname": "maillogd.\(notice.kind.rawValue)", "severity": notice.severity, "instance": notice.host,
        "job": "maillogd",
      ],
      annotations: ["summary": notice.title, "description": notice.text], startsAt: AlertTime.rfc3339(now),
      endsAt: AlertTime.rfc3339(now &+ lifetime))
  }
}
