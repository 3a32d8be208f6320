internal import Diagnosis

/// `dns: {record: …}`: what the resolver of this machine finds.
struct RecordLook {
  let witness: DNSWitness

  func record(_ text: String, _ check: MachineCheck) async -> Observation {
    guard let name = DomainName(text) else { return .notAName(text) }
    let typeName = check["type"] ?? ""
    let wanted = check["is"] ?? ""
    if typeName == "address" { return await address(name, wanted) }
    guard let type = RecordType(name: typeName) else {
      return .unknown("'\(typeName)' is no record type that can be asked for", "« \(typeName) » n'est pas un type géré")
    }
    return said([await witness.host.answer(name, type)], name, type.name, wanted)
  }

  /// As the C library looks a host up: /etc/hosts first.
  private func address(_ name: DomainName, _ wanted: String) async -> Observation {
    let hosts = HostsFile.ofThisHost(path: witness.machine.path("/etc/hosts"))
    if let entry = hosts.names.first(where: { $0.names.contains { DomainName($0) == name } }) {
      return Observation(
        holds: wanted == "found", "/etc/hosts has \(name) as \(entry.address)",
        "/etc/hosts donne \(entry.address) à \(name)",
        facts: ["address": entry.address])
    }
    return said([await witness.host.answer(name, .a), await witness.host.answer(name, .aaaa)], name, "A/AAAA", wanted)
  }

  private func said(_ answers: [DNSAnswer], _ name: DomainName, _ type: String, _ wanted: String) -> Observation {
    let records = answers.flatMap(\.records)
    if let first = records.first {
      let text = first.zoneText
      return Observation(
        holds: wanted == "found", "\(name) has \(type) \(text)", "\(name) a \(type) \(text)", facts: ["record": text])
    }
    if let failure = answers.compactMap(\.failure).first {
      guard failure.isAnswer else { return .unknown(failure, of: "\(name) \(type)") }
      return Observation(
        holds: wanted == "broken", "\(name) \(type): \(failure.wording.english)",
        "\(name) \(type) : \(failure.wording.french)")
    }
    let isName = answers.contains { $0.outcome == .noData }
    return Observation(
      holds: wanted == "missing",
      isName ? "\(name) exists, but has no \(type) record" : "the name \(name) does not exist (NXDOMAIN)",
      isName ? "\(name) existe, mais sans enregistrement \(type)" : "le nom \(name) n'existe pas (NXDOMAIN)")
  }
}

extension RecordData {
  /// As in a zone file, cut where it is very long.
  var zoneText: String {
    switch self {
    case .address(let address): address.text
    case .mx(let preference, let host): "\(preference) \(host)"
    case .txt(let bytes): "\"\(String(decoding: bytes.prefix(200), as: UTF8.self))\""
    case .ptr(let name), .cname(let name), .ns(let name): name.description
    case .soa(let primary, _, let serial): "\(primary) \(serial)"
    case .tlsa(let record): "\(record.usage) \(record.selector) \(record.matching)"
    }
  }
}
