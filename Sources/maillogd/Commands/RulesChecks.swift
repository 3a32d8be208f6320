import ArgumentParser
import Diagnosis
import Reporting

extension RulesCommand {
  struct Checks: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints which look at the machine or the DNS decides about which cause (docs/rule-checks.md).",
      discussion: "With --forms: the checks that a rule may name, each with its parameters.")
    @Flag(name: .long, help: "Print the checks that rules may name.") var forms = false
    @OptionGroup var options: RuleOptions

    func run() throws {
      try Failure.reporting {
        let table = forms ? RuleChecks.formTable() : RuleChecks(try options.load()).table()
        try OutputFile(nil).write(table)
      }
    }
  }
}
