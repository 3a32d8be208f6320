import ArgumentParser
import Diagnosis
import HostEvidence

/// Who is asked about the DNS when causes are checked.
struct DNSOptions: ParsableArguments {
  @Option(
    name: .customLong("dns"),
    help: ArgumentHelp(
      "Who answers about the DNS: own (ask the world, with DNSSEC), host (as in /etc/resolv.conf), or ADDRESS[@PORT].",
      valueName: "own|host|ADDRESS"))
  var name = "own"

  func validate() throws {
    guard DNSSource(name: name) != nil else { throw ValidationError("--dns \(name) \(DNSSource.advice).") }
  }

  // `validate` comes first.
  var source: DNSSource { DNSSource(name: name) ?? .own }
}

extension DNSSource {
  static let advice = "is neither own, host nor an address such as 192.0.2.53 or 192.0.2.53@5353"

  /// As people write it: own, host, or an address with or without a port; `nil` for anything else.
  init?(name: String) {
    switch name {
    case "own": self = .own
    case "host": self = .host
    default:
      let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard IPAddress(String(parts[0].prefix { $0 != "%" })) != nil, parts.count < 2 || UInt16(parts[1]) != nil else {
        return nil
      }
      self = .servers([name])
    }
  }

  /// As `init(name:)` takes it.
  var name: String {
    switch self {
    case .own: "own"
    case .host: "host"
    case .servers(let servers): servers.joined(separator: ", ")
    }
  }
}
