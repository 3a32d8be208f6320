import Yams

/// What an admin changes about rules without editing their files: each by its id, or by a group such as `gmail.*`.
///
/// ```yaml
/// postfix.smtpd.too-many-errors: {disabled: true}
/// gmail.*: {severity: warning}
/// postfix.queue.no-space:
///   title: The queue's disk is full; call the storage team
///   causes: {disk-full: The volume vg0/mail is too small.}
///   fr: {title: Le disque de la file est plein}
/// ```
public struct RuleOverrides: Sendable {
  public struct Change: Sendable {
    public internal(set) var isDisabled = false
    public internal(set) var severity: Severity?
    var english = Texts()
    var french = Texts()
  }

  /// Texts that take the place of a rule's own.
  struct Texts: Sendable {
    var title: String?
    var impact: String?
    var causes: [String: String] = [:]

    var isEmpty: Bool { title == nil && impact == nil && causes.isEmpty }

    func apply(to advice: inout RuleAdvice) {
      if let title { advice.title = title }
      if let impact { advice.impact = impact }
      for place in advice.causes.indices {
        if let text = causes[advice.causes[place].id] { advice.causes[place].text = text }
      }
    }
  }

  fileprivate struct Entry: Sendable {
    let id: String
    let line: Int
    let change: Change
  }

  private var entries: [Entry] = []
  private let path: String

  /// Reads an overrides file; every fault in it is told at once.
  public init(yaml source: String, path: String) throws(RuleProblems) {
    self.path = path
    var reader = YAMLReader(path: path)
    // A file in which everything is commented out changes nothing.
    let root = reader.compose(source, mayBeEmpty: true)
    if let root, root.mapping == nil, root.scalar?.string.isEmpty != true {
      reader.complain(root, "overrides are a mapping such as {postfix.example: {severity: info}}")
    }
    for (key, value) in root?.mapping ?? [:] {
      guard let id = key.string else { continue }
      entries.append(Entry(id: id, line: key.mark?.line ?? 0, change: Self.change(value, id, &reader)))
    }
    guard reader.problems.isEmpty else { throw RuleProblems(reader.problems) }
  }

  private static func change(_ node: Node, _ id: String, _ reader: inout YAMLReader) -> Change {
    let keys = reader.mapping(node, id, known: ["disabled", "severity", "title", "impact", "causes", "fr"])
    var change = Change()
    change.isDisabled = reader.flag(keys["disabled"], "disabled")
    change.severity = reader.oneOf(keys["severity"], "severity")
    change.english = texts(keys, id, &reader)
    if let french = keys["fr"] {
      change.french = texts(reader.mapping(french, "\(id).fr", known: ["title", "impact", "causes"]), id, &reader)
    }
    if id.hasSuffix("*"), !change.english.isEmpty || !change.french.isEmpty {
      reader.complain(node, "texts belong to one rule; '\(id)' stands for many")
    }
    return change
  }

  private static func texts(_ keys: [String: Node], _ id: String, _ reader: inout YAMLReader) -> Texts {
    var texts = Texts()
    texts.title = reader.string(keys["title"], "title")?.trimmed
    texts.impact = reader.string(keys["impact"], "impact")?.trimmed
    if let causes = keys["causes"], causes.mapping == nil {
      reader.complain(causes, "causes must be a mapping of a cause's id to its text")
    }
    for (key, value) in keys["causes"]?.mapping ?? [:] {
      guard let cause = key.string, let text = reader.string(value, "causes.\(cause)") else { continue }
      texts.causes[cause] = text.trimmed
    }
    return texts
  }

  /// The rules as the admin wants them; `unknown` are the entries that no rule fits, which change nothing.
  public func applied(to rules: [Rule]) -> (rules: [Rule], unknown: [RuleProblem]) {
    var isUsed = Set<Int>()
    var strangers: [RuleProblem] = []
    let changed = rules.compactMap { rule -> Rule? in
      var rule = rule
      for (place, entry) in entries.enumerated() where entry.fits(rule) {
        isUsed.insert(place)
        if entry.change.isDisabled { return nil }
        strangers += strangeCauses(entry, rule)
        if let severity = entry.change.severity { rule.severity = severity }
        if !entry.change.english.isEmpty { rule.englishOverrides = entry.change.english }
        if !entry.change.french.isEmpty { rule.frenchOverrides = entry.change.french }
      }
      return rule
    }
    let unknown = entries.indices.filter { !isUsed.contains($0) }.map { place in
      RuleProblem(
        path: path, line: entries[place].line, column: 1,
        "no rule is called '\(entries[place].id)', so this changes nothing; maillogd rules list shows all")
    }
    return (changed, unknown + strangers)
  }

  /// Causes that get another text and that the rule does not have.
  private func strangeCauses(_ entry: Entry, _ rule: Rule) -> [RuleProblem] {
    let named = Set(entry.change.english.causes.keys).union(entry.change.french.causes.keys)
    guard !named.isEmpty, let causes = rule.advice(in: .english)?.causes.map(\.id) else { return [] }
    return named.subtracting(causes).sorted().map { cause in
      RuleProblem(
        path: path, line: entry.line, column: 1,
        "\(rule.id) has no cause '\(cause)', so its text changes nothing; it has \(causes.joined(separator: ", "))")
    }
  }
}

extension RuleOverrides.Entry {
  func fits(_ rule: Rule) -> Bool {
    id.hasSuffix("*") ? rule.id.hasPrefix(id.dropLast()) : id == rule.id || rule.aliases.contains(id)
  }
}
