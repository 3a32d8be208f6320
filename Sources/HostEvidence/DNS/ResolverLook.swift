internal import Diagnosis

/// `dns: {resolver: host, …}`: the name servers of /etc/resolv.conf, each asked by itself.
struct ResolverLook {
  let witness: DNSWitness

  func observe(_ check: MachineCheck) async -> Observation {
    if check["is"] == "wrong-about-this-machine" { return await ownName() }
    var findings: [(server: String, finding: NameServerProbe.Finding)] = []
    for server in witness.hostServers {
      findings.append((server, await NameServerProbe.ask(server, seconds: Int32(clamping: witness.seconds))))
    }
    let words = findings.map { Self.words($0.server, $0.finding) }
    let answering = findings.filter { if case .answers = $0.finding { true } else { false } }
    let holds =
      switch check["is"] {
      case "working": !answering.isEmpty
      case "failing": answering.isEmpty
      default: !answering.isEmpty && !answering.contains { $0.finding == .answers(validates: true) }
      }
    return Observation(
      holds: holds, words.map(\.english).joined(separator: "; "), words.map(\.french).joined(separator: " ; "),
      facts: ["resolver": witness.hostServers.first ?? ""])
  }

  private static func words(_ server: String, _ finding: NameServerProbe.Finding) -> Wording {
    switch finding {
    case .answers(true): Wording("\(server) answers and checks DNSSEC", french: "\(server) répond et vérifie DNSSEC")
    case .answers(false):
      Wording("\(server) answers, but does not check DNSSEC", french: "\(server) répond, mais ne vérifie pas DNSSEC")
    case .refuses(let code): Wording("\(server) refuses (RCODE \(code))", french: "\(server) refuse (RCODE \(code))")
    case .silent: Wording("\(server) does not answer", french: "\(server) ne répond pas")
    case .unreachable(let reason):
      Wording("\(server) is not reachable: \(reason)", french: "\(server) est injoignable : \(reason)")
    case .notAnAddress:
      Wording(
        "'\(server)' in resolv.conf is no address", french: "« \(server) » dans resolv.conf n'est pas une adresse")
    }
  }

  private func ownName() async -> Observation {
    let addresses = witness.ownAddresses.interfaces.map(\.address).filter { !$0.isLoopback && !$0.isPrivate }
    guard !addresses.isEmpty else {
      return .unknown("this machine has no public address", "cette machine n'a pas d'adresse publique")
    }
    let hosts = HostsFile.ofThisHost(path: witness.machine.path("/etc/hosts"))
    for address in addresses.prefix(8) {
      guard let name = await OwnReverseName(of: address, here: witness.host, world: witness.world, hosts: hosts) else {
        continue
      }
      switch name.finding {
      case .same:
        guard await witness.isWorldSeenThroughHost else { continue }
        return .unknown(
          "only this machine's own resolver can be asked from here, so what the world sees is not known",
          "seul le résolveur de cette machine est joignable d'ici : ce que voit l'extérieur n'est pas connu")
      case .unknown(let failure): return .unknown(failure, of: address.text)
      case .differs(let here, let world, let hostsNames): return Self.said(address, here, world, hostsNames)
      }
    }
    return Observation(
      .fails,
      Wording(
        "the local resolver and the world give the same PTR records for this machine",
        french: "le résolveur local et l'extérieur donnent les mêmes PTR pour cette machine"))
  }

  private static func said(
    _ address: IPAddress, _ here: [DomainName], _ world: [DomainName], _ hostsNames: [String]
  ) -> Observation {
    func list(_ names: [DomainName], _ none: String) -> String {
      names.isEmpty ? none : names.map(\.description).joined(separator: ", ")
    }
    let source = hostsNames.isEmpty ? "" : " (/etc/hosts: \(hostsNames.joined(separator: " ")))"
    return Observation(
      holds: true,
      "here \(address) is \(list(here, "nameless"))\(source), for the rest of the world \(list(world, "nameless"))",
      "ici \(address) s'appelle \(list(here, "rien"))\(source), pour l'extérieur \(list(world, "rien"))",
      facts: ["address": address.text, "ptr": world.first?.description ?? ""])
  }
}
