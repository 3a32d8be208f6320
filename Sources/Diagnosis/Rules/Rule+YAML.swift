extension Rule {
  /// Reads a whole rule file; every fault in it is told at once.
  public init(yaml source: String, path: String) throws(RuleProblems) {
    var decoder = RuleDecoder(path: path)
    let rule = decoder.rule(source)
    var texts = AdviceDecoder(path: path)
    _ = texts.advice(source, language: .french)
    _ = texts.tests(source)
    let problems = decoder.problems + texts.problems.filter { !decoder.problems.contains($0) }
    guard let rule, problems.isEmpty else { throw RuleProblems(problems) }
    self = rule
  }

  /// The rule's texts; `nil` only for a rule whose file has faults, and such a rule is never loaded.
  public func advice(in language: Language) -> RuleAdvice? {
    guard var advice = ownAdvice(in: language) else { return nil }
    englishOverrides?.apply(to: &advice)
    if language == .french { frenchOverrides?.apply(to: &advice) }
    return advice
  }

  private func ownAdvice(in language: Language) -> RuleAdvice? {
    if let readAdvice, let advice = CompiledAdvice.decode(readAdvice(language)) { return advice }
    var decoder = AdviceDecoder(path: path)
    return decoder.advice(source, language: language)
  }

  /// The samples inside the rule.
  public var tests: [RuleTest] {
    var decoder = AdviceDecoder(path: path)
    return decoder.tests(source)
  }
}

extension Pack {
  /// Reads a `pack.yaml`.
  public init(yaml: String, path: String) throws(RuleProblems) {
    var reader = YAMLReader(path: path)
    let known = ["name", "version", "title", "maintainers", "licence", "minimum-maillogd", "languages"]
    let keys = reader.compose(yaml).map { reader.mapping($0, "a pack", known: known) } ?? [:]
    let name = reader.string(keys["name"], "name") ?? ""
    if name.isEmpty, reader.problems.isEmpty { reader.complain(nil, "the pack has no name; give name: and version:") }
    self.init(
      name: name, version: reader.string(keys["version"], "version") ?? "0",
      title: reader.string(keys["title"], "title") ?? name,
      languages: reader.strings(keys["languages"], "languages"), path: path)
    guard reader.problems.isEmpty else { throw RuleProblems(reader.problems) }
  }

  /// The pack as one string, for the build; `init(compiled:path:)` reads it.
  public var compiled: String {
    var writer = CompiledText.Writer()
    writer.texts([name, version, title] + languages)
    return writer.output
  }

  /// `nil` for a text that `compiled` did not make.
  public init?(compiled: String, path: String) {
    var reader = CompiledText.Reader(compiled)
    let parts = reader.texts()
    guard parts.count >= 3 else { return nil }
    self.init(
      name: parts[0], version: parts[1], title: parts[2], languages: Array(parts.dropFirst(3)), path: path)
  }
}
