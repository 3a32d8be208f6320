/// How one source names what a line says, and how its names are ours.
struct Corpus: Sendable {
  typealias Expectation = (field: String, value: String)

  var name: String
  /// The program of a line that has no tag.
  var program: @Sendable (Row) -> String? = { _ in nil }
  /// A whole line made from a test that is only the value of one field.
  var wholeLine: @Sendable (Row) -> String = { $0.line }
  var expectations: @Sendable (Row) -> [Expectation]
  /// Our value of a field of theirs; `nil` where we have none.
  var value: @Sendable (_ field: String, _ reading: Reading, _ row: Row) -> String?

  static let all = [
    aso, grokPatterns, postfixParser, statusLine, lightmeter, datadog, crowdSec, logParser,
  ]

  func measure(_ rows: [Row]) -> Measurement {
    var result = Measurement(corpus: name)
    for row in rows where row.corpus == name {
      let reading = Reading(wholeLine(row), program: program(row))
      result.lines += 1
      for (field, expected) in expectations(row) {
        let ours = value(field, reading, row)
        result.expected += 1
        if ours == expected {
          result.reproduced += 1
        } else {
          let judgement = Judgement.all.first { $0.covers(name, field, row) }
          result.disagreements.append(
            Disagreement(
              corpus: name, field: field, expected: expected, ours: ours, line: row.line, judgement: judgement?.reason))
        }
      }
    }
    return result
  }
}

struct Measurement {
  var corpus: String
  var lines = 0
  var expected = 0
  var reproduced = 0
  var disagreements: [Disagreement] = []

  var summary: String {
    let reasons = disagreements.compactMap(\.judgement)
    let counted = Dictionary(reasons.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.value > $1.value }
    return "\(corpus): \(lines) lines, \(expected) fields, \(reproduced) reproduced, \(share(reproduced)) % raw, "
      + "\(share(reproduced + reasons.count)) % with those judged"
      + counted.map { "\n  \($0.value) judged: \($0.key)" }.joined()
  }

  private func share(_ count: Int) -> String {
    let tenths = expected == 0 ? 1000 : count * 1000 / expected
    return "\(tenths / 10).\(tenths % 10)"
  }
}

struct Disagreement: CustomStringConvertible {
  var corpus: String
  var field: String
  var expected: String
  var ours: String?
  var line: String
  var judgement: String?

  var description: String {
    "\(corpus) \(field): expected '\(expected)', ours \(ours.map { "'\($0)'" } ?? "none"): \(line.prefix(160))"
      + (judgement.map { "\n  judged: \($0)" } ?? "")
  }
}
