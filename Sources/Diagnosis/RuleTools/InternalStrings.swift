/// The texts that no admin can cause or repair, each with the reason; a list of tab-separated values.
///
/// A row is component, level, format and reason. In the first three `*` stands for any run of characters.
public struct InternalStrings: Sendable {
  private struct Row {
    let component: Glob
    let level: Glob
    let format: Glob
    let reason: String
  }

  private let rows: [Row]

  /// Fails on a row without a reason, naming its line.
  public init(_ text: String, path: String) throws(RuleProblems) {
    var rows: [Row] = []
    var problems: [RuleProblem] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 4, !cells[3].trimmed.isEmpty else {
        problems.append(
          RuleProblem(
            path: path, line: index + 1, column: 1,
            "a row is component, level, format and reason, parted by tabs; this one has \(cells.count) cells"))
        continue
      }
      rows.append(
        Row(component: Glob(cells[0]), level: Glob(cells[1]), format: Glob(cells[2]), reason: cells[3].trimmed))
    }
    guard problems.isEmpty else { throw RuleProblems(problems) }
    self.rows = rows
  }

  /// Why `string` needs no rule; `nil` if the list does not say so.
  public func reason(for string: LoggedString) -> String? {
    rows.first {
      $0.level.matches(string.level) && $0.component.matches(string.component) && $0.format.matches(string.format)
    }?.reason
  }
}
