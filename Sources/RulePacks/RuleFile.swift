public import Diagnosis

/// A rule file inside the program; the build writes `shippedPaths`, `shippedOffsets` and `shippedText` from rules/.
struct ShippedRuleFile {
  /// `rules/postfix/milter/connection-refused.yaml`
  let path: String
  /// What decides about matching, as `CompiledRule` reads it; empty for a pack.yaml.
  let compiled: String
  let source: String

  static let all: [ShippedRuleFile] = shippedPaths.indices.map { index in
    ShippedRuleFile(
      path: shippedPaths[index], compiled: text(shippedOffsets[index * 4]..<shippedOffsets[index * 4 + 1]),
      source: text(shippedOffsets[index * 4 + 2]..<shippedOffsets[index * 4 + 3]))
  }

  private static func text(_ range: Range<Int>) -> String {
    // The compiler's own constant bytes: they outlive every use.
    let bytes = unsafe UnsafeBufferPointer(start: shippedText.utf8Start + range.lowerBound, count: range.count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}

/// Where rules come from.
public enum RuleOrigin: Sendable {
  /// The packs inside the program.
  case shipped
  /// A pack, a folder of packs, or a folder of loose rules.
  case folder(String)
}

/// Reads packs of rules from the program itself and from folders.
public enum RulePacks {
  /// Where packs that the admin installed lie.
  public static let installedFolder = "/etc/maillogd/rules.d"

  /// All rules of `origins` as one set. With `readingSources` shipped rules are read from their YAML too, as tools for rule
  /// authors want it; rules from folders always are.
  public static func load(_ origins: [RuleOrigin], readingSources: Bool = false) throws(RuleProblems) -> RuleSet {
    var rules: [Rule] = []
    var packs: [Pack] = []
    var problems: [RuleProblem] = []
    for origin in origins {
      let files: [RuleFile]
      switch origin {
      case .shipped: files = ShippedRuleFile.all.map { RuleFile($0, readsSource: readingSources) }
      case .folder(let path): files = try folder(path)
      }
      for file in files where file.isPack {
        do { packs.append(try Pack(yaml: file.source, path: file.path)) } catch { problems += error.problems }
      }
      for file in files where !file.isPack {
        do { rules.append(try file.rule(in: packs)) } catch { problems += error.problems }
      }
    }
    guard problems.isEmpty else { throw RuleProblems(problems) }
    return try RuleSet(rules, packs: packs)
  }
}

/// One YAML file of a pack.
struct RuleFile {
  /// As shown to people.
  let path: String
  let source: String
  /// The rule as the build has read it.
  private let compiled: String?

  init(_ shipped: ShippedRuleFile, readsSource: Bool) {
    path = shipped.path
    source = shipped.source
    compiled = readsSource ? nil : shipped.compiled
  }

  init(path: String, source: String) {
    self.path = path
    self.source = source
    compiled = nil
  }

  var isPack: Bool { path.hasSuffix("/pack.yaml") || path == "pack.yaml" }

  func rule(in packs: [Pack]) throws(RuleProblems) -> Rule {
    var rule: Rule
    if let compiled, let decoded = CompiledRule.decode(compiled, source: source, path: path) {
      rule = decoded
    } else {
      rule = try Rule(yaml: source, path: path)
    }
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
