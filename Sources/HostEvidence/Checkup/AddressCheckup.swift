import Diagnosis

/// What receivers make of an address that mail comes from.
struct AddressCheckup: Sendable {
  let dns: DNSWitness
  let helo: String?

  // MARK: PTR

  func reverseName(of address: IPAddress) async -> CheckFinding {
    guard let name = await ReverseName(of: address, in: dns.world) else {
      return CheckFinding(.reverseName, address.text, .unknown, Observation.notAName(address.reverseName).found)
    }
    if let doubt = await hostsFileDoubt(name) { return doubt }
    let words = AddressLook.words(name)
    var finding: CheckFinding
    switch name.finding {
    case .unknown(let failure, let asked):
      let observation = Observation.unknown(failure, of: asked.description)
      guard failure.isAnswer else { return CheckFinding(.reverseName, address.text, .unknown, observation.found) }
      finding = CheckFinding(.reverseName, address.text, .bad, observation.found)
    case .confirmed(let host) where !name.isGeneric:
      finding = CheckFinding(.reverseName, address.text, .good, words)
      finding.records = [
        DNSRecord(name: address.reverseName + ".", type: "PTR", value: "\(host).", ttl: nil),
        Self.forward("\(host).", address),
      ]
      return finding
    case .confirmed:
      finding = CheckFinding(
        .reverseName, address.text, .warning,
        Wording(
          words.english + ", a name as providers give their customers' lines",
          french: words.french + ", un nom comme les fournisseurs en donnent aux lignes de leurs clients"))
    case .noName, .notConfirmed:
      finding = CheckFinding(.reverseName, address.text, .bad, words)
    }
    finding.why =
      finding.verdict == .warning
      ? Wording(
        "Microsoft, Orange and many filters take such names for home computers and refuse or sort out their mail.",
        french:
          "Microsoft, Orange et bien des filtres y voient l'ordinateur d'un particulier : courrier refusé ou en spam.")
      : address.bytes.count == 16
        ? Wording(
          "Gmail refuses every message from an IPv6 address without it (550 5.7.1, 5.7.25); others follow.",
          french:
            "Gmail refuse tout message venant d'une adresse IPv6 qui n'en a pas (550 5.7.1, 5.7.25) ; d'autres aussi.")
        : Wording(
          "Gmail (550 5.7.25), Yahoo and most others refuse or defer mail from an address whose name does not lead back.",
          french:
            "Gmail (550 5.7.25), Yahoo et la plupart refusent ou diffèrent le courrier d'une adresse sans nom confirmé."
        )
    finding.fix = repair(address)
    finding.records = finding.fix.flatMap(\.dns)
    return finding
  }

  /// A resolver of this machine answers for its own address out of /etc/hosts; receivers elsewhere do not see that name.
  private func hostsFileDoubt(_ name: ReverseName) async -> CheckFinding? {
    guard case .confirmed(let host) = name.finding, await dns.isWorldSeenThroughHost else { return nil }
    let hosts = HostsFile.ofThisHost(path: dns.machine.path("/etc/hosts"))
    let isListed = hosts.names.contains { entry in
      IPAddress(entry.address)?.unmapped == name.address && entry.names.contains { DomainName($0) == host }
    }
    guard isListed else { return nil }
    return CheckFinding(
      .reverseName, name.address.text, .unknown,
      Wording(
        "this machine's resolver says \(host), but so does /etc/hosts; ask the world: dig -x \(name.address) @ADDRESS, or maillogd check --dns ADDRESS",
        french:
          "le résolveur d'ici répond \(host), mais /etc/hosts aussi ; demandez à l'extérieur : dig -x \(name.address) @ADRESSE, ou maillogd check --dns ADRESSE"
      ))
  }

  private func repair(_ address: IPAddress) -> [CheckStep] {
    let host = mailHost
    let pointer = DNSRecord(name: address.reverseName + ".", type: "PTR", value: host, ttl: nil)
    let forward = Self.forward(host, address)
    var steps = [
      CheckStep(
        Wording(
          "Ask whoever gave you the address (hosting provider, often in the control panel under \"reverse DNS\") for this PTR record: one name, one of your own.",
          french:
            "Demandez ce PTR à qui vous fournit l'adresse (hébergeur, souvent sous « reverse DNS » dans l'interface) : un seul nom, qui soit à vous."
        ), dns: [pointer]),
      CheckStep(
        Wording(
          "Publish the matching \(forward.type) record, then look both directions up.",
          french: "Publiez l'enregistrement \(forward.type) correspondant, puis vérifiez dans les deux sens."),
        commands: [
          "dig +short -x \(address)", "dig +short \(forward.type) \(host)",
        ], dns: [forward]),
    ]
    guard address.bytes.count == 16 else { return steps }
    steps.append(
      CheckStep(
        Wording(
          "Until then only: send over IPv4. It costs you IPv6 for all mail, servers that have nothing else get none, and the fault stays; the last line takes it back.",
          french:
            "D'ici là seulement : envoyez en IPv4. Vous y perdez IPv6 pour tout le courrier, les serveurs qui n'ont que lui ne reçoivent rien, et la panne demeure ; la dernière ligne l'annule."
        ),
        commands: [
          "postconf -P 'smtp/unix/inet_protocols=ipv4'", "postfix reload",
          "postconf -PX smtp/unix/inet_protocols && postfix reload    # later",
        ]))
    return steps
  }

