import Diagnosis

/// What decides on this machine whether mail leaves as it should: TLS, milters, keys.
struct MachineCheckup: Sendable {
  let host: HostWitness
  let postfix: PostfixSettings
  let machine: Machine

  func look(_ name: String, _ parameters: [String: String]) async -> Observation {
    await host.look(MachineCheck(name: name, parameters: parameters.mapValues { [$0] }))
  }

  func notSet(_ parameter: String) -> Wording {
    postfix.fault
      ?? Wording("\(parameter) is not known here", french: "\(parameter) n'est pas connu ici")
  }

  // MARK: TLS towards others

  func sendingTLS() -> CheckFinding {
    let parameter = "smtp_tls_security_level"
    // Without main.cf the defaults would speak for a Postfix that is not there.
    guard postfix.fault == nil, let level = postfix.value(parameter, service: "smtp/unix") else {
      return CheckFinding(.sendingTLS, parameter, .unknown, notSet(parameter))
    }
    let said = level.isEmpty ? "\(parameter) is empty" : "\(parameter) = \(level)"
    let dit = level.isEmpty ? "\(parameter) est vide" : "\(parameter) = \(level)"
    if !["", "none"].contains(level) || level.isEmpty && postfix.value("smtp_use_tls") == "yes" {
      return CheckFinding(
        .sendingTLS, parameter, .good, Wording("Postfix has \(said)", french: "Postfix a \(dit)"))
    }
    var finding = CheckFinding(
      .sendingTLS, parameter, .bad,
      Wording("Postfix sends without TLS: \(said)", french: "Postfix envoie sans TLS : \(dit)"))
    finding.why = Wording(
      "Gmail wants TLS from everybody who sends to it and shows a broken lock; some servers refuse plain connections.",
      french: "Gmail exige TLS et affiche un cadenas brisé ; certains serveurs refusent les connexions en clair.")
    finding.fix = [
      CheckStep(
        Wording("Use TLS with every server that offers it.", french: "Utilisez TLS avec tout serveur qui le propose."),
        commands: ["postconf -e 'smtp_tls_security_level = may'", "postfix reload"])
    ]
    return finding
  }

  // MARK: Milters

  /// Every milter that Postfix connects to, once.
  private var milters: [String] {
    let overrides = postfix.services.flatMap { service in
      ["smtpd_milters", "non_smtpd_milters"].compactMap { name in
        service.overrides[name] == nil ? nil : postfix.value(name, service: service.name)
      }
    }
    let values = ["smtpd_milters", "non_smtpd_milters"].compactMap { postfix.value($0) } + overrides
    var found: [String] = []
    for item in values.flatMap(\.listed) {
      // `{ inet:host:port, connect_timeout=10s }`
      let bare = item.hasPrefix("{") && item.hasSuffix("}") ? String(item.dropFirst().dropLast()).listed.first : item
      if let bare, ServiceAddress(bare) != nil, !found.contains(bare) { found.append(bare) }
    }
    return Array(found.prefix(16))
  }

  func milters(signing setup: SigningSetup) async -> [CheckFinding] {
    guard postfix.fault == nil else { return [] }
    var findings: [CheckFinding] = []
    var reached = false
    var working: [String] = []
    var ownSocket: Observation?
    for milter in milters {
      var isOwn = false
      if setup.isConfigured {
        let seen = await look("opendkim", ["milter": milter, "is": "its-socket"])
        isOwn = seen.verdict == .holds
        reached = reached || seen.verdict != .fails
        ownSocket = ownSocket ?? seen
      }
      let finding = await listening(milter, isOpenDKIM: isOwn)
      if finding.verdict != .bad { working.append(milter) }
      findings.append(finding)
    }
    guard setup.isConfigured, !setup.keys.isEmpty, !reached else { return findings }
    let target = ownSocket?.facts["opendkim.milter"]
    var finding = CheckFinding(
      .milter, "OpenDKIM", .bad,
      ownSocket?.found
        ?? Wording(
          "OpenDKIM is set up, but Postfix connects to no milter",
          french: "OpenDKIM est configuré, mais Postfix ne se connecte à aucun milter"))
    finding.why = Wording(
      "Mail leaves unsigned, so DKIM and with it DMARC fail at every receiver.",
      french: "Le courrier part sans signature : DKIM, et donc DMARC, échouent chez tout destinataire.")
    let list = (working + [target ?? "inet:127.0.0.1:8891"]).joined(separator: ", ")
    finding.fix = [
      CheckStep(
        target == nil
          ? Wording(
            "Let Postfix connect to OpenDKIM, at the address of Socket in opendkim.conf (yours in place of this one).",
            french:
              "Faites que Postfix se connecte à OpenDKIM, à l'adresse de Socket dans opendkim.conf (la vôtre ici).")
          : Wording(
            "Let Postfix connect where OpenDKIM listens.",
            french: "Faites que Postfix se connecte là où écoute OpenDKIM."),
        commands: [
          "postconf -e 'smtpd_milters = \(list)' 'non_smtpd_milters = $smtpd_milters'", "postfix reload",
        ])
    ]
    return findings + [finding]
  }

