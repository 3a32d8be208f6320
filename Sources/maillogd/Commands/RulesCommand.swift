import ArgumentParser
import Diagnosis
import Foundation
import Reporting
import RulePacks

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Shows, checks, writes, shares and installs rules.",
    subcommands: [
      List.self, Show.self, Lint.self, Test.self, New.self, Docs.self, Bench.self, Coverage.self, Literals.self,
      Checks.self,
      PackCommand.self, Sign.self, Verify.self, Install.self, Update.self, Remove.self,
    ])

  /// The shipped rules and those of `folders`, texts included; what is wrong with them is told, exit code 1.
  static func checked(_ folders: [String]) throws -> RuleSet {
    do { return try RulePacks.load([.shipped] + folders.map(RuleOrigin.folder), readingSources: true) } catch {
      for problem in error.problems { StandardError.write(problem.description) }
      throw ExitCode(1)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all rules: severity, id, title.")
    @Flag(name: .long, help: "List the packs instead: where each comes from, and its state.") var packs = false
    @OptionGroup var options: RuleOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try Failure.reporting {
        let set = try options.load()
        let output = try OutputFile(nil)
        if packs { return try output.write(PackTable.text(set, options.places)) }
        for rule in set.rules.sorted(by: { $0.id < $1.id }) {
          let title = rule.advice(in: language.language)?.title ?? ""
          let row = [rule.severity.rawValue.padded(to: 8), rule.id.padded(to: 44), title.printable]
          try output.write(row.joined(separator: " ") + "\n")
        }
        StandardError.write("\(set.rules.count) rules in \(Set(set.rules.map(\.pack)).count) packs")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one rule: what it means, its causes and fixes.")
    @Argument(help: "The rule's id, such as gmail.ipv6-ptr.") var id: String
    @Flag(name: .long, help: "Print the rule file itself.") var source = false
    @OptionGroup var options: RuleOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try Failure.reporting {
        let set = try options.load()
        guard let rule = set[id] else {
          let near = set.rules.map(\.id).filter { $0.contains(id) || id.contains($0) }.sorted().prefix(5)
          let hint = near.isEmpty ? "maillogd rules list shows all" : "did you mean \(near.joined(separator: ", "))?"
          throw Failure(code: 64, message: "there is no rule '\(id)'; \(hint)")
        }
        let sheet = RuleSheet(language: language.language, terminal: .standardOutput)
        try OutputFile(nil).write(source ? rule.source : sheet.text(rule))
      }
    }
  }

  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks rule files: form, texts, translations, references.",
      discussion: "Without folders it checks the rules inside the program. Exit code 1 if anything is wrong.")
    @Argument(help: "Folders with rules to check, beside those inside the program.") var folders: [String] = []

    func run() throws {
      try Failure.reporting {
        let set = try RulesCommand.checked(folders)
        let problems = RuleLint(set).problems()
        let lines = problems.map(\.description.printable) + ["\(set.rules.count) rules, \(problems.count) problems"]
        try OutputFile(nil).write(lines.joined(separator: "\n") + "\n")
        if !problems.isEmpty { throw ExitCode(1) }
      }
    }
  }

  struct Literals: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the words that the first pass over a log looks for, one a line.")
    @OptionGroup var options: RuleOptions

    func run() throws {
      try Failure.reporting {
        let words = try options.load().literals
        try OutputFile(nil).write(words.map { $0 + "\n" }.joined())
      }
    }
  }
}

extension String {
  func padded(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}
