internal import Diagnosis

/// `dns: {ptr: …}`, `{fcrdns: …}` and `{dnsbl: …}`: what the world knows about an address.
struct AddressLook {
  let witness: DNSWitness

  func reverseName(_ address: IPAddress, _ form: String, _ check: MachineCheck) async -> Observation {
    guard let name = await ReverseName(of: address, in: witness.world) else { return .notAName(address.reverseName) }
    let facts = ["ptr": name.names.first?.description ?? "", "arpa": address.reverseName]
    if case .unknown(let failure, let asked) = name.finding {
      // A zone that answers SERVFAIL gives receivers no name either.
      guard failure.isAnswer else { return .unknown(failure, of: asked.description) }
      return Observation(
        holds: form == "fcrdns" && check["is"] == "fail", "\(asked): \(failure.wording.english)",
        "\(asked) : \(failure.wording.french)", facts: facts)
    }
    let words = Self.words(name)
    let isConfirmed = if case .confirmed = name.finding { true } else { false }
    let holds =
      switch (form, check["is"]) {
      case ("fcrdns", "pass"): isConfirmed
      case ("fcrdns", _): !isConfirmed
      case (_, "found"): !name.names.isEmpty
      case (_, "missing"): name.names.isEmpty
      default: name.isGeneric
      }
    return Observation(holds: holds, words.english, words.french, facts: facts)
  }

  static func words(_ name: ReverseName) -> Wording {
    let address = name.address
    switch name.finding {
    case .confirmed(let host):
      return Wording(
        "\(address) is \(host), and \(host) is \(address)",
        french: "\(address) s'appelle \(host), et \(host) a \(address)")
    case .noName, .unknown:
      return Wording(
        "\(address) has no PTR record (\(address.reverseName))",
        french: "\(address) n'a pas de PTR (\(address.reverseName))")
    case .notConfirmed(let claims):
      let type = address.bytes.count == 4 ? "A" : "AAAA"
      let english = claims.map { claim in
        claim.addresses.isEmpty
          ? "\(claim.name) has no \(type) record"
          : "\(claim.name) is \(claim.addresses.map(\.text).joined(separator: ", "))"
      }
      let french = claims.map { claim in
        claim.addresses.isEmpty
          ? "\(claim.name) n'a pas de \(type)"
          : "\(claim.name) a \(claim.addresses.map(\.text).joined(separator: ", "))"
      }
      let names = name.names.map(\.description).joined(separator: ", ")
      return Wording(
        "the PTR of \(address) is \(names), but \(english.joined(separator: "; "))",
        french: "le PTR de \(address) est \(names), mais \(french.joined(separator: " ; "))")
    }
  }

  /// Asked through the machine's own resolver: a list that blocks it blocks Postfix too.
  func blockList(_ address: IPAddress, _ check: MachineCheck) async -> Observation {
    let text = check["zone"] ?? ""
    guard let zone = DomainName(text) else { return .notAName(text) }
    let list = await BlockList(address, in: zone, of: witness.host)
    let wanted = check["is"]
    switch list.finding {
    case .unknown(let failure): return .unknown(failure, of: text)
    case .listed(let answers, let reason):
      let expected = Set(check.values("answer").compactMap { IPAddress($0) })
      let isExpected = expected.isEmpty || answers.contains { expected.contains($0) }
      let found = answers.map(\.text).joined(separator: ", ")
      let words = reason.map { ": \($0.printable)" } ?? ""
      return Observation(
        holds: wanted == "listed" && isExpected, "\(zone) lists \(address) (\(found))\(words)",
        "\(zone) liste \(address) (\(found))\(words)", facts: ["dnsbl.answer": found])
    case .notListed:
      return Observation(
        holds: wanted == "not-listed", "\(zone) does not list \(address)", "\(zone) ne liste pas \(address)")
    case .resolverBlocked(let code):
      let words = (
        "\(zone) does not answer this resolver (\(code)): it is a public one, or asks too much",
        "\(zone) ne répond pas à ce résolveur (\(code)) : il est public, ou interroge trop"
      )
      return wanted == "blocked"
        ? Observation(holds: true, words.0, words.1)
        : wanted == "dead"
          ? Observation(holds: false, words.0, words.1)
          : .unknown(words.0, words.1)
    case .dead(let listsEverything):
      let words =
        listsEverything
        ? (
          "\(zone) lists every address: it is out of service",
          "\(zone) liste toutes les adresses : elle est hors service"
        )
        : (
          "\(zone) does not know its own test entry: it is out of service, or has none for \(address.family)",
          "\(zone) ignore sa propre entrée de test : elle est hors service, ou n'en a pas pour \(address.family)"
        )
      return wanted == "dead"
        ? Observation(holds: true, words.0, words.1)
        : wanted == "blocked"
          ? Observation(holds: false, words.0, words.1)
          : .unknown(words.0, words.1)
    }
  }
}

extension String {
  /// What a stranger's DNS record says, without what a terminal would act on.
  var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
  }
}
