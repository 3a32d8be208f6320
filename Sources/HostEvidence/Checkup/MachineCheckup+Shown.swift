import Diagnosis
import Dispatch

/// What clients are shown on the wire, which need not be what stands in the files: a service of master.cf may have its own
/// certificate, and a renewed file is read only after a while.
extension MachineCheckup {
  func shownCertificates(helo: String?) async -> [CheckFinding] {
    guard machine.isThisOne, let listeners = TCPListener.all(on: machine) else { return [] }
    let places = ShownCertificate.Place.all(listeners, own: OwnAddresses(machine: machine))
    return await shownCertificates(at: places, helo: helo)
  }

  func shownCertificates(
    at places: [ShownCertificate.Place], helo: String?, trust: TrustStore = .system, seconds: Int = 10
  ) async -> [CheckFinding] {
    let file = ServedCertificate(postfix, on: machine)?.path
    let name = helo.flatMap { DomainName($0) }?.description ?? "localhost"
    var findings: [CheckFinding] = []
    // One after the other: smtpd counts the connections of a client.
    for place in places {
      findings.append(
        await withCheckedContinuation { continuation in
          DispatchQueue.global().async {
            let shown = ShownCertificate.look(at: place, name: name, seconds: seconds)
            continuation.resume(returning: judge(shown, place, helo, file, trust))
          }
        })
    }
    return findings
  }

  private func judge(
    _ shown: ShownCertificate.Finding, _ place: ShownCertificate.Place, _ helo: String?, _ file: String?,
    _ trust: TrustStore
  ) -> CheckFinding {
    switch shown {
    case .unknown(let words): return CheckFinding(.certificate, place.text, .unknown, words)
    case .broken(let words):
      var finding = CheckFinding(.certificate, place.text, .bad, words)
      finding.why = Self.refusal
      finding.fix = [
        CheckStep(
          Wording(
            "See what smtpd says of it, and that certificate and key belong together.",
            french: "Voyez ce qu'en dit smtpd, et que le certificat et la clé vont ensemble."),
          commands: ["postconf -n | grep smtpd_tls", "postconf -P | grep smtpd_tls", "postfix reload"])
      ]
      return finding
    case .noTLS: return noOffer(place)
    case .certificates(let chain):
      guard let certificate = Certificate(der: chain) else {
        return CheckFinding(
          .certificate, place.text, .unknown,
          Wording(
            "\(place.text) shows no certificate that can be read",
            french: "\(place.text) ne montre aucun certificat lisible"))
      }
      return judge(certificate, place, helo, file, trust)
    }
  }

  private static let refusal = Wording(
    "Users' programs refuse to send, and servers that check it bring no mail.",
    french: "Les logiciels des utilisateurs refusent d'envoyer, et les serveurs qui le vérifient n'apportent rien.")

  private func noOffer(_ place: ShownCertificate.Place) -> CheckFinding {
    let isSubmission = place.port != 25
    var finding = CheckFinding(
      .certificate, place.text, isSubmission ? .bad : .warning,
      Wording("\(place.text) does not offer STARTTLS", french: "\(place.text) ne propose pas STARTTLS"))
    finding.why =
      isSubmission
      ? Wording(
        "Users' passwords would cross the net readable; most programs refuse to send here.",
        french: "Les mots de passe circuleraient en clair ; la plupart des logiciels refusent d'envoyer ici.")
      : Wording(
        "Mail comes in readable for anyone on the way, and some senders refuse that.",
        french: "Le courrier arrive lisible par tous en chemin, et certains expéditeurs s'y refusent.")
    let service = isSubmission ? "submission/inet/" : ""
    let level = isSubmission ? "encrypt" : "may"
    finding.fix = [
      CheckStep(
        Wording(
          "Offer TLS there (master.cf names the service submission or 587).",
          french: "Proposez TLS à cet endroit (master.cf nomme le service submission ou 587)."),
        commands: [
          "postconf \(isSubmission ? "-P" : "-e") '\(service)smtpd_tls_security_level=\(level)'", "postfix reload",
        ])
    ]
    return finding
  }

