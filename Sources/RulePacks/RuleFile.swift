import Diagnosis

/// A rule file inside the program; the build writes `shippedPaths`, `shippedOffsets` and `shippedText` from rules/.
struct ShippedRuleFile {
  /// `rules/postfix/milter/connection-refused.yaml`
  let path: String
  private let index: Int

  static let all: [ShippedRuleFile] = shippedPaths.indices.map { ShippedRuleFile(path: shippedPaths[$0], index: $0) }

  /// What decides about matching, as `CompiledRule` reads it; of a pack.yaml the pack.
  var compiled: String { part(0) }
  /// The texts, as `CompiledAdvice` reads them.
  func advice(in language: Language) -> String { part(1 + (Language.allCases.firstIndex(of: language) ?? 0)) }
  /// The whole file.
  var source: String { part(1 + Language.allCases.count) }

  private func part(_ number: Int) -> String {
    let place = index * (2 + Language.allCases.count) + number
    let (start, end) = (shippedOffsets[place], shippedOffsets[place + 1])
    // The compiler's own constant bytes: they outlive every use.
    let bytes = unsafe UnsafeBufferPointer(start: shippedText.utf8Start + start, count: end - start)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}

/// One YAML file of a pack.
struct RuleFile {
  /// As shown to people.
  let path: String
  private let origin: Origin

  private enum Origin {
    /// As the build has read it.
    case shipped(ShippedRuleFile)
    case yaml(String)
  }

  init(_ shipped: ShippedRuleFile, readsSource: Bool) {
    path = shipped.path
    origin = readsSource ? .yaml(shipped.source) : .shipped(shipped)
  }

  init(path: String, source: String) {
    self.path = path
    origin = .yaml(source)
  }

  var isPack: Bool { path.hasSuffix("/pack.yaml") || path == "pack.yaml" }

  func pack() throws(RuleProblems) -> Pack {
    switch origin {
    case .yaml(let source): return try Pack(yaml: source, path: path)
    case .shipped(let file):
      guard let pack = Pack(compiled: file.compiled, path: path) else { return try Pack(yaml: file.source, path: path) }
      return pack
    }
  }

  private func read() throws(RuleProblems) -> Rule {
    switch origin {
    case .yaml(let source): return try Rule(yaml: source, path: path)
    case .shipped(let file):
      guard var rule = CompiledRule.decode(file.compiled, path: path) else {
        return try Rule(yaml: file.source, path: path)
      }
      rule.readSource = { file.source }
      rule.readAdvice = { file.advice(in: $0) }
      return rule
    }
  }

  func rule(in packs: [Pack]) throws(RuleProblems) -> Rule {
    var rule = try read()
    let pack = packs.last { path.hasPrefix($0.folder + "/") }
    rule.pack = pack?.name ?? "local"
    if let pack, !rule.fits(path, in: pack) {
      throw RuleProblems([
        RuleProblem(
          path: path, line: 1, column: 1,
          "the id '\(rule.id)' does not fit the file; in the pack '\(pack.name)' this file holds '\(pack.identifier(of: path))'"
        )
      ])
    }
    return rule
  }
}

extension Pack {
  /// The folder in which the pack lies.
  var folder: String { String(path.dropLast("/pack.yaml".count)) }

  /// The id of the rule in the file at `path`: the pack's name, then the path inside the pack.
  func identifier(of path: String) -> String {
    let inside = path.dropFirst(folder.count + 1).dropLast(".yaml".count)
    return name + "." + inside.split(separator: "/").joined(separator: ".")
  }
}

extension Rule {
  func fits(_ path: String, in pack: Pack) -> Bool { id == pack.identifier(of: path) }
}
