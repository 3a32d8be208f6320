import ArgumentParser
import Foundation
import LogParsing
import Reporting

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tells what the daemon watches, how far behind it is, and what is wrong.",
    discussion: "Exit codes: 0 the daemon runs and is healthy, 1 it runs and something is wrong, 69 it does not run.")

  /// Accepted as everywhere; not everybody may read the configuration, and where the status stands does not depend on it.
  @OptionGroup(visibility: .hidden) var options: ConfigurationOption
  @Flag(name: .long, help: "Print the daemon's own JSON.") var json = false

  /// The daemon writes every ten seconds; without a word for a minute it does not run, or is stuck.
  private static let patience: Int64 = 60

  func run() throws {
    try Failure.reporting {
      let settings = Configuration()
      guard let data = FileManager.default.contents(atPath: settings.statusFile) else {
        throw Failure(
          code: 69, message: "\(settings.statusFile) is not there: the daemon does not run. systemctl start maillogd")
      }
      guard let status = try? JSONDecoder().decode(DaemonStatus.self, from: data) else {
        throw Failure.badData(
          "\(settings.statusFile): another version of maillogd wrote it; systemctl restart maillogd")
      }
      let output = try OutputFile(nil)
      let now = Int64(Date().timeIntervalSince1970)
      let age = now - status.updated
      guard age <= Self.patience else {
        throw Failure(
          code: 69,
          message:
            "the daemon (pid \(status.pid)) has said nothing for \(age) s; journalctl -u maillogd -n 50 tells why")
      }
      if json { try output.write(data + [0x0A]) } else { try output.write(Self.text(status, now)) }
      if !status.isHealthy { throw ExitStatus(code: 1) }
    }
  }

  static func text(_ status: DaemonStatus, _ now: Int64) -> String {
    var lines = ["maillogd runs (pid \(status.pid)) since \(time(status.started))"]
    for source in status.sources {
      let state = source.lastFault ?? (source.isCaughtUp ? "read to its end" : "being read")
      lines.append("  source   \(source.name): \(state)")
      if let notice = source.lastNotice { lines.append("           last: \(notice)") }
    }
    lines.append("  lines    \(status.lines), of mail programs \(status.mailLines), unparsed \(status.unparsed)")
    lines.append("  last     \(status.lastLine.map(time) ?? "no line yet"), \(status.lag(at: now)) s behind")
    if let silence = silence(status, now) { lines.append("  !        \(silence)") }
    let open = ["critical", "error", "warning", "info"].compactMap { severity in
      status.openIncidents[severity].map { "\($0) \(severity)" }
    }
    lines.append("  open     \(open.isEmpty ? "no incident" : open.joined(separator: ", "))")
    for channel in status.channels {
      var text = channel.waiting > 0 ? "\(channel.waiting) waiting" : "nothing waits"
      if let since = channel.brokenSince { text += "; BROKEN since \(time(since))" }
      if let fault = channel.lastFault { text += ": \(fault)" }
      lines.append("  channel  \(channel.name): \(text)")
    }
    if let fault = status.storeFault { lines.append("  !        \(fault)") }
    if let refused = status.refusedReload { lines.append("  !        the last reload was refused: \(refused)") }
    return lines.map(\.printable).joined(separator: "\n") + "\n"
  }

  /// Why nothing of mail has been seen for an hour.
  private static func silence(_ status: DaemonStatus, _ now: Int64) -> String? {
    let since = status.lastMailLine ?? status.started
    guard now - since >= 3_600 else { return nil }
    let seen = "no line of a mail program in the last hour"
    if status.sources.isEmpty { return "\(seen), because there is no log to read: name one under sources:" }
    if let fault = status.sources.compactMap(\.lastFault).first { return "\(seen), because \(fault)" }
    if status.sources.allSatisfy({ $0.lastBatch == nil }) {
      return
        "\(seen), because nothing is written to \(status.sources.map(\.name).joined(separator: ", ")); is this where Postfix logs? postconf maillog_file"
    }
    return "\(seen), though the log is read: Postfix does not run, or no mail came. systemctl status 'postfix@*'"
  }

  private static func time(_ seconds: Int64) -> String { AlertTime.rfc3339(seconds) }
}
