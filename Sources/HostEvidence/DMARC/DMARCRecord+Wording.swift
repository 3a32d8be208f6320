package import Diagnosis

extension DMARCRecordProblem {
  package var wording: Wording {
    switch self {
    case .version: Wording("it does not begin with v=DMARC1", french: "il ne commence pas par v=DMARC1")
    case .notATag(let part):
      Wording(
        "'\(part.printable)' is not of the form name=value",
        french: "« \(part.printable) » n'est pas de la forme nom=valeur")
    case .twice(let name): Wording("\(name)= stands twice", french: "\(name)= figure deux fois")
    case .noPolicy(nil): Wording("p= is missing", french: "p= manque")
    case .noPolicy(let value?):
      Wording("p=\(value.printable) is no policy", french: "p=\(value.printable) n'est pas une politique")
    }
  }
}
