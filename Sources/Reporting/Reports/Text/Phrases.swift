import Diagnosis
import LogParsing

/// The words of the text report in one language.
struct Phrases {
  let language: Language

  private func pick(_ english: String, _ french: String) -> String { language == .french ? french : english }

  var when: String { pick("When", "Quand") }
  var hits: String { pick("Hits", "Touche") }
  var servers: String { pick("Servers", "Serveurs") }
  var effect: String { pick("Effect", "Effet") }
  var why: String { pick("Why", "Pourquoi") }
  var whatToDo: String { pick("Do", "À faire") }
  var orElse: String { pick("Or", "Sinon") }
  var seen: String { pick("Seen", "Constat") }
  var notSeen: String { pick("Unseen", "Non vu") }
  var line: String { pick("Line", "Ligne") }
  var follows: String { pick("Root", "Origine") }
  var leads: String { pick("Leads to", "Entraîne") }
  var rule: String { pick("Rule", "Règle") }
  var more: String { pick("More", "Voir") }
  var label: Int { 9 }

  func severity(_ severity: Severity) -> String {
    switch severity {
    case .critical: pick("CRITICAL", "CRITIQUE")
    case .error: pick("ERROR", "ERREUR")
    case .warning: pick("WARNING", "ATTENTION")
    case .info: pick("INFO", "INFO")
    }
  }

  /// How much is known of a cause: said in front of its text.
  func standing(_ cause: ToldCause, isFirst: Bool) -> String {
    switch cause.status {
    case .confirmed where cause.isSeen: pick("Confirmed on this machine:", "Confirmé sur cette machine :")
    case .confirmed: pick("Proven by the log:", "Prouvé par le journal :")
    case .refuted where cause.isOver: pick("No longer so:", "Ce n'est plus le cas :")
    case .refuted: pick("Ruled out:", "Écarté :")
    case .undetermined: pick("Could not be told:", "Indéterminé :")
    case .unchecked:
      isFirst ? pick("Most likely:", "Le plus probable :") : pick("Also possible:", "Autre possibilité :")
    }
  }

  /// In place of a cause where each one that the rule knows is ruled out.
  func withoutCause(_ told: ToldIncident) -> String {
    told.causes.contains(where: \.isSeen)
      ? pick(
        "None of the causes that this rule knows is to be seen on this machine now. It was repaired, it passed, or the cause is another one.",
        "Aucune des causes que connaît cette règle n'est visible sur cette machine. C'est réparé, c'est passé, ou la cause est autre."
      )
      : pick(
        "The log rules out every cause that this rule knows; there must be another one.",
        "Le journal écarte toutes les causes que connaît cette règle ; il y en a donc une autre.")
  }

