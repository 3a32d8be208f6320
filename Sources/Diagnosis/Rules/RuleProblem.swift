/// Something wrong in a rule or pack file, said to the person who writes it.
public struct RuleProblem: Error, Sendable, CustomStringConvertible, Equatable {
  public let path: String
  /// Both count from 1; 0 where the problem is the whole file.
  public let line: Int
  public let column: Int
  public let message: String

  public init(path: String, line: Int = 0, column: Int = 0, _ message: String) {
    self.path = path
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String {
    line > 0 ? "\(path):\(line):\(column): \(message)" : "\(path): \(message)"
  }
}

/// Everything that is wrong with the rules that were asked for.
public struct RuleProblems: Error, Sendable, CustomStringConvertible {
  public let problems: [RuleProblem]

  public init(_ problems: [RuleProblem]) { self.problems = problems }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
