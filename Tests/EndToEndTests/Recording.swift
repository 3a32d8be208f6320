import Foundation
import Testing

/// A failure made on a real Postfix, recorded, and what is known to have caused it.
struct Recording: CustomTestStringConvertible {
  let name: String
  /// `mail.log`, or the journal where the line never reached the file.
  let path: String
  let cause: String
  let keyPatterns: [String]
  let isFailure: Bool

  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/scenarios").path

  static let all: [Recording] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { try? Recording(name: $0) }
  }()

  static func path(_ name: String, _ file: String = "mail.log") -> String { "\(folder)/\(name)/\(file)" }

  private struct Truth: Decodable {
    let cause: String
    let keyRegex: [String]
    let journalOnly: Bool
    let diagnosisExpected: Bool
  }

  private init(name: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let truth = try decoder.decode(
      Truth.self, from: Data(contentsOf: URL(filePath: Self.path(name, "truth.json"))))
    self.name = name
    path = Self.path(name, truth.journalOnly ? "journal.export" : "mail.log")
    cause = truth.cause
    keyPatterns = truth.keyRegex
    isFailure = truth.diagnosisExpected
  }

  /// Whether some incident of `report` shows a line that tells of the failure.
  func isFound(in report: Report) throws -> Bool {
    let patterns = try keyPatterns.map { try NSRegularExpression(pattern: $0) }
    return report.incidents.contains { incident in
      incident.lines.contains { line in
        let whole = NSRange(line.text.startIndex..., in: line.text)
        return patterns.contains { $0.firstMatch(in: line.text, range: whole) != nil }
      }
    }
  }
}
