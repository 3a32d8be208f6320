/// Finds texts that will not serve an admin: too long, not translated, unfinished, or dangerous to follow.
struct TextLint {
  static let longestTitle = 80
  static let mostSentences = 2

  static func problems(of rule: Rule, _ english: RuleAdvice, _ french: RuleAdvice) -> [String] {
    var found: [String] = []
    for (prefix, advice) in [("", english), ("fr.", french)] {
      if advice.title.count > longestTitle {
        found.append("\(prefix)title has \(advice.title.count) characters; at most \(longestTitle)")
      }
      if advice.title.hasSuffix(".") { found.append("\(prefix)title ends with a full stop; a title has none") }
      for (what, text) in texts(advice) {
        found += problems(of: text).map { "\(prefix)\(what) \($0)" }
      }
      for cause in advice.causes where sentences(cause.text) > mostSentences {
        found.append(
          "\(prefix)causes.\(cause.id).text has \(sentences(cause.text)) sentences; at most \(mostSentences)")
      }
    }
    if rule.source.contains("\nfr:") {
      found += untranslated(english, french)
    } else {
      found.append("the French texts are missing; add fr: with title, impact and causes")
    }
    let steps = english.causes.flatMap(\.fix)
    for command in steps.flatMap(\.commands) + steps.compactMap(\.file?.line) {
      if let danger = dangers.first(where: { (command + " ").contains($0.words) }) {
        found.append("'\(command)' \(danger.why)")
      }
    }
    return found
  }

  private static func texts(_ advice: RuleAdvice) -> [(what: String, text: String)] {
    [("title", advice.title), ("impact", advice.impact)]
      + advice.causes.flatMap { cause in
        [("causes.\(cause.id).text", cause.text)] + cause.fix.map { ("causes.\(cause.id).fix", $0.text) }
      }
  }

  private static func problems(of text: String) -> [String] {
    if text.isEmpty { return ["is empty"] }
    var found: [String] = []
    if text.contains("TODO") { found.append("still says TODO; write it") }
    for (word, why) in needless where text.contains(word) { found.append("says '\(word.trimmed)': \(why)") }
    return found
  }

  private static let needless = [
    ("Please ", "leave it out"), (", please", "leave it out"), ("may potentially", "say whether it does"),
    ("s'il vous plaît", "leave it out"),
    ("obviously", "leave it out"), ("as you know", "leave it out"),
  ]

  /// Advice that opens more than it mends.
  private static let dangers: [(words: String, why: String)] = [
    ("chmod 777", "lets every user write; give the file to the one user who needs it"),
    ("chmod -R 777", "lets every user write; give the files to the one user who needs them"),
    ("setenforce 0", "switches SELinux off for everything; name the one boolean or label that is missing"),
    ("RequireSafeKeys no", "lets OpenDKIM use a key that others can read; mend the key's mode instead"),
    ("RequireSafeKeys false", "lets OpenDKIM use a key that others can read; mend the key's mode instead"),
    ("rm -rf /", "removes more than a mail queue"), ("| sh ", "runs what it has not shown; give the commands"),
    ("| bash ", "runs what it has not shown; give the commands"),
    ("disable_ipv6=1", "switches IPv6 off for everything; mend the one record or route that is missing"),
  ]

  /// Where a sentence ends: a full stop, question or exclamation mark before a blank and a capital letter, or at the end.
  static func sentences(_ text: String) -> Int {
    var count = 0
    var isEnd = false
    var previous: Character?
    for character in text {
      if character.isWhitespace, let previous, ".!?".contains(previous) {
        isEnd = true
      } else if isEnd {
        if character.isUppercase { count += 1 }
        isEnd = false
      }
      previous = character
    }
    return count + 1
  }

  /// French texts that are the English ones; names and single words may be alike.
  private static func untranslated(_ english: RuleAdvice, _ french: RuleAdvice) -> [String] {
    zip(texts(english), texts(french)).compactMap { original, translation in
      let words = original.text.split(separator: " ").filter { $0.allSatisfy(\.isLetter) }
      return original.text == translation.text && words.count > 3 ? "fr.\(translation.what) is not translated" : nil
    }
  }
}
