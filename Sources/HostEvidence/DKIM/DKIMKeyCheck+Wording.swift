package import Diagnosis

extension DKIMKeyCheck {
  /// The words of the check's `is` that this finding fits.
  var states: Set<String> {
    var states: Set<String> =
      switch finding {
      case .good: ["good"]
      case .missing: ["missing"]
      case .unusable(.revoked): ["revoked"]
      case .severalRecords, .unusable, .tooShort: ["unusable"]
      case .otherAlgorithm, .mismatch: ["mismatch"]
      case .unknown: []
      }
    if record?.isTesting == true { states.insert("testing") }
    return states
  }

  package var wording: Wording {
    let testing = record?.isTesting == true ? (" (t=y: testing)", " (t=y : en test)") : ("", "")
    switch finding {
    case .good:
      let bits = record.map { ", \($0.key.algorithm.rawValue) \($0.key.bits)" } ?? ""
      return Wording(
        "the key at \(name) is good\(bits)\(testing.0)", french: "la clé de \(name) est bonne\(bits)\(testing.1)")
    case .missing: return Wording("\(name) has no record", french: "\(name) n'a pas d'enregistrement")
    case .severalRecords(let count):
      return Wording(
        "\(name) has \(count) TXT records instead of one", french: "\(name) a \(count) TXT au lieu d'un seul")
    case .unusable(let problem):
      return Wording("\(name): \(problem.wording.english)", french: "\(name) : \(problem.wording.french)")
    case .tooShort(let bits):
      return Wording(
        "the key at \(name) has \(bits) bits; receivers want 1024 at least",
        french: "la clé de \(name) a \(bits) bits ; les destinataires en veulent au moins 1024")
    case .otherAlgorithm(let published, let signing):
      return Wording(
        "\(name) has a \(published.rawValue) key, but the private key is \(signing.rawValue)",
        french: "\(name) a une clé \(published.rawValue), mais la clé privée est \(signing.rawValue)")
    case .mismatch:
      return Wording(
        "the key at \(name) does not belong to the private key\(testing.0)",
        french: "la clé de \(name) n'est pas celle de la clé privée\(testing.1)")
    case .unknown(let failure):
      return Wording("\(name): \(failure.wording.english)", french: "\(name) : \(failure.wording.french)")
    }
  }
}

extension DKIMKeyFileProblem {
  package var wording: Wording {
    switch self {
    case .unreadable(let path):
      Wording("\(path) cannot be read (root may)", french: "\(path) n'est pas lisible (root peut)")
    case .noPrivateKey: Wording("the file holds no private key", french: "le fichier ne contient pas de clé privée")
    case .encrypted: Wording("the key has a passphrase", french: "la clé est protégée par une phrase secrète")
    case .publicKey: Wording("the file holds a public key", french: "le fichier contient une clé publique")
    case .otherAlgorithm:
      Wording("the key is neither RSA nor Ed25519", french: "la clé n'est ni RSA ni Ed25519")
    }
  }
}
