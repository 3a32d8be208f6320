package import Diagnosis

/// What a DNS block list says about an address, and whether it can be believed (RFC 5782).
package struct BlockList: Sendable, Equatable {
  package enum Finding: Sendable, Equatable {
    case listed(answers: [IPAddress], reason: String?)
    case notListed
    /// 127.255.255.x: the list does not answer this resolver (252: the zone's name is wrong; 254: asked through a public
    /// resolver; 255: asked too often).
    case resolverBlocked(IPAddress)
    /// The list holds every address, or not even its test entry: nobody keeps it any more.
    case dead(listsEverything: Bool)
    case unknown(DNSFailure)
  }

  package let zone: DomainName
  package let finding: Finding

  package init(_ address: IPAddress, in zone: DomainName, of dns: some DNSAnswers) async {
    self.zone = zone
    finding = await Self.look(address, zone, dns)
  }

  private static func look(_ address: IPAddress, _ zone: DomainName, _ dns: some DNSAnswers) async -> Finding {
    guard let name = entry(address, zone) else { return .unknown(.malformed) }
    let answer = await dns.answer(name, .a)
    if let failure = answer.failure { return .unknown(failure) }
    if let code = answer.addresses.first(where: isRefusal) { return .resolverBlocked(code) }
    // RFC 5782, section 5: 127.0.0.1 is never listed, 127.0.0.2 always; for IPv6 the same addresses, mapped.
    let isMapped = address.bytes.count == 16
    let probe = IPAddress((isMapped ? "::ffff:" : "") + (answer.addresses.isEmpty ? "127.0.0.2" : "127.0.0.1"))
    guard let probe, let test = entry(probe, zone) else { return .unknown(.malformed) }
    let tested = await dns.answer(test, .a)
    if let failure = tested.failure { return .unknown(failure) }
    if let code = tested.addresses.first(where: isRefusal) { return .resolverBlocked(code) }
    if answer.addresses.isEmpty { return tested.addresses.isEmpty ? .dead(listsEverything: false) : .notListed }
    // Entries are 127.x.y.z; the parking page of a zone that was given up is not.
    guard tested.addresses.isEmpty, answer.addresses.allSatisfy({ $0.bytes.first == 127 }) else {
      return .dead(listsEverything: true)
    }
    let reason = await dns.answer(name, .txt).texts.first.map { String(decoding: $0.prefix(500), as: UTF8.self) }
    return .listed(answers: answer.addresses, reason: reason)
  }

  /// `4.3.2.1.zone`, or the nibbles of an IPv6 address.
  private static func entry(_ address: IPAddress, _ zone: DomainName) -> DomainName? {
    let labels = address.dotted.lowercased().split(separator: ".").reversed().map { Array($0.utf8) }
    return DomainName(labels: labels + zone.labels)
  }

  private static func isRefusal(_ answer: IPAddress) -> Bool { answer.bytes.starts(with: [127, 255, 255]) }
}
