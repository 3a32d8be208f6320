import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import LogSources
import Reporting

extension RulesCommand {
  struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measures what each rule costs on a log.",
      discussion: """
        The dearest first. "tries" counts the lines that hold a word of the rule, "ns/try" what its expressions then take, and
        "ratio" that time in multiples of a search for one fixed word in the same lines: it does not depend on the machine.
        "size" is the number of RE2 instructions. Without FILE the samples inside the rules are the log.

        Examples:
          maillogd rules bench /var/log/mail.log
          maillogd rules bench --rules site --top 50 mail.log
        """)
    @Argument(help: "Log files; \"-\" is standard input.") var files: [String] = []
    @Option(name: .long, help: "How many rules to list.") var top = 25
    @OptionGroup var options: RuleOptions

    func run() throws {
      try Failure.reporting {
        let rules = try options.load(readingSources: files.isEmpty)
        var bench: RuleBench
        do { bench = try RuleBench(rules, clock: .local(newest: nil)) } catch { throw Failure.badData("\(error)") }
        if files.isEmpty {
          for test in rules.rules.flatMap(\.tests) {
            for line in test.log.utf8.split(separator: 0x0A) { bench.take(Array(line)) }
          }
        } else {
          var stream = LogStream()
          var framer = BlockFramer()
          for input in try LogStream.inputs(files) {
            stream.read(input, begin: { _, _ in }, take: { framer.feed($0) { Self.take($0, &bench) } })
            framer.end { Self.take($0, &bench) }
          }
          try stream.report()
        }
        try OutputFile(nil).write(table(bench))
      }
    }

    private static func take(_ block: Span<UInt8>, _ bench: inout RuleBench) {
      block.forEachLine { line, _ in
        bench.take(line.extracting(0..<min(line.count, BlockFramer.longestLine)).copy)
      }
    }

    private func table(_ bench: borrowing RuleBench) -> String {
      let costs = bench.ranked()
      let total = max(1, costs.reduce(0) { $0 + $1.nanoseconds })
      var lines = [Self.row("rule", ["tries", "matches", "ns/try", "ratio", "size", "share"])]
      for cost in costs.prefix(top) {
        let share = Double(cost.nanoseconds * 1_000 / total) / 10
        let ratio = Double(Int(cost.ratio * 10)) / 10
        lines.append(
          Self.row(
            cost.rule.printable,
            [
              "\(cost.tries)", "\(cost.matches)", "\(cost.perTry)", "\(ratio)", "\(cost.instructions)", "\(share) %",
            ]))
      }
      let perLine = total / max(1, bench.lines)
      let untried = costs.count { $0.tries == 0 }
      lines.append("\(bench.lines) lines, \(perLine) ns of expressions a line; \(untried) rules were never tried")
      return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
      name.padded(to: 44) + cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }
  }
}
