import Diagnosis
import Foundation
import IncidentStore
import LogParsing

let begin: Int64 = 1_795_392_000

func time(_ second: Int64) -> EventTime { EventTime(microseconds: (begin + second) * 1_000_000) }

/// Changes as a real pipeline tells them, from a rule with a success line.
struct Failing: ~Copyable {
  var pipeline: Pipeline

  static func rules() throws -> RuleSet {
    let text = """
      id: a.milter
      title: The milter {milter} is down
      severity: error
      impact: None.
      match: [{daemon: cleanup, message: 'connect to Milter service (?P<milter>\\S+): '}]
      group-by: [milter]
      causes: [{id: one, text: Because.}]
      clears-when: [{daemon: opendkim, message: '^DKIM-Signature field added'}, {quiet-for: 7d}]
      """
    return try RuleSet([try Rule(yaml: text, path: "a.yaml")], packs: [])
  }

  init() throws {
    var options = Pipeline.Options()
    options.followsLog = true
    pipeline = Pipeline(rules: try Self.rules(), options: options, clock: LogClock(newest: begin + 86_400 * 300))
  }

  private static func stamp(_ second: Int64) -> String { time(second).rfc3339 }

  mutating func fail(_ second: Int64, milter: String = "inet:[::1]:12345") -> [IncidentChange] {
    read(
      "\(Self.stamp(second)) mail postfix/cleanup[7]: warning: connect to Milter service \(milter): Connection refused\n"
    )
  }

  mutating func work(_ second: Int64) -> [IncidentChange] {
    read("\(Self.stamp(second)) mail opendkim[9]: 4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.org)\n")
  }

  private mutating func read(_ line: String) -> [IncidentChange] {
    pipeline.consume(Array(line.utf8).span)
    return pipeline.takeChanges()
  }
}

/// A folder of a test; it goes away with the value.
struct TestFolder: ~Copyable {
  let path = NSTemporaryDirectory() + "/IncidentStoreTests-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var database: String { path + "/incidents.sqlite" }
}
