public import ArgumentParser
public import Diagnosis
import Foundation
import Reporting
import RulePacks

/// Which rules a command works with.
struct RuleOptions: ParsableArguments {
  @Option(name: .long, help: "Also use the rules in this folder, instead of those of the same name (repeatable).")
  var rules: [String] = []

  @Flag(name: .long, help: "Use only the rules of --rules, not those inside the program.")
  var onlyThese = false

  @Option(name: .long, help: "Look for installed packs and overrides below this folder instead of /.")
  var root = "/"

  var places: RulePlaces { RulePlaces(root: root) }

  func load(readingSources: Bool = false) throws -> RuleSet {
    let origins = (onlyThese ? [] : RulePacks.origins(places)) + rules.map(RuleOrigin.folder)
    do {
      let set = try RulePacks.load(
        origins, overrides: onlyThese ? nil : places.overrides, readingSources: readingSources)
      for notice in set.notices { StandardError.write(notice.description) }
      return set
    } catch {
      for problem in error.problems { StandardError.write(problem.description) }
      let count = error.problems.count
      let way = rules.isEmpty ? "repair the files named there" : "repair them, or leave out --rules"
      throw Failure.badData("the rules have \(count == 1 ? "a fault" : "\(count) faults"), see above; \(way)")
    }
  }
}

/// In which language a command speaks.
struct LanguageOption: ParsableArguments {
  @Option(name: .long, help: "Language of the report: en or fr (default: that of the locale).")
  var lang: Language?

  var language: Language {
    if let lang { return lang }
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.hasPrefix("fr") ? .french : .english
  }
}

extension Language: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
