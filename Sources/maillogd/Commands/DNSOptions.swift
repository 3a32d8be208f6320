import ArgumentParser
import HostEvidence

/// Who is asked about the DNS when causes are checked.
struct DNSOptions: ParsableArguments {
  @Option(
    name: .customLong("dns"),
    help: ArgumentHelp(
      "Who answers about the DNS: own (ask the world, with DNSSEC), host (as in /etc/resolv.conf), or ADDRESS[@PORT].",
      valueName: "own|host|ADDRESS"))
  var name = "own"

  var source: DNSSource {
    switch name {
    case "own": .own
    case "host": .host
    default: .servers([name])
    }
  }
}