  private func listening(_ milter: String, isOpenDKIM: Bool) async -> CheckFinding {
    let seen = await look("listening", ["endpoint": milter, "is": "somebody"])
    switch seen.verdict {
    case .holds: return CheckFinding(.milter, milter, .good, seen.found)
    case .unknown: return CheckFinding(.milter, milter, .unknown, seen.found)
    case .fails:
      var finding = CheckFinding(.milter, milter, .bad, seen.found)
      finding.why = Wording(
        "Postfix refuses all mail for now, or lets it pass unfiltered and unsigned (milter_default_action).",
        french:
          "Postfix refuse tout courrier pour l'instant, ou le laisse passer sans filtre ni signature (milter_default_action)."
      )
      finding.fix = [
        isOpenDKIM
          ? CheckStep(
            Wording(
              "Start OpenDKIM and see why it stopped.", french: "Démarrez OpenDKIM et voyez pourquoi il s'est arrêté."),
            commands: ["systemctl restart opendkim", "journalctl -u opendkim -n 30"])
          : CheckStep(
            Wording(
              "Start the filter that belongs there; if it listens elsewhere, let Postfix connect to that address.",
              french: "Démarrez le filtre prévu là ; s'il écoute ailleurs, faites-y connecter Postfix."),
            commands: ["systemctl list-units --failed", "ss -ltnp", "postconf smtpd_milters non_smtpd_milters"])
      ]
      return finding
    }
  }

  // MARK: Private keys

  func keys(_ setup: SigningSetup, of domains: [DomainName]) async -> [CheckFinding] {
    if setup.keys.isEmpty, let fault = setup.fault, !setup.isAbsent {
      return [CheckFinding(.keySafety, "OpenDKIM", .unknown, fault)]
    }
    var paths: [String] = []
    for domain in domains {
      for path in setup.keys(for: domain).map({ $0.path(for: domain) }) where !paths.contains(path) {
        paths.append(path)
      }
    }
    var findings: [CheckFinding] = []
    for path in paths.prefix(50) { findings.append(await key(path)) }
    return findings
  }

  private func key(_ path: String) async -> CheckFinding {
    let seen = await look("opendkim", ["key": path, "is": "good"])
    switch seen.verdict {
    case .holds: return CheckFinding(.keySafety, path, .good, seen.found)
    case .unknown: return CheckFinding(.keySafety, path, .unknown, seen.found)
    case .fails:
      var finding = CheckFinding(.keySafety, path, .bad, seen.found)
      finding.why = Wording(
        "OpenDKIM will not use such a key (RequireSafeKeys): it does not start, or mail is deferred or leaves unsigned.",
        french:
          "OpenDKIM refuse une telle clé (RequireSafeKeys) : il ne démarre pas, ou le courrier attend ou part sans signature."
      )
      if let repair = seen.facts["unsafe.repair"] {
        finding.fix = [
          CheckStep(
            Wording(
              "Close it to others, then restart OpenDKIM.", french: "Fermez-la aux autres, puis redémarrez OpenDKIM."),
            commands: [repair, "systemctl restart opendkim"])
        ]
      } else {
        finding.fix = [
          CheckStep(
            Wording(
              "Let KeyTable name a private key in PEM form that OpenDKIM's user may read.",
              french: "Indiquez dans KeyTable une clé privée PEM que l'utilisateur d'OpenDKIM peut lire."),
            commands: ["ls -l \(path)", "grep -E 'KeyTable|KeyFile|UserID' /etc/opendkim.conf"])
        ]
      }
      return finding
    }
  }
}
