import Diagnosis

extension MachineCheckup {
  static let fortnight = 14 * 86_400

  /// What smtpd shows to those who bring mail.
  func certificate(helo: String?) async -> [CheckFinding] {
    guard postfix.fault == nil else {
      return [CheckFinding(.certificate, "smtpd_tls_cert_file", .unknown, notSet("smtpd_tls_cert_file"))]
    }
    let level = postfix.value("smtpd_tls_security_level") ?? ""
    guard let served = ServedCertificate(postfix, on: machine) else { return [noTLS(level, hasCertificate: false)] }
    guard !["", "none"].contains(level) || isOldStyle else { return [noTLS(level, hasCertificate: true)] }
    func state(_ word: String) async -> Observation {
      await look("certificate", ["file": served.path, "is": word])
    }
    for word in ["unreadable", "expired", "not-yet-valid"] {
      let seen = await state(word)
      if seen.verdict == .unknown { return [CheckFinding(.certificate, served.path, .unknown, seen.found)] }
      if seen.verdict == .holds { return [broken(served.path, seen.found)] }
    }
    if served.parameter == "smtpd_tls_cert_file" {
      let seen = await look("certificate", ["file": served.path, "key": "smtpd_tls_key_file", "is": "mismatched"])
      if seen.verdict == .holds { return [broken(served.path, seen.found)] }
    }
    return [usable(served.path, helo)]
  }

  private var isOldStyle: Bool { postfix.value("smtpd_use_tls") == "yes" }

  private func usable(_ path: String, _ helo: String?) -> CheckFinding {
    let place = machine.path(path)
    let bytes: [UInt8]
    do throws(FileFault) { bytes = try BoundedFile.bytes(place) } catch {
      return CheckFinding(.certificate, path, .unknown, error.said(of: place))
    }
    guard let certificate = Certificate(pem: bytes) else {
      return CheckFinding(
        .certificate, path, .unknown,
        Wording("\(place) changed while it was read", french: "\(place) a changé pendant la lecture"))
    }
    let day = certificate.lastDay
    let signer = certificate.isSelfSigned ? (", self-signed", ", autosigné") : ("", "")
    let valid = Wording(
      "\(path) is valid until \(day)\(signer.0)", french: "\(path) valable jusqu'au \(day)\(signer.1)")
    if certificate.ends(within: Self.fortnight) {
      var finding = CheckFinding(.certificate, path, .warning, valid)
      finding.why = Wording(
        "It is about to end; from then on programs that check it refuse to send here.",
        french: "Il arrive à échéance ; ensuite, les programmes qui le vérifient n'enverront plus ici.")
      finding.fix = [renewal]
      return finding
    }
    guard let helo, !certificate.isFor(helo) else { return CheckFinding(.certificate, path, .good, valid) }
    var finding = CheckFinding(
      .certificate, path, .warning,
      Wording("\(valid.english), but not made for \(helo)", french: "\(valid.french), mais pas fait pour \(helo)"))
    finding.why = Wording(
      "Mail programs and senders that check the name (MTA-STS, DANE-TA) turn away.",
      french: "Les logiciels et expéditeurs qui vérifient le nom (MTA-STS, DANE-TA) renoncent.")
    finding.fix = [
      CheckStep(
        Wording("Get a certificate for this name.", french: "Obtenez un certificat pour ce nom."),
        commands: ["certbot certonly --standalone -d \(helo)", "postfix reload"])
    ]
    return finding
  }

  var renewal: CheckStep {
    CheckStep(
      Wording(
        "Renew it; Postfix reads it after a reload.", french: "Renouvelez-le ; Postfix le relit après un reload."),
      commands: ["certbot renew", "postfix reload"])
  }

  private func broken(_ path: String, _ seen: Wording) -> CheckFinding {
    var finding = CheckFinding(.certificate, path, .bad, seen)
    finding.why = Wording(
      "Users' programs refuse to send, and servers that check it or know no plain SMTP bring no mail.",
      french:
        "Les logiciels des utilisateurs refusent d'envoyer, et les serveurs qui le vérifient n'apportent plus de courrier."
    )
    finding.fix = [renewal]
    return finding
  }

  private func noTLS(_ level: String, hasCertificate: Bool) -> CheckFinding {
    let files = "smtpd_tls_chain_files = /etc/postfix/key.pem, /etc/postfix/cert.pem' '"
    var finding = CheckFinding(
      .certificate, hasCertificate ? "smtpd_tls_security_level" : "smtpd_tls_chain_files", .warning,
      hasCertificate
        ? Wording(
          "smtpd offers no TLS: smtpd_tls_security_level is '\(level)'",
          french: "smtpd ne propose pas TLS : smtpd_tls_security_level vaut « \(level) »")
        : Wording(
          "smtpd has no certificate, so it offers no TLS",
          french: "smtpd n'a pas de certificat, donc ne propose pas TLS"))
    finding.why = Wording(
      "Mail and passwords come in readable for anyone on the way, and some senders refuse that.",
      french: "Courrier et mots de passe arrivent lisibles par tous en chemin, et certains expéditeurs s'y refusent.")
    finding.fix = [
      CheckStep(
        Wording(
          "Name a certificate and offer TLS (your files here).",
          french: "Indiquez un certificat et proposez TLS (vos fichiers ici)."),
        commands: [
          "postconf -e '\(hasCertificate ? "" : files)smtpd_tls_security_level = may'", "postfix reload",
        ])
    ]
    return finding
  }

  /// Nothing where nobody publishes TLSA records: DANE is no one's duty.
  func dane(helo: String?, dns: DNSWitness) async -> [CheckFinding] {
    guard let helo, DomainName(helo) != nil else { return [] }
    let look = TLSALook(witness: dns, postfix: postfix)
    func check(_ state: String) async -> Observation {
      await look.observe(MachineCheck(name: "dns", parameters: ["tlsa": [helo], "is": [state]]))
    }
    guard await check("found").verdict == .holds else { return [] }
    let seen = await check("mismatch")
    guard seen.verdict == .holds else {
      return [CheckFinding(.dane, helo, seen.verdict == .fails ? .good : .unknown, seen.found)]
    }
    var finding = CheckFinding(.dane, helo, .bad, seen.found)
    finding.why = Wording(
      "Senders that use DANE (many in Germany, the Netherlands and Sweden) bring no mail at all.",
      french:
        "Les expéditeurs qui utilisent DANE (nombreux en Allemagne, aux Pays-Bas, en Suède) n'apportent plus rien.")
    finding.fix = [
      CheckStep(
        Wording(
          "Publish the digest of the key that smtpd uses now, as TLSA 3 1 1 of _25._tcp.\(helo).",
          french: "Publiez l'empreinte de la clé que smtpd utilise, en TLSA 3 1 1 de _25._tcp.\(helo)."),
        commands: [
          "openssl x509 -in \(seen.facts["certificate"] ?? "cert.pem") -noout -pubkey | openssl pkey -pubin -outform DER | openssl sha256 -r"
        ])
    ]
    return [finding]
  }
}
