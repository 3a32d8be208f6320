package import Diagnosis

/// Whether the name of an address leads back to it, as receivers ask it of a mail server (RFC 1912, section 2.1).
package struct ReverseName: Sendable, Equatable {
  package enum Finding: Sendable, Equatable {
    case confirmed(DomainName)
    case noName
    /// Each name with the addresses that it has instead.
    case notConfirmed([Claim])
    case unknown(DNSFailure, name: DomainName)
  }

  package struct Claim: Sendable, Equatable {
    package let name: DomainName
    package let addresses: [IPAddress]
  }

  package let address: IPAddress
  package let names: [DomainName]
  package let finding: Finding

  /// More names than this are left out; receivers stop early too.
  private static let mostNames = 10

  package init?(of address: IPAddress, in dns: some DNSAnswers) async {
    guard let reverse = DomainName(address.reverseName) else { return nil }
    self.address = address
    let answer = await dns.answer(reverse, .ptr)
    names = Array(answer.pointers.prefix(Self.mostNames))
    if let failure = answer.failure {
      finding = .unknown(failure, name: reverse)
      return
    }
    finding = await Self.confirm(names, address, dns)
  }

  private static func confirm(_ names: [DomainName], _ address: IPAddress, _ dns: some DNSAnswers) async -> Finding {
    guard !names.isEmpty else { return .noName }
    var claims: [Claim] = []
    var failed: (DNSFailure, DomainName)?
    for name in names {
      let answer = await dns.answer(name, address.bytes.count == 4 ? .a : .aaaa)
      if answer.addresses.contains(address) { return .confirmed(name) }
      if let failure = answer.failure { failed = (failure, name) }
      claims.append(Claim(name: name, addresses: answer.addresses))
    }
    // A broken zone confirms nothing; silence leaves the question open.
    if let failed, !failed.0.isAnswer { return .unknown(failed.0, name: failed.1) }
    return .notConfirmed(claims)
  }

  /// The name looks as if it had been made from the address, as providers name the lines of their customers.
  package var isGeneric: Bool { names.contains { Self.isGeneric($0, address) } }

  static func isGeneric(_ name: DomainName, _ address: IPAddress) -> Bool {
    let text = name.labels.dropLast(2).map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    let words = Set(text.split { !$0.isLetter }.map(String.init))
    if !words.isDisjoint(with: poolWords) { return true }
    guard address.bytes.count == 4 else {
      let hex = text.filter(\.isHexDigit)
      return hex.contains(String(address.dotted.lowercased().filter(\.isHexDigit).suffix(12)))
    }
    let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
    return address.bytes.filter { numbers.contains(Int($0)) }.count >= 3
  }

  private static let poolWords: Set<String> = [
    "dyn", "dynamic", "dynip", "dhcp", "pool", "dsl", "adsl", "vdsl", "xdsl", "cable", "ppp", "pppoe", "dialup", "dial",
    "dip",
    "broadband", "customer", "cust", "res", "client", "unassigned", "unused", "fiber", "ftth",
  ]
}