  /// Where to look when no known cause is left.
  func nextSteps(_ told: ToldIncident) -> [FixStep] {
    let program = told.incident.facts["program"] ?? ""
    // The tag stands in a command; a forged one must not.
    let isPlain =
      !program.isEmpty
      && program.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-_/.".utf8.contains(byte)
      }
    let read = FixStep(
      text: pick(
        "See whether it still happens, and what is logged just before it.",
        "Voyez si cela se produit encore, et ce qui est écrit au journal juste avant."),
      commands: ["maillogd scan --since 1h"] + (isPlain ? ["journalctl -t \(program) --since -1h"] : []))
    let elsewhere = FixStep(
      text: told.references.isEmpty
        ? pick(
          "If it does, the cause lies where this machine cannot look: at the other server, or on the way to it.",
          "Si oui, la cause est là où cette machine ne voit pas : chez l'autre serveur, ou en chemin.")
        : pick(
          "If it does, the page below names more of what can be behind it; this machine cannot see the other server.",
          "Si oui, la page ci-dessous dit ce qui peut encore être en jeu ; cette machine ne voit pas l'autre serveur."))
    return [read, elsewhere]
  }

  func times(_ count: UInt64) -> String {
    switch count {
    case 1: pick("once", "une fois")
    default: pick("\(grouped(count)) times", "\(grouped(count)) fois")
    }
  }

  func period(_ incident: Incident) -> String {
    guard let first = incident.first, let last = incident.last else { return times(incident.count) }
    if first.seconds == last.seconds { return "\(moment(first)), \(times(incident.count))" }
    let firstDay = CivilDate(daysSinceEpoch: first.localDays)
    let isOneDay = firstDay == CivilDate(daysSinceEpoch: last.localDays)
    let end = isOneDay ? clock(last) : moment(last)
    return pick(
      "\(moment(first)) to \(end), \(times(incident.count))", "\(moment(first)) – \(end), \(times(incident.count))")
  }

  func messages(_ count: Int) -> String {
    count == 1
      ? pick("1 message:", "1 message :")
      : pick("\(grouped(UInt64(count))) messages, such as", "\(grouped(UInt64(count))) messages, dont")
  }

  var nullSender: String { pick("a bounce", "un avis de non-remise") }

  func moment(_ time: EventTime) -> String {
    let date = CivilDate(daysSinceEpoch: time.localDays)
    let english = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let french = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    return "\(date.day) \((language == .french ? french : english)[date.month - 1]) \(date.year) \(clock(time))"
  }

  func clock(_ time: EventTime) -> String {
    let second = time.seconds + Int64(time.offsetMinutes) * 60 - time.localDays * 86_400
    return [second / 3_600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  /// `1,234,567`, or with thin spaces in French.
  func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number)
    var text = ""
    for (place, digit) in digits.reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append(language == .french ? "\u{202F}" : ",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  var harmless: String { pick("For your information (nothing to repair)", "Pour information (rien à réparer)") }
  var unexplained: String { pick("What no rule explains yet", "Ce qu'aucune règle n'explique encore") }
  func andMore(_ count: Int) -> String { pick("… and \(count) more", "… et \(count) de plus") }
  var noProblem: String { pick("No problem found.", "Aucun problème trouvé.") }
  var notUnderstood: String {
    pick(
      "No rule explains this text. If it is a log line, paste the whole line; if it is a bounce, the whole message. maillogd explain --trace shows what was tried.",
      "Aucune règle n'explique ce texte. Si c'est une ligne de journal, collez la ligne entière ; si c'est un avis de non-remise, le message entier. maillogd explain --trace montre ce qui a été essayé."
    )
  }
  var inFile: String { pick("in", "dans") }
  var publish: String { pick("DNS:", "DNS :") }

  /// Why an input has no line of a mail program.
  func noMail(_ input: InputSummary) -> String {
    if input.lines == 0 {
      return pick("\(input.path): there is no line to read.", "\(input.path) : il n'y a aucune ligne à lire.")
    }
    if input.lines == input.leftOut {
      let number = grouped(input.lines)
      return pick(
        "\(input.path): none of the \(number) lines lies in the time asked for.",
        "\(input.path) : aucune des \(number) lignes n'est de la période demandée.")
    }
    return pick(
      "\(input.path): no mail log line among \(grouped(input.lines)). Is it a mail log? maillogd reads /var/log/mail.log or journalctl output.",
      "\(input.path) : aucune ligne de courrier parmi \(grouped(input.lines)). Est-ce un journal de courrier ? maillogd lit /var/log/mail.log ou la sortie de journalctl."
    )
  }

  func unparsed(_ input: InputSummary) -> String {
    let number = grouped(input.unparsed)
    let line = input.firstUnparsed?.line ?? 0
    return pick(
      "\(input.path): \(number) lines could not be read (the first is line \(line)); maillogd parse shows them as unrecognized.",
      "\(input.path) : \(number) lignes illisibles (la première est la ligne \(line)) ; maillogd parse les montre comme unrecognized."
    )
  }

  func evicted(_ count: Int) -> String {
    pick(
      "\(grouped(count)) messages were forgotten to keep memory bounded; their senders and recipients are not shown.",
      "\(grouped(count)) messages ont été oubliés pour borner la mémoire ; leurs expéditeurs et destinataires ne sont pas affichés."
    )
  }

  func closing(_ report: DiagnosisReport) -> String {
    let lines = grouped(report.inputs.reduce(0) { $0 + $1.lines })
    let summary = report.summary
    let problems = report.incidents.filter { $0.severity > .info }.count
    var parts = [
      lines == "1" ? pick("1 line", "1 ligne") : pick("\(lines) lines", "\(lines) lignes"),
      pick("\(grouped(summary.sent)) sent", "\(grouped(summary.sent)) remis"),
    ]
    if summary.deferred > 0 {
      parts.append(pick("\(grouped(summary.deferred)) deferred", "\(grouped(summary.deferred)) différés"))
    }
    if summary.bounced > 0 {
      parts.append(pick("\(grouped(summary.bounced)) bounced", "\(grouped(summary.bounced)) retournés"))
    }
    if summary.expired > 0 {
      parts.append(pick("\(grouped(summary.expired)) expired", "\(grouped(summary.expired)) expirés"))
    }
    if summary.rejected > 0 {
      parts.append(pick("\(grouped(summary.rejected)) rejected", "\(grouped(summary.rejected)) rejetés"))
    }
    parts.append(
      problems == 1 ? pick("1 problem", "1 problème") : pick("\(problems) problems", "\(problems) problèmes"))
    if let coverage = summary.coverage {
      let percent = Int((coverage * 100).rounded(.down))
      parts.append(pick("\(percent) % of failures explained", "\(percent) % des échecs expliqués"))
    }
    return parts.joined(separator: pick(", ", ", ")) + "."
  }
}

extension EventTime {
  /// The day in the log's own zone.
  var localDays: Int64 {
    let local = seconds + Int64(offsetMinutes) * 60
    return local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
  }
}
