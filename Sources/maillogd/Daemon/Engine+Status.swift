import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Logging
import Reporting

/// Telling how the daemon does.
extension Engine {
  private static let statusPause: Int64 = 10

  mutating func report(_ now: Int64) {
    let time = EventTime(microseconds: now * 1_000_000)
    let counts = pipeline.counts
    status.updated = now
    status.lines = counts.lines
    status.mailLines = counts.mailLines
    status.unparsed = counts.unparsed
    status.lastLine = pipeline.newest?.seconds
    let summary = pipeline.summary
    (status.sent, status.deferred, status.bounced) = (summary.sent, summary.deferred, summary.bounced)
    (status.rejected, status.expired) = (summary.rejected, summary.expired)
    (status.explained, status.unexplained) = (summary.explained, summary.unexplained)
    status.openIncidents = ledger.active(at: time).reduce(into: [:]) { $0[$1.severity.rawValue, default: 0] += 1 }
    let (outbox, pushes) = (outbox, pushes)
    status.failuresByReason = failureLines
    status.channels = configuration.channels.map { channel in
      let (health, push) = (outbox.health[channel.name], pushes[channel.name])
      var told = DaemonStatus.Channel(name: channel.name)
      told.waiting = outbox.entries.values.count { $0.channel == channel.name }
      told.lastSuccess = [push?.lastSuccess, health?.lastSuccess].compactMap(\.self).max()
      told.brokenSince = push?.brokenSince ?? health?.brokenSince
      told.lastFault = push?.lastFault ?? health?.lastFault
      return told
    }
    status.storeFault = storeFault
    board.post(status)
    guard now - statusWritten >= Self.statusPause || now < statusWritten else { return }
    statusWritten = now
    manager.status(statusLine(now))
    writeFile()
  }

  func statusLine(_ now: Int64) -> String {
    let open = status.openIncidents.values.reduce(0, +)
    var line = "\(status.mailLines) mail lines read, \(open) open incidents"
    let lag = status.lag(at: now)
    if lag > 60 { line += ", \(lag / 60) min behind" }
    if let fault = storeFault { line = "not stored: \(fault); " + line }
    if let fault = status.sources.compactMap(\.lastFault).first { line = fault + "; " + line }
    if let refused = status.refusedReload { line += "; reload refused: \(refused)" }
    return line
  }

  /// For `maillogd status`; readers see the old file or the new one, never half of it.
  private func writeFile() {
    let path = configuration.statusFile
    do {
      try FileManager.default.createDirectory(atPath: configuration.runtimeFolder, withIntermediateDirectories: true)
      try JSONEncoder().encode(status).write(to: URL(filePath: path), options: .atomic)
    } catch {
      // The folder is on a tmpfs; where it cannot be written, `status` says that there is no file, and all else goes on.
      logger.debug("\(path): \(error)")
    }
  }
}
