public import Diagnosis
import Foundation

/// Where rules come from.
public enum RuleOrigin: Sendable {
  /// The packs inside the program.
  case shipped
  /// A pack, a folder of packs, or a folder of loose rules; they take the place of those of the same name that came before.
  case folder(String)
}

/// Reads packs of rules from the program itself and from folders.
public enum RulePacks {
  /// The packs inside the program.
  public static var shippedPacks: [Pack] {
    ShippedRuleFile.all.map { RuleFile($0, readsSource: false) }.filter(\.isPack).compactMap {
      try? $0.pack()
    }
  }

  /// The origins of a machine, the weakest first: shared packs, those inside the program, those of the admin.
  public static func origins(_ places: RulePlaces) -> [RuleOrigin] {
    let files = FileManager.default
    var origins: [RuleOrigin] = files.fileExists(atPath: places.shared) ? [.folder(places.shared)] : []
    origins.append(.shipped)
    if holdsRules(places.installed) { origins.append(.folder(places.installed)) }
    return origins
  }

  /// An empty folder is how a machine without packs looks.
  private static func holdsRules(_ folder: String) -> Bool {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return false }
    return walk.contains { ($0 as? String).map(isYAML) ?? false }
  }

  /// All rules of `origins` as one set. With `readingSources` shipped rules are read from their YAML too, as tools for rule
  /// authors want it; rules from folders always are. `overrides` names the admin's file; it may be missing.
  public static func load(
    _ origins: [RuleOrigin], overrides: String? = nil, readingSources: Bool = false
  ) throws(RuleProblems) -> RuleSet {
    var layers = RuleLayers()
    for origin in origins { try layers.add(origin, readingSources: readingSources) }
    return try layers.set(overrides: overrides)
  }

  /// What would be wrong with the rules of a machine, and is not now, if `archive` were installed there: an id that
  /// another pack has, say.
  static func problems(installing archive: PackArchive, at places: RulePlaces) throws(PackFault) -> [RuleProblem] {
    let own = places.installed + "/" + archive.name + "/"
    let new = try archive.sources(below: places.installed + "/")
    let before = problems(at: places) { $0 }
    return problems(at: places) { $0.filter { !$0.path.hasPrefix(own) } + new }.filter { !before.contains($0) }
  }

  /// What is wrong with the rules of a machine when `change` is made to the files of its admin.
  private static func problems(at places: RulePlaces, _ change: ([RuleFile]) -> [RuleFile]) -> [RuleProblem] {
    do throws(RuleProblems) {
      var layers = RuleLayers()
      for origin in origins(places) {
        if case .folder(places.installed) = origin { continue }
        try layers.add(origin, readingSources: false)
      }
      layers.add(change(holdsRules(places.installed) ? try folder(places.installed).files : []))
      _ = try layers.set(overrides: places.overrides)
      return []
    } catch { return error.problems }
  }
}

/// Rules and packs of several origins, one over the other.
private struct RuleLayers {
  private var rules: [Rule] = []
  private var packs: [Pack] = []
  private var problems: [RuleProblem] = []
  private var notices: [RuleProblem] = []

  mutating func add(_ origin: RuleOrigin, readingSources: Bool) throws(RuleProblems) {
    switch origin {
    case .shipped: add(ShippedRuleFile.all.map { RuleFile($0, readsSource: readingSources) })
    case .folder(let path):
      let folder = try RulePacks.folder(path)
      notices += folder.notices
      add(folder.files)
    }
  }

  /// All rules as one set, with what the admin changes about them.
  consuming func set(overrides: String?) throws(RuleProblems) -> RuleSet {
    var layers = self
    if let overrides, FileManager.default.fileExists(atPath: overrides) {
      do throws(RuleProblems) {
        let text = try RulePacks.text(overrides)
        let changed = try RuleOverrides(yaml: text, path: overrides).applied(to: layers.rules)
        layers.rules = changed.rules
        layers.notices += changed.unknown
      } catch { layers.problems += error.problems }
    }
    guard layers.problems.isEmpty else { throw RuleProblems(layers.problems) }
    var set = try RuleSet(layers.rules, packs: layers.packs)
    set.notices = layers.notices
    return set
  }

  /// A pack takes the place of the one with its name, whole, and a loose rule that of the one with its id.
  mutating func add(_ files: [RuleFile]) {
    var newPacks: [Pack] = []
    var newRules: [Rule] = []
    for file in files where file.isPack {
      do { newPacks.append(try file.pack()) } catch { problems += error.problems }
    }
    for file in files where !file.isPack {
      do { newRules.append(try file.rule(in: newPacks)) } catch { problems += error.problems }
    }
    let names = Set(newPacks.map(\.name))
    let ids = Set(newRules.map(\.id))
    rules.removeAll { names.contains($0.pack) || ids.contains($0.id) }
    packs.removeAll { names.contains($0.name) }
    packs += newPacks
    rules += newRules
  }
}