  private func judge(
    _ certificate: borrowing Certificate, _ place: ShownCertificate.Place, _ helo: String?, _ file: String?,
    _ trust: TrustStore
  ) -> CheckFinding {
    let day = certificate.lastDay
    let shows = Wording(
      "\(place.text) shows a certificate valid until \(day)",
      french: "\(place.text) montre un certificat valable jusqu'au \(day)")
    func finding(
      _ verdict: CheckFinding.Verdict, _ english: String, _ french: String, _ why: Wording? = nil,
      _ fix: CheckStep? = nil
    ) -> CheckFinding {
      var finding = CheckFinding(
        .certificate, place.text, verdict, Wording(shows.english + english, french: shows.french + french))
      finding.why = why
      finding.fix = fix.map { [$0] } ?? []
      return finding
    }
    switch certificate.validity {
    case .expired: return finding(.bad, ": it has expired", " : il a expiré", Self.refusal, renewal(certificate, file))
    case .notYetValid:
      return finding(
        .bad, ", but not yet", ", mais pas encore", Self.refusal,
        CheckStep(
          Wording("Look at this machine's clock first.", french: "Vérifiez d'abord l'horloge de cette machine."),
          commands: ["timedatectl"]))
    case .valid: break
    }
    if certificate.ends(within: Self.fortnight) {
      return finding(
        .warning, ": it ends soon", " : il expire bientôt",
        Wording(
          "From then on programs that check it refuse to send here.",
          french: "Ensuite, les programmes qui le vérifient n'enverront plus ici."), renewal(certificate, file))
    }
    if let helo, !certificate.isFor(helo) {
      return finding(
        .warning, ", but not for \(helo): \(certificate.subject)", ", mais pas pour \(helo) : \(certificate.subject)",
        Wording(
          "Programs and senders that check the name turn away, unless they use another name that it is for.",
          french: "Qui vérifie le nom renonce, à moins d'utiliser un autre nom qu'il couvre."),
        CheckStep(
          Wording("Get a certificate for this name.", french: "Obtenez un certificat pour ce nom."),
          commands: ["certbot certonly --standalone -d \(helo)", "postfix reload"]))
    }
    switch certificate.chain(to: trust) {
    case .complete: return finding(.good, ", its chain complete", ", chaîne complète")
    case .noTrustStore:
      return finding(
        .unknown, "; without ca-certificates on this machine its chain cannot be followed",
        " ; sans ca-certificates sur cette machine, sa chaîne ne peut être suivie")
    case .broken where certificate.isSelfSigned && place.port == 25:
      return finding(.good, ", self-signed", ", autosigné")
    case .broken(let reason):
      return finding(
        .warning, ", but it leads to no trusted one: \(reason)", ", mais ne mène à aucun de confiance : \(reason)",
        Wording(
          "Users' programs warn or refuse; senders that use MTA-STS bring no mail.",
          french: "Les logiciels des utilisateurs avertissent ou refusent ; qui suit MTA-STS n'apporte plus rien."),
        certificate.isSelfSigned
          ? CheckStep(
            Wording(
              "Get one from an authority that mail programs know.",
              french: "Prenez-en un d'une autorité que les logiciels connaissent."),
            commands: ["certbot certonly --standalone -d \(helo ?? "mail.example.org")"])
          : CheckStep(
            Wording(
              "Let Postfix show the intermediate certificates too: fullchain.pem, not cert.pem.",
              french: "Faites montrer à Postfix les certificats intermédiaires aussi : fullchain.pem, pas cert.pem."),
            commands: ["postconf smtpd_tls_chain_files smtpd_tls_cert_file", "postfix reload"]))
    }
  }

  /// Where the file is newer than what is shown, a reload is all it takes.
  private func renewal(_ shown: borrowing Certificate, _ file: String?) -> CheckStep {
    if let file, let bytes = try? BoundedFile.bytes(machine.path(file)), let stored = Certificate(pem: bytes),
      stored.validity == .valid, shown.endsBefore(stored)
    {
      return CheckStep(
        Wording(
          "\(file) is newer, valid until \(stored.lastDay): let Postfix read it.",
          french: "\(file) est plus récent, valable jusqu'au \(stored.lastDay) : faites-le relire à Postfix."),
        commands: ["postfix reload"])
    }
    return renewal
  }
}
