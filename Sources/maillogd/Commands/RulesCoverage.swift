import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import RulePacks

extension RulesCommand {
  struct Coverage: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells which of a program's messages the rules explain.",
      discussion: """
        FILE is a list of format strings, one a line: component, level, format, place and perhaps programs, parted by tabs.
        Each is filled with values and run through the rules.

        Examples:
          maillogd rules coverage postfix-strings.tsv --internal rules/internal-strings.tsv
          maillogd rules coverage opendkim-strings.tsv --missing --level err,warning
        """)

    @Argument(help: "Lists of format strings.") var files: [String]
    @Option(name: .long, help: "A list of strings that need no rule: component, level, format (* allowed), reason.")
    var `internal`: [String] = []
    @Option(name: .long, help: "Only these levels, parted by commas.") var level: String?
    @Flag(name: .long, help: "List what no rule made for it explains.") var missing = false
    @Flag(name: .long, help: "List what is explained, and by which rule.") var explained = false
    @OptionGroup var options: RuleOptions

    func run() throws {
      try Failure.reporting {
        let rules = try options.load(readingSources: true)
        let lists = try `internal`.map { try Self.internals($0) }
        let levels = level.map { Set($0.split(separator: ",").map(String.init)) }
        var coverage = StringCoverage(rules, clock: LogClock(newest: Int64(Date().timeIntervalSince1970)))
        let output = try OutputFile(nil)
        for file in files {
          var table = CoverageTable()
          for string in try Self.strings(file) where levels?.contains(string.level) ?? true {
            let verdict = coverage.judge(string)
            // What a rule explains needs no excuse.
            let reason = verdict.isSpecific ? nil : lists.lazy.compactMap { $0.reason(for: string) }.first
            table.add(string, verdict, reason: reason)
            if let row = row(string, verdict, isInternal: reason != nil) { try output.write(row + "\n") }
          }
          try output.write(table.text(URL(filePath: file).lastPathComponent))
        }
      }
    }

    private func row(_ string: LoggedString, _ verdict: StringCoverage.Verdict, isInternal: Bool) -> String? {
      let place = "\(string.component)\t\(string.level)\t\(string.format)\t\(string.place)"
      switch verdict {
      case .specific(let rule): return explained ? "\(place)\t\(rule)" : nil
      case .general(let rule): return missing ? "\(place)\tonly \(rule)" : nil
      case .missing: return missing && !isInternal ? "\(place)\tno rule" : nil
      }
    }

    private static func internals(_ path: String) throws -> InternalStrings {
      do { return try InternalStrings(text(path), path: path) } catch let problems as RuleProblems {
        throw Failure.badData(problems.description)
      }
    }

    private static func strings(_ path: String) throws -> [LoggedString] {
      let rows = try text(path).split(separator: "\n").compactMap { LoggedString(row: String($0)) }
      guard !rows.isEmpty else {
        throw Failure.badData(
          "\(path) holds no format string; a row is component, level, format and place, parted by tabs")
      }
      return rows
    }

    private static let mostBytes = 16_777_216

    private static func text(_ path: String) throws -> String {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure.cannotOpen("\(path) cannot be read; give a list of format strings, parted by tabs")
      }
      guard data.count <= mostBytes else {
        throw Failure.badData("\(path) has \(data.count) bytes; a list may have \(mostBytes)")
      }
      return String(decoding: data, as: UTF8.self)
    }
  }
}

extension StringCoverage.Verdict {
  fileprivate var isSpecific: Bool { if case .specific = self { true } else { false } }
}

/// How many strings of each level are explained.
private struct CoverageTable {
  private struct Row {
    var strings = 0
    var specific = 0
    var general = 0
    var declared = 0
    var missing = 0
  }

  private var rows: [String: Row] = [:]

  mutating func add(_ string: LoggedString, _ verdict: StringCoverage.Verdict, reason: String?) {
    rows[string.level, default: Row()].strings += 1
    guard reason == nil else {
      rows[string.level, default: Row()].declared += 1
      return
    }
    switch verdict {
    case .specific: rows[string.level, default: Row()].specific += 1
    case .general: rows[string.level, default: Row()].general += 1
    case .missing: rows[string.level, default: Row()].missing += 1
    }
  }

  func text(_ name: String) -> String {
    func cells(_ label: String, _ row: Row) -> String {
      let numbers = [row.strings, row.specific, row.general, row.declared, row.missing].map { Self.cell("\($0)") }
      return label.padded(to: 28) + numbers.joined()
    }
    var total = Row()
    var lines = [
      name.padded(to: 28) + ["strings", "specific", "general", "internal", "missing"].map(Self.cell).joined()
    ]
    for (level, row) in rows.sorted(by: { ($1.value.strings, $0.key) < ($0.value.strings, $1.key) }) {
      lines.append(cells("  " + level, row))
      total.strings += row.strings
      total.specific += row.specific
      total.general += row.general
      total.declared += row.declared
      total.missing += row.missing
    }
    lines.append(cells("  all", total))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cell(_ text: String) -> String { String(repeating: " ", count: max(0, 10 - text.count)) + text }
}
