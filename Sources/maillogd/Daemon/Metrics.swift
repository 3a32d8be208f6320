import Foundation

/// The status in Prometheus' text format, named as its conventions ask.
enum Metrics {
  static func text(_ status: DaemonStatus, at now: Int64) -> String {
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      text += "# HELP maillogd_\(name) \(help)\n# TYPE maillogd_\(name) \(type)\n"
      for sample in samples { text += "maillogd_\(name)\(sample.labels) \(sample.value)\n" }
    }
    func one(_ name: String, _ type: String, _ help: String, _ value: some Numeric) {
      family(name, type, help, [("", "\(value)")])
    }
    one("lines_total", "counter", "Log lines read.", status.lines)
    one("mail_lines_total", "counter", "Log lines of mail programs.", status.mailLines)
    one("unparsed_lines_total", "counter", "Log lines from which no program could be read.", status.unparsed)
    let deliveries = [
      ("sent", status.sent), ("deferred", status.deferred), ("bounced", status.bounced), ("rejected", status.rejected),
      ("expired", status.expired),
    ]
    family(
      "deliveries_total", "counter", "Deliveries by what became of them.",
      deliveries.map { ("{status=\"\($0.0)\"}", "\($0.1)") })
    family(
      "failure_lines_total", "counter", "Lines of incidents by the reason of the refusal.",
      status.failuresByReason.sorted { $0.key < $1.key }.map { ("{reason=\"\(escaped($0.key))\"}", "\($0.value)") })
    one("explained_failures_total", "counter", "Failures that a rule explains.", status.explained)
    one("unexplained_failures_total", "counter", "Failures that no rule knows.", status.unexplained)
    let failures = status.explained + status.unexplained
    if failures > 0 {
      one("coverage_ratio", "gauge", "Explained failures among all.", Double(status.explained) / Double(failures))
    }
    family(
      "open_incidents", "gauge", "Incidents that go on, by severity.",
      ["critical", "error", "warning", "info"].map { ("{severity=\"\($0)\"}", "\(status.openIncidents[$0] ?? 0)") })
    one("lag_seconds", "gauge", "How far reading is behind the log.", status.lag(at: now))
    if let last = status.lastLine { one("last_line_timestamp_seconds", "gauge", "Time of the last line.", last) }
    family(
      "source_up", "gauge", "Whether a source can be read.",
      status.sources.map { ("{source=\"\(escaped($0.name))\"}", $0.lastFault == nil ? "1" : "0") })
    family(
      "alert_channel_up", "gauge", "Whether a channel takes alerts.",
      status.channels.map { ("{channel=\"\(escaped($0.name))\"}", $0.brokenSince == nil ? "1" : "0") })
    family(
      "alerts_waiting", "gauge", "Alerts in the outbox.",
      status.channels.map { ("{channel=\"\(escaped($0.name))\"}", "\($0.waiting)") })
    one("store_up", "gauge", "Whether incidents can be stored.", status.storeFault == nil ? 1 : 0)
    one("start_time_seconds", "gauge", "When the daemon was started.", status.started)
    return text
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
