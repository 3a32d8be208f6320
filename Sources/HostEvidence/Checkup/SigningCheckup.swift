import Diagnosis

/// What receivers make of the DKIM signatures of a domain.
struct SigningCheckup: Sendable {
  let dns: DNSWitness
  let host: HostWitness
  let setup: SigningSetup
  let domain: DomainName

  private static let mostKeys = 16

  private struct Place {
    let selector: String
    /// `d=` of the signature.
    let signer: DomainName
    let path: String?
  }

  /// One finding for each selector: OpenDKIM's own and the `others`.
  func keys(_ others: [String]) async -> [CheckFinding] {
    let own = setup.keys(for: domain)
    var places = own.prefix(Self.mostKeys).map { key in
      Place(selector: key.selector, signer: key.signer(for: domain) ?? domain, path: key.path(for: domain))
    }
    for selector in others where !places.contains(where: { $0.selector == selector && $0.signer == domain }) {
      places.append(Place(selector: selector, signer: domain, path: nil))
    }
    guard !places.isEmpty else { return [unsigned()] }
    var findings: [CheckFinding] = []
    for place in places { findings.append(await key(place)) }
    if let stranger = await strangers(places.map(\.signer)) { findings.append(stranger) }
    if let key = own.first, let gap = await missingLine(key) { findings.append(gap) }
    return findings
  }

  // MARK: No key

  private func unsigned() -> CheckFinding {
    let subject = domain.description
    if let fault = setup.fault, !setup.isAbsent { return CheckFinding(.dkim, subject, .unknown, fault) }
    guard setup.isConfigured else {
      return CheckFinding(
        .dkim, subject, .unknown,
        Wording(
          "there is no OpenDKIM here; if another program signs, name its selector with --selector",
          french: "pas d'OpenDKIM ici ; si un autre programme signe, donnez son sélecteur avec --selector"))
    }
    var finding = CheckFinding(
      .dkim, subject, .bad,
      Wording(
        "OpenDKIM has no key of \(domain): its mail leaves unsigned, or with another domain's signature",
        french:
          "OpenDKIM n'a pas de clé de \(domain) : son courrier part sans signature, ou avec celle d'un autre domaine"))
    finding.why = Self.cost
    let path = "/etc/dkimkeys/\(domain)-mail.private"
    let key = "mail._domainkey.\(domain)"
    let make = CheckStep(
      Wording("Make a key.", french: "Créez une clé."),
      commands: [
        "opendkim-genkey -b 2048 -h sha256 -D /etc/dkimkeys -d \(domain) -s mail",
        "mv /etc/dkimkeys/mail.private \(path)", "chown opendkim: \(path)",
      ])
    guard setup.keyTable != nil else {
      finding.fix = setup.keys.isEmpty ? [make, single(path)] : [addition]
      return finding
    }
    finding.fix = [
      make,
      CheckStep(
        Wording("Name it in KeyTable.", french: "Nommez-la dans KeyTable."),
        file: setup.keyTable.map { FileChange(path: $0, line: "\(key) \(domain):mail:\(path)") }),
      CheckStep(
        Wording("Say in SigningTable whose mail it is for.", french: "Dites dans SigningTable pour quel courrier."),
        commands: ["systemctl restart opendkim"],
        file: setup.signingTable.map { FileChange(path: $0, line: "*@\(domain) \(key)") }),
      CheckStep(
        Wording(
          "Publish what stands in /etc/dkimkeys/mail.txt; `maillogd check --zone \(domain)` prints it too.",
          french: "Publiez le contenu de /etc/dkimkeys/mail.txt ; « maillogd check --zone \(domain) » l'affiche aussi.")
      ),
    ]
    return finding
  }

