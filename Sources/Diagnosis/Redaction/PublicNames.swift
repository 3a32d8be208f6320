/// Names that rules look for: those of providers and block lists, which give nobody away and decide what a reply means.
struct PublicNames {
  private let suffixes: Set<String>
  private let globs: [Glob]
  /// Behind the `@` of an address that a rule tells people to write to.
  private let contacts: Set<String>

  init(_ rules: RuleSet) {
    var suffixes: Set<String> = ["postfix.org", "gmail.com", "googlemail.com", "hotmail.com"]
    var globs: [Glob] = []
    var contacts: Set<String> = []
    for clause in rules.clauses.map(\.clause) {
      for field in clause.fields where field.path.hasSuffix("host") || field.path.hasSuffix("name") {
        globs += field.globs.filter { $0.source.count(where: \.isLetter) > 4 }
      }
      for pattern in [clause.message, clause.reply].compactMap({ $0 }) {
        suffixes.formUnion(Self.names(in: pattern))
        for part in pattern.split(separator: "@").dropFirst() {
          contacts.formUnion(Self.names(in: String(part)).prefix(1))
        }
      }
    }
    self.suffixes = suffixes
    self.globs = globs
    self.contacts = contacts
  }

  /// Whether addresses at `host` are those of a provider's postmasters.
  func isContact(_ host: String) -> Bool { contacts.contains(host) }

  /// `host` in lower case.
  func contains(_ host: String) -> Bool {
    var rest = host[...]
    while rest.contains(".") {
      if suffixes.contains(String(rest)) { return true }
      guard let dot = rest.firstIndex(of: ".") else { break }
      rest = rest[rest.index(after: dot)...]
    }
    return globs.contains { $0.matches(host) }
  }

  /// The host names written out in an expression: words joined by `\.`.
  private static func names(in pattern: String) -> [String] {
    let plain = pattern.replacing("\\.", with: "\u{1}")
    let words = plain.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "\u{1}") }
    return words.compactMap { word in
      let name = word.replacing("\u{1}", with: ".").lowercased()
      let trimmed = name.trimmingPrefix(while: { $0 == "." })
      let labels = trimmed.split(separator: ".", omittingEmptySubsequences: false)
      guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }), let last = labels.last, last.count >= 2,
        last.allSatisfy(\.isLetter), labels[labels.count - 2].count > 2, !LogWord.fileEndings.contains(String(last))
      else { return nil }
      return String(trimmed)
    }
  }
}
