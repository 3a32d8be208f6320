package import Diagnosis

/// Whether the name that a server introduces itself with belongs to its address (RFC 5321, section 4.1.4).
package struct HELOName: Sendable, Equatable {
  package enum Finding: Sendable, Equatable {
    case fits
    /// It exists, with these addresses, and the server's is none of them.
    case otherAddresses([IPAddress])
    /// The DNS does not know it.
    case missing
    /// Receivers want a full name with a dot, or an address in brackets.
    case notAFullName
    case unknown(DNSFailure)
  }

  package let finding: Finding

  package init(_ name: String, of address: IPAddress, in dns: some DNSAnswers) async {
    if name.hasPrefix("["), let literal = IPAddress(name) {
      finding = literal == address ? .fits : .otherAddresses([literal])
      return
    }
    guard let name = DomainName(name), name.labels.count > 1 else {
      finding = .notAFullName
      return
    }
    let four = await dns.answer(name, .a)
    let six = await dns.answer(name, .aaaa)
    let addresses = four.addresses + six.addresses
    if addresses.contains(address) {
      finding = .fits
    } else if let failure = four.failure ?? six.failure {
      finding = .unknown(failure)
    } else {
      finding = addresses.isEmpty ? .missing : .otherAddresses(addresses)
    }
  }
}
