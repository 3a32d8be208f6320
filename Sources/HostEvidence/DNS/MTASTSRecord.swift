/// Whether a domain announces an MTA-STS policy (RFC 8461, section 3.1). The policy itself is on its web server and is not
/// fetched.
package enum MTASTSRecord: Sendable, Equatable {
  /// `id=`: changes with the policy.
  case announced(id: String)
  case missing
  /// Senders pass over it: several records, or one without a usable `id=`.
  case unusable
  case unknown(DNSFailure)

  package static func look(at domain: DomainName, in dns: some DNSAnswers) async -> MTASTSRecord {
    guard let name = domain.prefixed("_mta-sts") else { return .missing }
    let answer = await dns.answer(name, .txt)
    if let failure = answer.failure { return .unknown(failure) }
    let texts = answer.texts.filter { $0.starts(with: Array("v=STSv1".utf8)) }
    guard let text = texts.first else { return .missing }
    guard texts.count == 1, let tags = try? TagList(text), tags["v"] == "STSv1", let id = tags["id"],
      (1...32).contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) })
    else { return .unusable }
    return .announced(id: id)
  }
}
