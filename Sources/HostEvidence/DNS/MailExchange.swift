package import Diagnosis

/// Where mail for a domain goes (RFC 5321, section 5.1; RFC 7505).
package struct MailExchange: Sendable, Equatable {
  package struct Host: Sendable, Equatable {
    package let name: DomainName
    package let addresses: [IPAddress]
    /// Why its addresses are not known.
    package let failure: DNSFailure?
  }

  package enum Finding: Sendable, Equatable {
    /// Most preferred first.
    case hosts([Host])
    /// No MX record; mail goes to the address of the domain itself.
    case addressOfDomain(Host)
    /// `MX 0 .`: the domain takes no mail.
    case null
    /// Neither MX nor address.
    case missing
    case unknown(DNSFailure)
  }

  package let domain: DomainName
  package let finding: Finding

  private static let mostHosts = 20

  package init(of domain: DomainName, in dns: some DNSAnswers) async {
    self.domain = domain
    let answer = await dns.answer(domain, .mx)
    if let failure = answer.failure {
      finding = .unknown(failure)
      return
    }
    let names = answer.exchangers.map(\.host)
    if names.contains(where: \.isRoot) {
      finding = .null
      return
    }
    var hosts: [Host] = []
    for name in names.isEmpty ? [domain] : names.prefix(Self.mostHosts) {
      hosts.append(await Self.host(name, dns))
    }
    if names.isEmpty, let own = hosts.first {
      finding = own.failure.map { .unknown($0) } ?? (own.addresses.isEmpty ? .missing : .addressOfDomain(own))
    } else {
      finding = .hosts(hosts)
    }
  }

  private static func host(_ name: DomainName, _ dns: some DNSAnswers) async -> Host {
    let four = await dns.answer(name, .a)
    let six = await dns.answer(name, .aaaa)
    return Host(name: name, addresses: four.addresses + six.addresses, failure: four.failure ?? six.failure)
  }

  package var hosts: [Host] {
    switch finding {
    case .hosts(let hosts): hosts
    case .addressOfDomain(let host): [host]
    case .null, .missing, .unknown: []
    }
  }
}
