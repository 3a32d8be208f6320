import Diagnosis

/// Answers the `certificate` checks about files of this machine.
struct CertificateLook {
  let machine: Machine
  let settings: PostfixSettings

  func observe(_ check: MachineCheck) -> Observation {
    let path: String
    if let file = check["file"] {
      path = file
    } else {
      let parameter = check["parameter"] ?? ""
      guard let value = settings.value(parameter), !value.isEmpty, value != "none" else {
        if let fault = settings.fault { return Observation(.unknown, fault) }
        return .unknown("\(parameter) is not set", "\(parameter) n'est pas fixé")
      }
      path = ServedCertificate.file(in: value.listed, on: machine) ?? value
    }
    let place = machine.path(path)
    let bytes: [UInt8]
    do { bytes = try BoundedFile.bytes(place) } catch {
      guard error == .missing || error == .notAFile, check.values("is").contains("unreadable") else {
        return error.observation(of: place)
      }
      return Observation(.holds, error.said(of: place), facts: ["certificate": path])
    }
    guard let certificate = Certificate(pem: bytes) else {
      return Observation(
        holds: check.values("is").contains("unreadable"), "\(place) holds no certificate in PEM form",
        "\(place) ne contient pas de certificat au format PEM", facts: ["certificate": path])
    }
    if let wanted = check["chain"] { return chain(certificate, path, isCompleteWanted: wanted == "complete") }
    if let name = check["name"] { return coverage(certificate, path, name, isCoveredWanted: check["is"] == "covered") }
    if let key = check["key"] { return match(certificate, path, key, isMatchWanted: check["is"] == "matching") }
    return state(certificate, path, check.values("is"))
  }

  private func state(_ certificate: borrowing Certificate, _ path: String, _ wanted: [String]) -> Observation {
    let day = certificate.lastDay
    let facts = ["certificate": path, "certificate.until": day, "certificate.subject": certificate.subject]
    var states: [String] = []
    let words: (String, String)
    switch certificate.validity {
    case .expired:
      states.append("expired")
      words = ("\(path) expired on \(day)", "\(path) a expiré le \(day)")
    case .notYetValid:
      states.append("not-yet-valid")
      words = ("\(path) is not valid yet", "\(path) n'est pas encore valable")
    case .valid:
      states.append("valid")
      words = ("\(path) is valid until \(day)", "\(path) est valable jusqu'au \(day)")
    }
    if certificate.isSelfSigned { states.append("self-signed") }
    let signed = certificate.isSelfSigned ? (", self-signed", ", autosigné") : ("", "")
    return Observation(
      holds: wanted.contains { states.contains($0) }, words.0 + signed.0, words.1 + signed.1, facts: facts)
  }

  private func chain(_ certificate: borrowing Certificate, _ path: String, isCompleteWanted: Bool) -> Observation {
    let fault: String?
    switch certificate.chain() {
    case .complete: fault = nil
    case .broken(let words): fault = words
    case .noTrustStore:
      return .unknown(
        "this machine trusts no certificate at all, so a chain cannot be followed; install ca-certificates",
        "cette machine ne fait confiance à aucun certificat : la chaîne ne peut être suivie ; installez ca-certificates"
      )
    }
    return Observation(
      holds: (fault == nil) == isCompleteWanted,
      fault.map { "\(path) does not lead to a trusted certificate: \($0)" } ?? "\(path) leads to a trusted certificate",
      fault.map { "\(path) ne mène à aucun certificat de confiance : \($0)" }
        ?? "\(path) mène à un certificat de confiance",
      facts: ["certificate": path, "certificate.issuer": certificate.issuer])
  }

  private func coverage(
    _ certificate: borrowing Certificate, _ path: String, _ name: String, isCoveredWanted: Bool
  ) -> Observation {
    let isCovered = certificate.isFor(name)
    return Observation(
      holds: isCovered == isCoveredWanted,
      isCovered ? "\(path) is made for \(name)" : "\(path) is not made for \(name): \(certificate.subject)",
      isCovered ? "\(path) est fait pour \(name)" : "\(path) n'est pas fait pour \(name) : \(certificate.subject)",
      facts: ["certificate": path, "certificate.subject": certificate.subject])
  }

  private func match(_ certificate: borrowing Certificate, _ path: String, _ key: String, isMatchWanted: Bool)
    -> Observation
  {
    // A name without a slash is the Postfix parameter that names the file.
    let file = key.hasPrefix("/") ? key : settings.value(key).flatMap { $0.isEmpty ? nil : $0 } ?? path
    let place = machine.path(file)
    let bytes: [UInt8]
    do { bytes = try BoundedFile.bytes(place) } catch { return error.observation(of: place) }
    guard let isMatch = certificate.isMatched(byKey: bytes) else {
      return .unknown(
        "\(place) holds no key that can be read without a passphrase",
        "\(place) ne contient pas de clé lisible sans phrase secrète")
    }
    return Observation(
      holds: isMatch == isMatchWanted,
      isMatch ? "\(file) belongs to \(path)" : "\(file) does not belong to \(path)",
      isMatch ? "\(file) va avec \(path)" : "\(file) ne va pas avec \(path)", facts: ["certificate": path, "key": file])
  }
}