  /// opendkim.conf knows no key yet.
  private func single(_ path: String) -> CheckStep {
    CheckStep(
      Wording(
        "Let OpenDKIM sign with it, and publish what stands in /etc/dkimkeys/mail.txt; `maillogd check --zone \(domain)` prints it too.",
        french:
          "Faites signer OpenDKIM avec elle, et publiez le contenu de /etc/dkimkeys/mail.txt ; « maillogd check --zone \(domain) » l'affiche aussi."
      ),
      commands: [
        "printf '%s\\n' 'Domain \(domain)' 'Selector mail' 'KeyFile \(path)' >> /etc/opendkim.conf",
        "systemctl restart opendkim",
      ])
  }

  /// KeyFile signs for whatever Domain lists.
  private var addition: CheckStep {
    CheckStep(
      Wording(
        "Add the domain to those that KeyFile signs for, then publish the key for it: `maillogd check --zone \(domain)` prints the record.",
        french:
          "Ajoutez le domaine à ceux pour lesquels KeyFile signe, puis publiez la clé : « maillogd check --zone \(domain) » affiche l'enregistrement."
      ),
      commands: ["systemctl restart opendkim"],
      file: FileChange(
        path: OpenDKIMConfiguration.path,
        line: "Domain \((setup.domains + [domain.description]).joined(separator: ","))"))
  }

  private static let cost = Wording(
    "Gmail and Yahoo want a signature that fits the sender's domain; without it mail goes to spam or comes back.",
    french:
      "Gmail et Yahoo exigent une signature du domaine de l'expéditeur ; sans elle, le courrier va en spam ou revient.")

  /// The signing table has no line for the domain, though there is a key.
  private func missingLine(_ key: SigningSetup.Key) async -> CheckFinding? {
    guard let table = setup.signingTable else { return nil }
    let check = MachineCheck(name: "opendkim", parameters: ["sender": ["postmaster@\(domain)"], "is": ["unsigned"]])
    let seen = await host.look(check)
    guard seen.verdict == .holds else { return nil }
    var finding = CheckFinding(.dkim, domain.description, .bad, seen.found)
    finding.why = Self.cost
    finding.fix = [
      CheckStep(
        Wording("Add the line, then restart OpenDKIM.", french: "Ajoutez la ligne, puis redémarrez OpenDKIM."),
        commands: ["systemctl restart opendkim"], file: FileChange(path: table, line: "*@\(domain) \(key.name)"))
    ]
    return finding
  }

  /// A fault when no signature counts for DMARC: every one is of a domain that does not speak for this one.
  private func strangers(_ signers: [DomainName]) async -> CheckFinding? {
    guard let stranger = signers.first, !signers.contains(domain) else { return nil }
    let walk = await DMARCTreeWalk(from: domain, in: dns.world)
    let isStrict = walk.deciding?.record.isStrictForDKIM ?? false
    let alignment = DMARCAlignment(from: domain, walk: walk)
    for signer in signers where await alignment.holds(for: signer, isStrict: isStrict, in: dns.world) { return nil }
    if let failure = walk.failure, !isStrict {
      return CheckFinding(
        .dmarc, domain.description, .unknown, Observation.unknown(failure, of: "_dmarc.\(domain)").found)
    }
    let rule = isStrict ? " (adkim=s)" : ""
    var finding = CheckFinding(
      .dmarc, domain.description, .bad,
      Wording(
        "mail of \(domain) is signed by \(stranger), which does not count for it\(rule)",
        french: "le courrier de \(domain) est signé par \(stranger), ce qui ne compte pas pour lui\(rule)"))
    finding.why = Wording(
      "DMARC then hangs on SPF alone, and fails for whatever is forwarded.",
      french: "DMARC ne tient plus qu'à SPF, et échoue pour tout ce qui est transféré.")
    finding.fix = [
      CheckStep(
        Wording(
          "Sign with a key of \(domain) itself: make one, publish it, and name it in KeyTable and SigningTable.",
          french: "Signez avec une clé de \(domain) : créez-la, publiez-la, et nommez-la dans KeyTable et SigningTable."
        ),
        commands: ["opendkim-genkey -b 2048 -h sha256 -D /etc/dkimkeys -d \(domain) -s mail"])
    ]
    return finding
  }

  // MARK: One key

