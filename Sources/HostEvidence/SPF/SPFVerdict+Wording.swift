package import Diagnosis

extension SPFVerdict {
  package func wording(for address: IPAddress) -> Wording {
    if let problem {
      return Wording(
        "SPF \(result.rawValue): \(problem.wording.english)",
        french: "SPF \(result.rawValue) : \(problem.wording.french)")
    }
    if result == .none {
      return Wording("\(domain) has no SPF record", french: "\(domain) n'a pas d'enregistrement SPF")
    }
    guard let step = decidedBy else {
      return Wording(
        "SPF \(result.rawValue): no term of the record of \(domain) names \(address)",
        french: "SPF \(result.rawValue) : aucun terme de l'enregistrement de \(domain) ne cite \(address)")
    }
    return Wording(
      "SPF \(result.rawValue) for \(address): '\(step.term.printable)' in the record of \(step.domain) decides",
      french:
        "SPF \(result.rawValue) pour \(address) : « \(step.term.printable) » dans l'enregistrement de \(step.domain) en décide"
    )
  }
}
