import Diagnosis

/// What receivers make of a sender's domain.
struct DomainCheckup: Sendable {
  let dns: DNSWitness
  let domain: DomainName

  private var name: String { domain.description }

  // MARK: SPF

  /// One finding for each address that mail of the domain leaves from.
  func spf(_ addresses: [IPAddress], helo: String?) async -> [CheckFinding] {
    guard !addresses.isEmpty else {
      let reason = Wording(
        "without an address that mail leaves from, the record cannot be tried",
        french: "sans adresse d'envoi, l'enregistrement ne peut être essayé")
      return [CheckFinding(.spf, name, .unknown, reason)]
    }
    var verdicts: [(address: IPAddress, verdict: SPFVerdict)] = []
    for address in addresses {
      let identity = SPFIdentity(address: address, sender: "postmaster@\(name)", helo: helo ?? name)
      verdicts.append((address, await SPFEvaluator(dns.world).check(identity)))
    }
    let missing = verdicts.filter { $0.verdict.result != .pass && $0.verdict.result != .temperror }.map(\.address)
    let answer = await dns.world.answer(domain, .txt)
    let published = answer.texts.filter(SPFRecord.isRecord)
    let proposal = SPFProposal(published: published, adding: missing)
    return verdicts.map { spf($0.address, $0.verdict, proposal) }
  }

  private func spf(_ address: IPAddress, _ verdict: SPFVerdict, _ proposal: SPFProposal) -> CheckFinding {
    let subject = "\(name) [\(address)]"
    let words = verdict.wording(for: address)
    let isOpen = verdict.result == .pass && proposal.isOpen
    var finding: CheckFinding
    switch verdict.result {
    case .temperror: return CheckFinding(.spf, subject, .unknown, words)
    case .pass where !isOpen:
      finding = CheckFinding(.spf, subject, .good, words)
      // Where another address needs a change, its finding has the record.
      if !proposal.isChange { finding.records = proposal.record(at: domain).map { [$0] } ?? [] }
      return finding
    case .pass, .neutral: finding = CheckFinding(.spf, subject, .warning, words)
    case .none, .fail, .softfail, .permerror: finding = CheckFinding(.spf, subject, .bad, words)
    }
    finding.why =
      isOpen
      ? Wording(
        "It lets every address of the world send for \(name); filters take that for a spammer's record.",
        french: "Il autorise le monde entier à envoyer pour \(name) ; les filtres y voient la marque d'un spammeur.")
      : Wording(
        "Gmail and Yahoo refuse or sort out mail that passes neither SPF nor DKIM, and want both from those who send much.",
        french:
          "Gmail et Yahoo refusent ou classent en spam ce qui ne passe ni SPF ni DKIM, et exigent les deux des gros expéditeurs."
      )
    let record = proposal.record(at: domain)
    finding.fix = [
      CheckStep(spfAdvice(verdict, isOpen: isOpen, hasProposal: record != nil), dns: record.map { [$0] } ?? [])
    ]
    finding.records = record.map { [$0] } ?? []
    return finding
  }

  private func spfAdvice(_ verdict: SPFVerdict, isOpen: Bool, hasProposal: Bool) -> Wording {
    if isOpen {
      return Wording("End the record with ~all or -all.", french: "Terminez l'enregistrement par ~all ou -all.")
    }
    if case .severalRecords? = verdict.problem {
      return Wording(
        "Merge them: exactly one TXT record may begin with v=spf1.",
        french: "Fusionnez-les : un seul TXT peut commencer par v=spf1.")
    }
    guard hasProposal else {
      return Wording(
        "Correct what the receiver stumbles over, so that one record lists all servers that send for \(name).",
        french:
          "Corrigez ce qui arrête le destinataire, pour qu'un seul enregistrement liste tous les serveurs de \(name).")
    }
    return verdict.result == .none
      ? Wording(
        "Publish this record, with every other server that sends for \(name) added.",
        french: "Publiez cet enregistrement, en y ajoutant tout autre serveur qui envoie pour \(name).")
      : Wording(
        "Change the record so that it lists this address too.",
        french: "Modifiez l'enregistrement pour qu'il liste aussi cette adresse.")
  }

  // MARK: DMARC

  func dmarc() async -> CheckFinding {
    let walk = await DMARCTreeWalk(from: domain, in: dns.world)
    let record = DNSRecord(
      name: "_dmarc.\(name).", type: "TXT", value: "v=DMARC1; p=none; rua=mailto:postmaster@\(name)", ttl: nil)
    if let failure = walk.failure, walk.deciding?.domain != domain {
      return CheckFinding(.dmarc, name, .unknown, Observation.unknown(failure, of: "_dmarc.\(name)").found)
    }
    // A domain's own record that cannot be read is a fault, even where one above it takes its place.
    if let problem = walk.problems[domain] {
      return dmarcFault(
        Wording(
          "the DMARC record of \(name) cannot be used: \(problem.wording.english)",
          french: "l'enregistrement DMARC de \(name) est inutilisable : \(problem.wording.french)"), record)
    }
    if walk.doubled.contains(domain) {
      return dmarcFault(
        Wording(
          "_dmarc.\(name) has several DMARC records, so none counts",
          french: "_dmarc.\(name) a plusieurs enregistrements DMARC, donc aucun ne compte"), record)
    }
    guard let deciding = walk.deciding, let policy = walk.policy(exists: true) else {
      return dmarcFault(
        Wording("no DMARC record covers \(name)", french: "aucun enregistrement DMARC ne couvre \(name)"), record)
    }
    var finding = CheckFinding(
      .dmarc, name, .good,
      Wording(
        "_dmarc.\(deciding.domain) asks for p=\(policy.rawValue)\(policy == .none ? " (reports only)" : "")",
        french:
          "_dmarc.\(deciding.domain) demande p=\(policy.rawValue)\(policy == .none ? " (rapports seulement)" : "")"))
    if let place = deciding.domain.prefixed("_dmarc"),
      let text = await dns.world.answer(place, .txt).texts.first(where: DMARCRecord.isRecord)
    {
      finding.records = [
        DNSRecord(name: "\(place).", type: "TXT", value: String(decoding: text, as: UTF8.self), ttl: nil)
      ]
    }
    return finding
  }

