public import Diagnosis
import LogParsing

/// Why each rule did or did not match a line, for people who write rules.
public struct TraceReport {
  private let terminal: Terminal

  public init(terminal: Terminal) { self.terminal = terminal }

  public func text(_ lines: [(line: [UInt8], outcomes: [(rule: Rule, outcome: ClauseOutcome)])]) -> String {
    lines.map { text($0.line, $0.outcomes) }.joined(separator: "\n")
  }

  private func text(_ line: [UInt8], _ outcomes: [(rule: Rule, outcome: ClauseOutcome)]) -> String {
    let sorted = outcomes.enumerated().sorted {
      (Self.rank($0.element.outcome), $0.offset) < (Self.rank($1.element.outcome), $1.offset)
    }
    let rows = sorted.map {
      "  " + $0.element.rule.id.rightPadded(to: 44) + " " + Self.words($0.element.outcome).printable
    }
    return (["", terminal.styled(line.text.shortened(to: 200).printable, .bold)] + rows).joined(separator: "\n") + "\n"
  }

  /// Matches first, then the nearest misses.
  private static func rank(_ outcome: ClauseOutcome) -> Int {
    switch outcome {
    case .matches: 0
    case .otherReply, .otherMessage: 1
    case .otherField: 2
    case .otherLevel: 3
    case .otherDaemon: 4
    }
  }

  private static func words(_ outcome: ClauseOutcome) -> String {
    switch outcome {
    case .matches(let captures):
      captures.isEmpty ? "MATCHES" : "MATCHES " + captures.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    case .otherDaemon: "is about other daemons"
    case .otherLevel: "is about other levels"
    case .otherField(let path, let found): "field \(path) is \(found.map { "'\($0)'" } ?? "not there")"
    case .otherMessage: "message does not match"
    case .otherReply: "reply does not match"
    }
  }
}