  private func key(_ place: Place) async -> CheckFinding {
    var key: DKIMPublicKey?
    var fault: DKIMKeyFileProblem?
    if let path = place.path {
      do throws(DKIMKeyFileProblem) { key = try DKIMPublicKey(ofPrivateKeyAt: dns.machine.path(path)) } catch {
        fault = error
      }
    }
    let look = await DKIMKeyCheck.look(at: place.selector, of: place.signer, key: key, in: dns.world)
    var finding: CheckFinding
    switch look.finding {
    case .unknown(let failure):
      return CheckFinding(.dkim, look.name, .unknown, Observation.unknown(failure, of: look.name).found)
    case .good: finding = good(look, isCompared: key != nil, fault)
    case .missing, .severalRecords, .unusable, .tooShort, .otherAlgorithm, .mismatch:
      finding = CheckFinding(.dkim, look.name, .bad, look.wording)
      finding.why = Self.cost
      finding.fix = [advice(look, key)]
    }
    finding.records = key.map { [record(look.name, $0)] } ?? []
    return finding
  }

  private func good(_ look: DKIMKeyCheck, isCompared: Bool, _ fault: DKIMKeyFileProblem?) -> CheckFinding {
    let words = look.wording
    if let fault {
      return CheckFinding(
        .dkim, look.name, .unknown,
        Wording(
          "\(words.english), but whether it is that of the private key is not known: \(fault.wording.english)",
          french: "\(words.french), mais est-ce celle de la clé privée ? \(fault.wording.french)"))
    }
    var finding: CheckFinding
    if look.record?.isTesting == true {
      finding = CheckFinding(.dkim, look.name, .warning, words)
      finding.why = Wording(
        "Receivers treat signatures of a test key as if there were none.",
        french: "Les destinataires traitent la signature d'une clé de test comme absente.")
      finding.fix = [
        CheckStep(Wording("Take t=y out of the record.", french: "Retirez t=y de l'enregistrement."))
      ]
    } else if let key = look.record?.key, key.algorithm == .rsa, key.bits < 2_048 {
      finding = CheckFinding(.dkim, look.name, .warning, words)
      finding.why = Wording(
        "RSA keys of less than 2048 bits are on their way out: Gmail asks for 2048.",
        french: "Les clés RSA de moins de 2048 bits sont en fin de vie : Gmail en demande 2048.")
      finding.fix = [renewal]
    } else {
      let isAlone =
        isCompared ? ("", "") : ("; its private key is not here to compare", " ; sa clé privée n'est pas ici")
      finding = CheckFinding(
        .dkim, look.name, .good, Wording(words.english + isAlone.0, french: words.french + isAlone.1))
    }
    return finding
  }

  private func record(_ name: String, _ key: DKIMPublicKey) -> DNSRecord {
    DNSRecord(name: "\(name).", type: "TXT", value: key.record, ttl: nil)
  }

  private var renewal: CheckStep {
    CheckStep(
      Wording(
        "Make a new key under a new selector, publish it, and only then sign with it.",
        french: "Créez une clé sous un nouveau sélecteur, publiez-la, et seulement ensuite signez avec."),
      commands: ["opendkim-genkey -b 2048 -h sha256 -D /etc/dkimkeys -d \(domain) -s mail2"])
  }

  private func advice(_ look: DKIMKeyCheck, _ key: DKIMPublicKey?) -> CheckStep {
    if case .tooShort = look.finding { return renewal }
    guard let key else {
      return CheckStep(
        Wording(
          "Publish the public half of the key that signs with this selector, as exactly one TXT record.",
          french: "Publiez la moitié publique de la clé qui signe avec ce sélecteur, en un seul TXT."))
    }
    return CheckStep(
      Wording(
        "Publish exactly this TXT record: it is the public half of the key that OpenDKIM signs with.",
        french: "Publiez exactement ce TXT : c'est la moitié publique de la clé avec laquelle OpenDKIM signe."),
      dns: [record(look.name, key)])
  }
}
