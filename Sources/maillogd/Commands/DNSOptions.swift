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
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isServer =
      IPAddress(String(parts[0].prefix { $0 != "%" })) != nil && (parts.count < 2 || UInt16(parts[1]) != nil)
    guard name == "own" || name == "host" || isServer else {
      throw ValidationError("--dns \(name) is neither own, host nor an address such as 192.0.2.53 or 192.0.2.53@5353.")
    }
  }

  var source: DNSSource { DNSSource(name: name) }
}

extension DNSSource {
  /// As people write it: own, host, or an address.
  init(name: String) {
    switch name {
    case "own": self = .own
    case "host": self = .host
    default: self = .servers([name])
    }
  }
}
