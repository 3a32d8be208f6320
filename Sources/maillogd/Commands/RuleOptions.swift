public import ArgumentParser
public import Diagnosis
import Foundation
import Reporting
import RulePacks

/// Which rules a command works with.
struct RuleOptions: ParsableArguments {
  @Option(name: .long, help: "Also use the rules in this folder (repeatable).")
  var rules: [String] = []

  @Flag(name: .long, help: "Use only the rules of --rules, not those inside the program.")
  var onlyThese = false

  func load(readingSources: Bool = false) throws -> RuleSet {
    var origins: [RuleOrigin] = onlyThese ? [] : [.shipped]
    if !onlyThese, FileManager.default.fileExists(atPath: RulePacks.installedFolder) {
      origins.append(.folder(RulePacks.installedFolder))
    }
    origins += rules.map(RuleOrigin.folder)
    do { return try RulePacks.load(origins, readingSources: readingSources) } catch {
      for problem in error.problems { StandardError.write(problem.description) }
      let count = error.problems.count
      throw Failure.badData(
        "the rules have \(count == 1 ? "a fault" : "\(count) faults"), see above; repair or leave out --rules")
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
