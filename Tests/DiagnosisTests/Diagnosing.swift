import Diagnosis
import Foundation
import LogParsing
import Reporting
import RulePacks

/// 23 November 2026, 18:00 UTC: the day of the recordings.
let clock = LogClock(newest: 1_795_456_800)

/// The rules inside the program, read once.
enum Shipped {
  static let rules: RuleSet = {
    do { return try RulePacks.load([.shipped]) } catch { fatalError("\(error)") }
  }()
}

/// A rule file with only what a test is about; all else is filled in.
func ruleText(_ id: String, _ keys: String, causes: String = "  - {id: one, text: Because.}") -> String {
  var text = "id: \(id)\ntitle: About \(id)\nimpact: None.\ncauses:\n\(causes)\n"
  if !keys.contains("severity:") { text += "severity: warning\n" }
  return text + keys + "\n"
}

func rule(_ id: String, _ keys: String, causes: String = "  - {id: one, text: Because.}") throws -> Rule {
  let text = ruleText(id, keys, causes: causes)
  return try Rule(yaml: text, path: "\(id).yaml")
}

func ruleSet(_ rules: Rule...) throws -> RuleSet { try RuleSet(rules, packs: []) }

/// What `rules` make of `log`.
func diagnosis(_ log: String, _ rules: RuleSet, tryingEveryRule: Bool = false) -> DiagnosisReport {
  var options = Pipeline.Options()
  options.triesEveryRule = tryingEveryRule
  var pipeline = Pipeline(rules: rules, options: options, clock: clock)
  pipeline.begin("mail.log", clock: clock)
  pipeline.consume(Array(log.utf8).span)
  return pipeline.finish()
}

extension DiagnosisReport {
  subscript(rule: String) -> Incident? { incidents.first { $0.rule.id == rule } }

  /// All that the report says, to compare two of them.
  var digest: String {
    JSONReport(language: .english).object(self) + "\(summary)\n\(evictedStories)\n\(inputs.map(\.mailLines))"
  }
}

/// The lab's recordings, one folder a failure.
enum Recordings {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/scenarios").standardizedFileURL.resolvingSymlinksInPath()

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()

  static func bytes(_ name: String, _ file: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: folder.appending(path: "\(name)/\(file)").path()) ?? Data())
  }
}
