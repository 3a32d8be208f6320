internal import Diagnosis

/// `dns: {mx: …}`: where mail for a domain goes.
struct MailExchangeLook {
  let witness: DNSWitness

  func observe(_ check: MachineCheck) async -> Observation {
    let text = check["mx"] ?? ""
    guard let domain = DomainName(text) else { return .notAName(text) }
    let exchange = await MailExchange(of: domain, in: witness.host)
    if case .unknown(let failure) = exchange.finding {
      guard failure.isAnswer, check["is"] == "unresolvable" else { return .unknown(failure, of: "\(domain) MX") }
      return Observation(.holds, failure.wording, facts: [:])
    }
    let words = Self.words(exchange)
    let facts = ["mx.hosts": exchange.hosts.map(\.name.description).joined(separator: ", ")]
    func answer(_ holds: Bool) -> Observation { Observation(holds: holds, words.english, words.french, facts: facts) }
    if let host = check["includes"] ?? check["excludes"] {
      guard let name = DomainName(host) else { return .notAName(host) }
      return answer(exchange.hosts.contains { $0.name == name } == (check["includes"] != nil))
    }
    switch check["is"] {
    case "found": return answer(!exchange.hosts.isEmpty)
    case "missing": return answer(exchange.finding == .missing)
    case "null": return answer(exchange.finding == .null)
    case "unresolvable": return unresolvable(exchange, words)
    case "this-machine": return answer(addresses(exchange).contains { witness.ownAddresses.contains($0) })
    default: return behindNAT(exchange, words)
    }
  }

  private func addresses(_ exchange: MailExchange) -> [IPAddress] { exchange.hosts.flatMap(\.addresses) }

  /// There are MX records, and none of their hosts has an address. Silence about one of them leaves it open.
  private func unresolvable(_ exchange: MailExchange, _ words: Wording) -> Observation {
    guard case .hosts(let hosts) = exchange.finding, hosts.allSatisfy(\.addresses.isEmpty) else {
      return Observation(.fails, words)
    }
    if let host = hosts.first(where: { $0.failure?.isAnswer == false }), let failure = host.failure {
      return .unknown(failure, of: host.name.description)
    }
    return Observation(.holds, words)
  }

  /// The machine's own addresses are all private, and the mail servers of the domain are reached at others.
  private func behindNAT(_ exchange: MailExchange, _ words: Wording) -> Observation {
    let own = witness.ownAddresses.interfaces.map(\.address).filter { !$0.isLoopback && $0.bytes.count == 4 }
    guard !own.isEmpty else {
      return .unknown("this machine's addresses are not known", "les adresses de cette machine ne sont pas connues")
    }
    let isInside = own.allSatisfy(\.isPrivate)
    let outer = addresses(exchange).first { $0.bytes.count == 4 && !$0.isPrivate }
    let list = own.map(\.text).joined(separator: ", ")
    return Observation(
      holds: isInside && outer != nil, words.english + "; this machine itself has \(list)",
      words.french + " ; cette machine elle-même a \(list)", facts: outer.map { ["outer": $0.text] } ?? [:])
  }

  static func words(_ exchange: MailExchange) -> Wording {
    let domain = exchange.domain
    switch exchange.finding {
    case .null:
      return Wording(
        "\(domain) has a null MX: it takes no mail", french: "\(domain) a un MX nul : il ne reçoit pas de courrier")
    case .missing:
      return Wording("\(domain) has neither MX nor address", french: "\(domain) n'a ni MX ni adresse")
    case .addressOfDomain(let host):
      let list = host.addresses.map(\.text).joined(separator: ", ")
      return Wording(
        "\(domain) has no MX, only the address \(list)", french: "\(domain) n'a pas de MX, seulement l'adresse \(list)")
    case .hosts, .unknown:
      let list = exchange.hosts.map { host in
        "\(host.name) [\(host.addresses.isEmpty ? "-" : host.addresses.map(\.text).joined(separator: ", "))]"
      }.joined(separator: ", ")
      return Wording("the MX of \(domain): \(list)", french: "le MX de \(domain) : \(list)")
    }
  }
}
