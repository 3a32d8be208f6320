package import Diagnosis

/// Whoever answers questions to the DNS: a resolver, or zones in a test.
package protocol DNSAnswers: Sendable {
  /// Never throws: what went wrong is part of the answer.
  func answer(_ name: DomainName, _ type: RecordType) async -> DNSAnswer
}

/// What the DNS says to one question, at the end of the CNAMEs that lead there.
package struct DNSAnswer: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// At least one.
    case records([RecordData])
    /// The name is there, a record of this type is not.
    case noData
    /// NXDOMAIN: neither the name nor anything below it.
    case noName
    case failed(DNSFailure)
  }

  package let name: DomainName
  package let type: RecordType
  package let outcome: Outcome
  /// Where CNAMEs led; `nil` when the name has none.
  package var canonicalName: DomainName?
  /// DNSSEC proved it; only a resolver of our own can say so.
  package var isSecure = false

  package init(_ name: DomainName, _ type: RecordType, _ outcome: Outcome) {
    self.name = name
    self.type = type
    self.outcome = outcome
  }

  package var records: [RecordData] {
    if case .records(let records) = outcome { records } else { [] }
  }

  package var failure: DNSFailure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }

  /// The DNS has said for sure that there is no such record.
  package var isAbsent: Bool { outcome == .noName || outcome == .noData }

  package var addresses: [IPAddress] {
    records.compactMap { if case .address(let address) = $0 { address } else { nil } }
  }

  package var texts: [[UInt8]] {
    records.compactMap { if case .txt(let text) = $0 { text } else { nil } }
  }

  package var pointers: [DomainName] {
    records.compactMap { if case .ptr(let name) = $0 { name } else { nil } }
  }

  /// Lowest preference first; equal ones in the order of their names.
  package var exchangers: [(preference: UInt16, host: DomainName)] {
    records.compactMap { if case .mx(let preference, let host) = $0 { (preference, host) } else { nil } }
      .sorted { ($0.preference, $0.host.description) < ($1.preference, $1.host.description) }
  }
}

/// Why a question to the DNS got no answer that can be used.
package enum DNSFailure: Error, Sendable, Hashable {
  /// SERVFAIL: the name servers of the domain, or the resolver on the way to them, are broken.
  case serverFailure
  /// CNAME records that lead back to where they began.
  case aliasLoop(DomainName)
  /// Another RCODE, such as 5, REFUSED.
  case refused(code: Int)
  /// Nothing came within so many seconds.
  case timedOut(seconds: Int)
  /// SERVFAIL, while no name server at all can be reached from here.
  case unreachable
  /// DNSSEC says that the answer is forged or the zone badly signed.
  case bogus(String)
  /// The answer's data do not fit its type.
  case malformed
  /// No resolver can be set up here; the text says why and what to do.
  case noResolver(String)

  /// SERVFAIL and the like: the fault lies in the domain or on the way to it, not here.
  package var isAnswer: Bool {
    switch self {
    case .serverFailure, .aliasLoop, .refused, .bogus, .malformed: true
    case .timedOut, .unreachable, .noResolver: false
    }
  }

  package var wording: Wording {
    switch self {
    case .serverFailure:
      Wording("the answer is SERVFAIL", french: "la réponse est SERVFAIL")
    case .aliasLoop(let name):
      Wording("the CNAME records of \(name) lead in a circle", french: "les CNAME de \(name) tournent en rond")
    case .refused(let code):
      Wording(
        "the name server refuses to answer (RCODE \(code))", french: "le serveur refuse de répondre (RCODE \(code))")
    case .timedOut(let seconds):
      Wording("no answer within \(seconds) seconds", french: "pas de réponse en \(seconds) secondes")
    case .unreachable:
      Wording("no name server can be reached from here", french: "aucun serveur de noms n'est joignable d'ici")
    case .bogus(let reason):
      Wording("DNSSEC finds the answer forged: \(reason)", french: "DNSSEC juge la réponse falsifiée : \(reason)")
    case .malformed:
      Wording("the answer's data are malformed", french: "les données de la réponse sont malformées")
    case .noResolver(let reason):
      Wording("no DNS resolver can be used here: \(reason)", french: "aucun résolveur DNS utilisable ici : \(reason)")
    }
  }
}
