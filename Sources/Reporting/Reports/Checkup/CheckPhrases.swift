import Diagnosis

/// The words of the report of `maillogd check` in one language.
struct CheckPhrases {
  let language: Language

  private func pick(_ english: String, _ french: String) -> String { language == .french ? french : english }

  func verdict(_ verdict: CheckFinding.Verdict) -> String {
    switch verdict {
    case .good: "OK"
    case .warning: pick("WEAK", "FAIBLE")
    case .bad: pick("BAD", "MAUVAIS")
    case .unknown: "?"
    }
  }

  func topic(_ topic: CheckTopic) -> String {
    switch topic {
    case .reverseName: pick("Reverse DNS", "DNS inverse")
    case .helo: "HELO"
    case .spf: "SPF"
    case .dkim: "DKIM"
    case .dmarc: "DMARC"
    case .blockList: pick("Block list", "Liste noire")
    case .mailExchange: "MX"
    case .sendingTLS: pick("TLS, sending", "TLS, envoi")
    case .certificate: pick("Certificate", "Certificat")
    case .milter: pick("Milter", "Milter")
    case .keySafety: pick("Private key", "Clé privée")
    case .queue: pick("Queue", "File d'attente")
    case .mtaSTS: "MTA-STS"
    case .dane: "DANE"
    }
  }

  /// The widest of the words above, and two blanks.
  var verdictWidth: Int { CheckFinding.Verdict.allCases.map { verdict($0).count }.max().map { $0 + 2 } ?? 0 }
  var topicWidth: Int { CheckTopic.allCases.map { topic($0).count }.max().map { $0 + 2 } ?? 0 }

  func heading(_ report: CheckReport) -> String {
    let helo = report.helo ?? pick("this host", "cette machine")
    let addresses = report.addresses.map(\.text).joined(separator: ", ")
    let domains = report.domains.joined(separator: ", ")
    return pick(
      "\(helo)\(addresses.isEmpty ? "" : " [\(addresses)]")\(domains.isEmpty ? "" : ", sending for \(domains)")",
      "\(helo)\(addresses.isEmpty ? "" : " [\(addresses)]")\(domains.isEmpty ? "" : ", qui envoie pour \(domains)")")
  }

  func score(_ report: CheckReport) -> String {
    let unknown = report.count(.unknown)
    let total = report.findings.count
    guard let tenths = report.tenths else {
      return pick(
        "No score: nothing that counts could be seen (0 of \(total) checks).",
        "Pas de note : rien de ce qui compte n'a pu être vu (0 contrôle sur \(total)).")
    }
    let decimals = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10)\(pick(".", ","))\(tenths % 10)"
    let basis =
      unknown == 0
      ? pick("all \(total) checks were made", "les \(total) contrôles ont été faits")
      : pick(
        "from \(total - unknown) of \(total) checks; those marked ? could not be made",
        "sur \(total - unknown) contrôles de \(total) ; ceux marqués ? n'ont pu être faits")
    return pick("Score: \(decimals) out of 10 (\(basis)).", "Note : \(decimals) sur 10 (\(basis)).")
  }

  var colon: String { pick(":", " :") }
  var why: String { pick("Why", "Pourquoi") }
  var whatToDo: String { pick("Do", "À faire") }
  var inFile: String { pick("in", "dans") }
  var publish: String { pick("publish", "publier") }
  var label: Int { 9 }

  func zoneHeading(_ count: Int) -> String {
    pick("\(count) records of \"maillogd check\"", "\(count) enregistrements de « maillogd check »")
  }
  var present: String { pick("already so", "déjà en place") }
  var wanted: String { pick("to publish", "à publier") }
  var forProvider: String {
    pick(
      "for the provider of the address, whose zone this is:",
      "pour le fournisseur de l'adresse, à qui est cette zone :")
  }
  var noRecords: String { pick("no record to publish is known", "aucun enregistrement à publier n'est connu") }
}
