import Foundation
import Testing

@Suite struct `The tables of checks in docs` {
  private static func document(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  @Test func `are current: which look decides about which cause`() throws {
    let table = try Maillogd.run(["rules", "checks"]).text
    #expect(try Self.document("rule-checks.md") == table, "maillogd rules checks > docs/rule-checks.md")
  }

  @Test func `are current: which checks a rule may name`() throws {
    let table = try Maillogd.run(["rules", "checks", "--forms"]).text
    #expect(try Self.document("evidence-checks.md").contains(table), "maillogd rules checks --forms")
  }
}
