import Diagnosis
import Foundation
import HostEvidence
import Reporting

/// What `/etc/maillogd/maillogd.yaml` and the files beside it say; docs/configuration.md has every key.
struct Configuration: Sendable {
  var language = Language.english
  /// This server's name in alerts.
  var host = ProcessInfo.processInfo.hostName
  /// The folder of the database.
  var stateFolder = Configuration.environmentFolder("STATE_DIRECTORY") ?? "/var/lib/maillogd"
  /// The folder of what lives as long as the daemon.
  var runtimeFolder = Configuration.environmentFolder("RUNTIME_DIRECTORY") ?? "/run/maillogd"
  /// How far a first start looks back, in seconds.
  var lookBack: Int64 = 86_400
  /// How long resolved incidents are kept, in seconds, and how many.
  var retention: Int64 = 90 * 86_400
  var mostIncidents = 10_000
  /// Whether the machine and the DNS are looked at for the causes of incidents, and who answers about the DNS.
  var verifies = true
  var dns = DNSSource.own
  var sources = Sources()
  var ruleFolders: [String] = []
  var channels: [AlertChannel] = []
  var routes: [AlertRoute] = []
  var metrics: Metrics?

  struct Sources: Sendable, Equatable {
    /// `nil`: the journal is read if this machine has one and no files are named.
    var journal: Bool?
    var journalDirectory: String?
    var namespaces: [String] = []
    var units: [String] = []
    var files: [String] = []
  }

  enum Metrics: Sendable, Equatable {
    case address(host: String, port: UInt16)
    case socket(path: String)
  }

  static let path = "/etc/maillogd/maillogd.yaml"

  var database: String { stateFolder + "/incidents.sqlite" }
  var statusFile: String { runtimeFolder + "/status.json" }

  /// systemd names the first of several folders first.
  private static func environmentFolder(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.split(separator: ":").first.map(String.init) }
  }

  /// Without routes everything goes to every channel that is not only another's fallback; without channels, to the journal.
  mutating func complete() {
    if channels.isEmpty { channels = [AlertChannel(name: "journal", kind: .journal, language: language)] }
    if routes.isEmpty {
      let fallbacks = Set(channels.compactMap(\.fallback))
      let first = channels.map(\.name).filter { !fallbacks.contains($0) }
      routes = [AlertRoute(name: "all", channels: first.isEmpty ? channels.map(\.name) : first)]
    }
  }

  /// The senders of own mails.
  var ownSenders: Set<String> {
    Set(
      channels.compactMap { channel in
        switch channel.kind {
        case .smtp(let settings): settings.from
        case .sendmail(_, let from, _): from
        default: nil
        }
      })
  }
}