  private func dmarcFault(_ seen: Wording, _ record: DNSRecord) -> CheckFinding {
    var finding = CheckFinding(.dmarc, name, .bad, seen)
    finding.why = Wording(
      "Gmail, Yahoo and Microsoft want a DMARC record from whoever sends 5000 messages a day, and trust smaller senders less without.",
      french:
        "Gmail, Yahoo et Microsoft exigent DMARC à partir de 5000 messages par jour, et se méfient des plus petits qui n'en ont pas."
    )
    finding.fix = [
      CheckStep(
        Wording(
          "Publish this record; it asks for reports only. Once they show that all your mail passes, raise p to quarantine, then reject.",
          french:
            "Publiez cet enregistrement ; il ne demande que des rapports. Quand ils montrent que tout votre courrier passe, montez p à quarantine, puis reject."
        ), dns: [record])
    ]
    finding.records = [record]
    return finding
  }

  // MARK: MX and MTA-STS

  func mailExchange(helo: String?) async -> CheckFinding {
    let exchange = await MailExchange(of: domain, in: dns.world)
    let words = MailExchangeLook.words(exchange)
    var finding: CheckFinding
    switch exchange.finding {
    case .unknown(let failure):
      return CheckFinding(.mailExchange, name, .unknown, Observation.unknown(failure, of: "\(name) MX").found)
    case .null: return CheckFinding(.mailExchange, name, .good, words)
    case .hosts(let hosts):
      if let host = hosts.first(where: { $0.failure?.isAnswer == false }), let failure = host.failure {
        return CheckFinding(
          .mailExchange, name, .unknown, Observation.unknown(failure, of: host.name.description).found)
      }
      if hosts.allSatisfy({ !$0.addresses.isEmpty }) { return CheckFinding(.mailExchange, name, .good, words) }
      finding = CheckFinding(.mailExchange, name, hosts.allSatisfy(\.addresses.isEmpty) ? .bad : .warning, words)
    case .addressOfDomain: finding = CheckFinding(.mailExchange, name, .warning, words)
    case .missing: finding = CheckFinding(.mailExchange, name, .bad, words)
    }
    finding.why = Wording(
      "Replies and bounces cannot come back, and many servers refuse senders whose domain takes no answer.",
      french:
        "Réponses et avis ne peuvent revenir, et bien des serveurs refusent un expéditeur à qui on ne peut répondre.")
    let host = helo.flatMap { DomainName($0) }.map { "\($0)." } ?? "mail.\(name)."
    let record = DNSRecord(name: "\(name).", type: "MX", value: "10 \(host)", ttl: nil)
    finding.fix = [
      CheckStep(
        Wording(
          "Publish an MX record whose host has an address; \"0 .\" if the domain takes no mail at all.",
          french: "Publiez un MX dont l'hôte a une adresse ; « 0 . » si le domaine ne reçoit aucun courrier."),
        dns: [record])
    ]
    finding.records = [record]
    return finding
  }

  /// Nothing where the domain does not use it: it is no one's duty.
  func mtaSTS() async -> [CheckFinding] {
    switch await MTASTSRecord.look(at: domain, in: dns.world) {
    case .missing, .unknown: return []
    case .announced(let id):
      return [
        CheckFinding(
          .mtaSTS, name, .good,
          Wording("an MTA-STS policy is announced (id=\(id))", french: "une politique MTA-STS est annoncée (id=\(id))"))
      ]
    case .unusable:
      var finding = CheckFinding(
        .mtaSTS, name, .warning,
        Wording(
          "the MTA-STS record of _mta-sts.\(name) cannot be used",
          french: "l'enregistrement MTA-STS de _mta-sts.\(name) est inutilisable"))
      finding.why = Wording(
        "Senders pass over the policy, so nobody is held to encrypt mail for \(name).",
        french: "Les expéditeurs ignorent la politique : rien n'oblige à chiffrer le courrier pour \(name).")
      let record = DNSRecord(name: "_mta-sts.\(name).", type: "TXT", value: "v=STSv1; id=1", ttl: nil)
      finding.fix = [
        CheckStep(
          Wording(
            "Publish exactly one record, with a new id of letters and digits.",
            french: "Publiez un seul enregistrement, avec un id neuf fait de lettres et de chiffres."), dns: [record])
      ]
      return [finding]
    }
  }
}
