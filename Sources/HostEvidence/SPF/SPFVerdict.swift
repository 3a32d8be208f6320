package import Diagnosis

/// The results of RFC 7208, section 2.6.
package enum SPFResult: String, Sendable, CaseIterable {
  case none, neutral, pass, fail, softfail, temperror, permerror
}

/// Who connects, and who the mail says it is from.
package struct SPFIdentity: Sendable {
  package var address: IPAddress
  /// MAIL FROM without the angle brackets; empty for bounces, which are judged by the HELO name.
  package var sender: String
  package var helo: String

  package init(address: IPAddress, sender: String, helo: String) {
    self.address = address
    self.sender = sender
    self.helo = helo
  }
}

/// What a receiver makes of an SPF record, and how it came to that.
package struct SPFVerdict: Sendable {
  package var result: SPFResult
  /// The domain whose record was asked for.
  package var domain: String
  /// The term that decided, as it stands in the record (`-all`, `ip4:192.0.2.0/24`); `nil` when none matched.
  package var decidedBy: SPFStep?
  /// Terms that cost a question to the DNS; a receiver gives up after 10 (RFC 7208, section 4.6.4).
  package var lookups = 0
  /// Questions of the record that had no answer; a receiver gives up after 2.
  package var voidLookups = 0
  /// Every term that was tried, in order; the first 200.
  package var trail: [SPFStep] = []
  /// Why the result is `permerror` or `temperror`.
  package var problem: SPFProblem?
  /// The domain's own words to the sender, for `fail` (RFC 7208, section 6.2).
  package var explanation: String?
}

/// One term of one record.
package struct SPFStep: Sendable, Hashable {
  package let domain: String
  package let term: String
}

/// What keeps a record from being evaluated.
package enum SPFProblem: Error, Sendable, Hashable {
  case syntax(SPFStep)
  case severalRecords(domain: String)
  /// `include:` or `redirect=` leads to a domain without a record.
  case noRecord(domain: String, step: SPFStep)
  case tooManyLookups(SPFStep)
  case tooManyVoidLookups(SPFStep)
  case tooManyExchangers(SPFStep)
  case dns(DNSFailure, name: String)

  var result: SPFResult { if case .dns = self { .temperror } else { .permerror } }

  package var wording: Wording {
    switch self {
    case .syntax(let step):
      Wording(
        "the SPF record of \(step.domain) has a mistake in '\(step.term)'",
        french: "l'enregistrement SPF de \(step.domain) contient une erreur dans « \(step.term) »")
    case .severalRecords(let domain):
      Wording("\(domain) has more than one SPF record", french: "\(domain) a plusieurs enregistrements SPF")
    case .noRecord(let domain, let step):
      Wording(
        "'\(step.term)' in the SPF record of \(step.domain) leads to \(domain), which has none",
        french: "« \(step.term) » dans le SPF de \(step.domain) mène à \(domain), qui n'en a pas")
    case .tooManyLookups(let step):
      Wording(
        "the SPF record needs more than 10 DNS lookups; '\(step.term)' of \(step.domain) is the eleventh",
        french: "l'enregistrement SPF exige plus de 10 requêtes DNS ; « \(step.term) » de \(step.domain) est la onzième"
      )
    case .tooManyVoidLookups(let step):
      Wording(
        "more than 2 names in the SPF record do not exist; '\(step.term)' of \(step.domain) is the third",
        french:
          "plus de 2 noms de l'enregistrement SPF n'existent pas ; « \(step.term) » de \(step.domain) est le troisième")
    case .tooManyExchangers(let step):
      Wording(
        "'\(step.term)' in the SPF record of \(step.domain) stands for more than 10 mail servers",
        french: "« \(step.term) » dans le SPF de \(step.domain) désigne plus de 10 serveurs")
    case .dns(let failure, let name):
      Wording("\(name): \(failure.wording.english)", french: "\(name) : \(failure.wording.french)")
    }
  }
}
