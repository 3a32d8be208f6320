internal import Diagnosis

/// `dns: {tlsa: …}`: whether DANE senders can trust this server's certificate.
struct TLSALook {
  let witness: DNSWitness
  let postfix: PostfixSettings

  func observe(_ check: MachineCheck) async -> Observation {
    let host = check["tlsa"] ?? ""
    guard let name = DomainName(host)?.prefixed("_\(check["port"] ?? "25")._tcp") else { return .notAName(host) }
    let answer = await witness.world.answer(name, .tlsa)
    if let failure = answer.failure { return .unknown(failure, of: name.description) }
    let records = answer.records.compactMap { if case .tlsa(let record) = $0 { record } else { nil } }
    guard !records.isEmpty else {
      return Observation(
        holds: check["is"] == "missing", "\(name) has no TLSA record", "\(name) n'a pas d'enregistrement TLSA")
    }
    let count = records.count
    guard check["is"] == "mismatch" else {
      return Observation(
        holds: check["is"] == "found", "\(name) has \(count) TLSA records", "\(name) a \(count) enregistrements TLSA")
    }
    return compare(records, name, check["certificate"] ?? ServedCertificate(postfix, on: witness.machine)?.path)
  }

  private func compare(_ records: [TLSARecord], _ name: DomainName, _ path: String?) -> Observation {
    guard let path else {
      return .unknown("Postfix names no certificate", "Postfix n'indique pas de certificat")
    }
    let place = witness.machine.path(path)
    let bytes: [UInt8]
    do throws(FileFault) { bytes = try BoundedFile.bytes(place) } catch { return error.observation(of: place) }
    guard let match = TLSAMatch(pem: bytes) else {
      return .unknown("\(place) holds no certificate in PEM form", "\(place) ne contient pas de certificat PEM")
    }
    let verdicts = records.map { match.fits($0) }
    if verdicts.contains(true) {
      return Observation(
        holds: false, "a TLSA record at \(name) fits \(path)", "un TLSA de \(name) correspond à \(path)")
    }
    guard !verdicts.contains(nil) else {
      return .unknown(
        "\(name) names an authority (usage 0 or 2); whether \(path) comes from it is not checked",
        "\(name) désigne une autorité (usage 0 ou 2) ; que \(path) en vienne n'est pas vérifié")
    }
    return Observation(
      holds: true, "no TLSA record at \(name) fits \(path)", "aucun TLSA de \(name) ne correspond à \(path)",
      facts: ["tlsa": name.description, "certificate": path])
  }
}
