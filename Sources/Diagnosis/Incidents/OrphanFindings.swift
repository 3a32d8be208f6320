import LogParsing

/// Findings of lines without queue id, waiting for the message that their process handles.
struct OrphanFindings {
  /// One process of one host.
  struct Process: Hashable {
    let host: UInt64
    let daemon: Daemon
    let pid: UInt32

    /// `nil` for programs that do not warn before they name the message.
    init?(_ line: Span<UInt8>, _ record: LogRecord) {
      guard record.daemon == .smtpd || record.daemon == .cleanup, let pid = record.pid else { return nil }
      host = line.hash(of: record.host)
      daemon = record.daemon
      self.pid = pid
    }
  }
  private struct Orphan {
    let place: Int
    let time: EventTime?
  }
  private var waiting: [Process: [Orphan]] = [:]
  private static let mostProcesses = 4_096
  private static let patience: Int64 = 10

  var isEmpty: Bool { waiting.isEmpty }

  mutating func leave(_ place: Int, of process: Process, at time: EventTime?) {
    if waiting.count >= Self.mostProcesses { waiting.removeAll() }
    if waiting[process]?.contains(where: { $0.place == place }) != true {
      waiting[process, default: []].append(Orphan(place: place, time: time))
    }
  }

  mutating func take(of process: Process, at time: EventTime?) -> [Int] {
    guard let orphans = waiting.removeValue(forKey: process) else { return [] }
    return orphans.filter { orphan in
      guard let left = orphan.time, let time else { return true }
      return time.seconds - left.seconds <= Self.patience
    }.map(\.place)
  }
}