  /// What this server should be called, with the dot at its end.
  private var mailHost: String {
    helo.flatMap { DomainName($0) }.flatMap { $0.labels.count > 1 ? "\($0)." : nil } ?? "mail.example.org."
  }

  private static func forward(_ host: String, _ address: IPAddress) -> DNSRecord {
    DNSRecord(name: host, type: address.bytes.count == 4 ? "A" : "AAAA", value: address.text, ttl: nil)
  }

  // MARK: HELO

  func helo(of address: IPAddress) async -> CheckFinding {
    guard let helo else {
      return CheckFinding(
        .helo, address.text, .unknown,
        Wording(
          "the HELO name is not known from Postfix; name it with --helo",
          french: "Postfix ne donne pas le nom HELO ; indiquez-le avec --helo"))
    }
    let subject = "\(helo) [\(address)]"
    let name = await HELOName(helo, of: address, in: dns.world)
    let forward = Self.forward(mailHost, address)
    let publish = CheckStep(
      Wording("Publish the name with this address.", french: "Publiez ce nom avec cette adresse."), dns: [forward])
    var finding: CheckFinding
    switch name.finding {
    case .unknown(let failure):
      return CheckFinding(.helo, subject, .unknown, Observation.unknown(failure, of: helo).found)
    case .fits:
      finding = CheckFinding(
        .helo, subject, .good,
        Wording("\(helo) leads to \(address)", french: "\(helo) mène bien à \(address)"))
      return finding
    case .otherAddresses(let others):
      let list = others.prefix(8).map(\.text).joined(separator: ", ")
      finding = CheckFinding(
        .helo, subject, .warning,
        Wording("\(helo) is \(list), not \(address)", french: "\(helo) a \(list), pas \(address)"))
      finding.fix = [publish]
    case .missing:
      finding = CheckFinding(
        .helo, subject, .bad,
        Wording("the name \(helo) has no address in the DNS", french: "le nom \(helo) n'a pas d'adresse dans le DNS"))
      finding.fix = [publish]
    case .notAFullName:
      finding = CheckFinding(
        .helo, subject, .bad,
        Wording("'\(helo)' is no full host name", french: "« \(helo) » n'est pas un nom complet"))
      finding.fix = [
        CheckStep(
          Wording(
            "Give Postfix the server's full name (yours in place of this one), one that has this address in the DNS.",
            french: "Donnez à Postfix le nom complet du serveur (le vôtre ici), un nom qui a cette adresse dans le DNS."
          ),
          commands: ["postconf -e 'myhostname = mail.example.org'", "postfix reload"], dns: [forward])
      ]
    }
    finding.why =
      finding.verdict == .bad
      ? Wording(
        "Many servers refuse a HELO name that does not exist (Postfix: reject_unknown_helo_hostname), and filters count it.",
        french:
          "Bien des serveurs refusent un nom HELO inexistant (Postfix : reject_unknown_helo_hostname), et les filtres le comptent."
      )
      : Wording(
        "Filters count a HELO name that is another machine's, and SPF for bounces is judged by this name.",
        french:
          "Les filtres comptent un nom HELO d'une autre machine, et le SPF des avis de non-remise se juge à ce nom.")
    finding.records = finding.fix.flatMap(\.dns)
    return finding
  }

  // MARK: Block lists

  func blockList(_ address: IPAddress, _ zone: String) async -> CheckFinding {
    let subject = "\(zone) [\(address)]"
    func check(_ state: String) async -> Observation {
      await AddressLook(witness: dns).blockList(
        address, MachineCheck(name: "dns", parameters: ["zone": [zone], "is": [state]]))
    }
    let seen = await check("listed")
    switch seen.verdict {
    case .fails: return CheckFinding(.blockList, subject, .good, seen.found)
    case .unknown: return CheckFinding(.blockList, subject, .unknown, seen.found)
    case .holds:
      var finding = CheckFinding(.blockList, subject, .bad, seen.found)
      finding.why = Wording(
        "Every server that asks this list refuses the mail; those that ask \(zone) are many.",
        french: "Tout serveur qui consulte cette liste refuse le courrier ; \(zone) est très consultée.")
      finding.fix = [
        CheckStep(
          Wording(
            "Find what made the list take the address (a hacked account or web form sends spam) and stop it first.",
            french:
              "Trouvez ce qui a fait inscrire l'adresse (compte ou formulaire piraté qui envoie du spam) et arrêtez-le d'abord."
          ),
          commands: ["maillogd scan --since 48h", "postqueue -p | tail -n 1"]),
        CheckStep(
          Wording(
            "Then ask for removal: \(Self.removal(zone, address))",
            french: "Puis demandez le retrait : \(Self.removal(zone, address))")),
      ]
      return finding
    }
  }

  private static func removal(_ zone: String, _ address: IPAddress) -> String {
    switch zone {
    case "zen.spamhaus.org": "https://check.spamhaus.org/results/?query=\(address)"
    case "bl.spamcop.net": "https://www.spamcop.net/bl.shtml?\(address)"
    case "psbl.surriel.com": "https://psbl.org/listing?ip=\(address)"
    default: "https://\(zone)/"
    }
  }
}
