import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import LogSources
import Reporting
import RulePacks

extension RulesCommand {
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs the samples inside the rules, each against all rules.",
      discussion: """
        Exit code 1 if a sample fails, if two rules overlap without saying so, or if a rule speaks above info about a log of
        --calm, in which nothing is wrong.

        Examples:
          maillogd rules test
          maillogd rules test --only local. site
          maillogd rules test --junit report.xml --calm /var/log/mail.log.1
        """)
    @Argument(
      help: "Folders with rules to test, beside those inside the program; instead of them, if of the same name.")
    var folders: [String] = []
    @Option(name: .long, help: "Only rules whose id begins so.") var only = ""
    @Option(name: .long, help: "A log in which nothing is wrong (repeatable).") var calm: [String] = []
    @Option(name: .long, help: "Also write the outcome to this file, as JUnit's XML.") var junit: String?

    func run() throws {
      try Failure.reporting {
        let set = try RulesCommand.checked(folders)
        var tester = RuleTester(set, clock: LogClock(newest: Int64(Date().timeIntervalSince1970)))
        var outcome = tester.run { $0.id.hasPrefix(only) }
        for path in calm { outcome.cases.append(try Self.quiet(path, set)) }
        if let junit { try OutputFile(junit).write(JUnitReport.text(outcome)) }
        let failures = outcome.failures
        let total = "\(outcome.passed) passed, \(outcome.cases.count - outcome.passed) failed"
        let lines = failures.map(\.description.printable) + [total]
        try OutputFile(nil).write(lines.joined(separator: "\n") + "\n")
        if !failures.isEmpty { throw ExitCode(1) }
      }
    }

    /// One case: that the log at `path` raises nothing.
    private static func quiet(_ path: String, _ rules: RuleSet) throws -> RuleTester.Case {
      var pipeline = Pipeline(rules: rules, clock: .local(newest: nil))
      var stream = LogStream()
      let time = ContinuousClock().measure {
        stream.read(.file(path: path), begin: { pipeline.begin($0, clock: $1) }, take: { pipeline.consume($0) })
      }
      try stream.report()
      let failures = pipeline.finish().incidents.filter { $0.severity > .info }.map { incident in
        RuleTester.Failure(
          rule: incident.rule.id, path: path, line: incident.lines.first?.line ?? 0,
          message: "speaks with severity \(incident.severity.rawValue) about a log in which nothing is wrong")
      }
      return RuleTester.Case(rule: "calm", name: path, failures: failures, seconds: time / .seconds(1))
    }
  }
}
