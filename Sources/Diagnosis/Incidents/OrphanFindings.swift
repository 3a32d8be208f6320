import LogParsing

/// Findings of lines without queue id, waiting for the message that their process handles.
struct OrphanFindings {
  private struct Key: Hashable {
    let daemon: Daemon
    let pid: UInt32
  }
  private struct Orphan {
    let place: Int
    let time: EventTime?
  }
  private var waiting: [Key: [Orphan]] = [:]
  private static let mostProcesses = 4_096
  private static let patience: Int64 = 10

  var isEmpty: Bool { waiting.isEmpty }

  /// The programs that warn before they name the message.
  static func names(_ daemon: Daemon) -> Bool { daemon == .smtpd || daemon == .cleanup }

  mutating func leave(_ place: Int, daemon: Daemon, pid: UInt32, at time: EventTime?) {
    guard Self.names(daemon) else { return }
    if waiting.count >= Self.mostProcesses { waiting.removeAll() }
    let key = Key(daemon: daemon, pid: pid)
    if waiting[key]?.contains(where: { $0.place == place }) != true {
      waiting[key, default: []].append(Orphan(place: place, time: time))
    }
  }

  mutating func take(daemon: Daemon, pid: UInt32, at time: EventTime?) -> [Int] {
    guard let orphans = waiting.removeValue(forKey: Key(daemon: daemon, pid: pid)) else { return [] }
    return orphans.filter { orphan in
      guard let left = orphan.time, let time else { return true }
      return time.seconds - left.seconds <= Self.patience
    }.map(\.place)
  }
}
