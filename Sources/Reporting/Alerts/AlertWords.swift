public import Diagnosis

/// The words of alerts in one language.
public struct AlertWords: Sendable {
  let language: Language
  private let phrases: Phrases

  /// So many incidents are told in full; the others by their titles.
  private static let mostInFull = 5

  public init(language: Language) {
    self.language = language
    phrases = Phrases(language: language)
  }

  private func pick(_ english: String, _ french: String) -> String { language == .french ? french : english }

  func title(_ kind: Dispatcher.Decision.Kind, _ entries: [AlertNotice.Entry], _ host: String) -> String {
    let going = entries.filter { $0.state == "firing" }
    let told = going.isEmpty ? entries : going
    let subject = told.first?.title ?? ""
    let others = told.count - 1
    let more =
      others > 0 ? pick(" (and \(others) more)", others == 1 ? " (et 1 autre)" : " (et \(others) autres)") : ""
    let word =
      going.isEmpty
      ? pick("RECOVERED", "RÉTABLI") : phrases.severity(Severity(rawValue: going[0].severity) ?? .warning)
    let again = kind == .reminder ? pick(", still", ", toujours") : ""
    return "[\(host)] \(word)\(again): \(subject)\(more)".oneLine
  }

  func text(_ entries: [AlertNotice.Entry]) -> String {
    var blocks = entries.prefix(Self.mostInFull).map(block)
    let rest = entries.dropFirst(Self.mostInFull)
    if !rest.isEmpty {
      blocks.append(rest.prefix(50).map { "- " + $0.title.oneLine }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n")
  }

  private func block(_ entry: AlertNotice.Entry) -> String {
    var lines = [entry.title]
    let period = [entry.first, entry.last].compactMap { $0 }.joined(separator: " … ")
    if entry.state == "resolved" {
      lines.append(
        pick("It has ended. Lines: \(entry.count), \(period)", "C'est terminé. Lignes : \(entry.count), \(period)"))
      return lines.map(\.oneLine).joined(separator: "\n")
    }
    let hit = entry.messages > 0 ? pick(", messages: \(entry.messages)", ", messages : \(entry.messages)") : ""
    lines.append(pick("Lines: \(entry.count)\(hit), \(period)", "Lignes : \(entry.count)\(hit), \(period)"))
    if !entry.impact.isEmpty { lines.append(entry.impact) }
    if let cause = entry.cause {
      let standing = cause.standing.isEmpty ? "" : cause.standing + " "
      lines.append("\(phrases.why): \(standing)\(cause.text)")
      lines += (cause.evidence ?? []).map { "= " + $0 }
      for (place, step) in cause.fix.enumerated() {
        lines.append("\(place + 1). \(step.text)")
        if let file = step.file { lines.append("   \(phrases.inFile) \(file)") }
        lines += step.dns.map { "   \(phrases.publish) \($0)" } + step.commands.map { "   " + $0 }
      }
    }
    if let line = entry.line { lines.append("> " + line) }
    lines.append(pick("More: maillogd incidents show '\(entry.id)'", "Plus : maillogd incidents show '\(entry.id)'"))
    return lines.map(\.oneLine).joined(separator: "\n")
  }

  public func test(_ channel: String, host: String) -> (title: String, text: String) {
    (
      "[\(host)] " + pick("Test of the channel \(channel)", "Essai du canal \(channel)"),
      pick(
        "This is a test alert of maillogd. Nothing is wrong; alerts of this server will come this way.",
        "Ceci est une alerte d'essai de maillogd. Tout va bien ; les alertes de ce serveur arriveront par ici.")
    )
  }

  func broken(_ channel: String, _ reason: String, host: String) -> (title: String, text: String) {
    (
      "[\(host)] " + pick("Alerts cannot be sent by \(channel)", "Les alertes ne partent plus par \(channel)"),
      pick(
        "The channel \(channel) fails: \(reason)\nWhat it should have told comes this way until it works again.",
        "Le canal \(channel) est en échec : \(reason)\nCe qu'il devait annoncer passe par ici jusqu'à son rétablissement."
      )
    )
  }

  func recovered(_ channel: String, host: String) -> (title: String, text: String) {
    (
      "[\(host)] " + pick("The channel \(channel) works again", "Le canal \(channel) fonctionne de nouveau"),
      pick("Alerts are sent by \(channel) again.", "Les alertes repartent par \(channel).")
    )
  }
}

extension String {
  /// Log lines come from strangers: in one line, and nothing in it that acts on a terminal.
  var oneLine: String { printable }
}
