import Foundation
import RulePacks
import Testing

@testable import Diagnosis

@Suite struct `Rules of a machine` {
  /// A file tree with these files in it.
  private static func tree(_ files: [String: String]) throws -> String {
    let root = FileManager.default.temporaryDirectory.path + "/RulePrecedenceTests-" + UUID().uuidString
    for (name, text) in files {
      let path = root + "/" + name
      try FileManager.default.createDirectory(
        atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    return root
  }

  private static func load(_ files: [String: String]) throws -> RuleSet {
    let root = try tree(files)
    defer { try? FileManager.default.removeItem(atPath: root) }
    let places = RulePlaces(root: root)
    return try RulePacks.load(RulePacks.origins(places), overrides: places.overrides)
  }

  private static let match = "match: [{daemon: smtpd, message: '^something odd'}]"

  @Test func `come from the program alone where nothing is installed`() throws {
    #expect(try Self.load([:]).rules.count == Shipped.rules.rules.count)
    #expect(try Self.load(["etc/maillogd/rules.d/README": "no rule"]).rules.count == Shipped.rules.rules.count)
  }

  @Test func `give way to those that the admin installed, pack by pack and rule by rule`() throws {
    let rules = try Self.load([
      "usr/share/maillogd/rules/gmail/pack.yaml": "{name: gmail, version: 0.0.1}",
      "usr/share/maillogd/rules/gmail/shared.yaml": ruleText("gmail.shared", Self.match),
      "usr/share/maillogd/rules/extra/pack.yaml": "{name: extra, version: 1}",
      "usr/share/maillogd/rules/extra/one.yaml": ruleText("extra.one", Self.match),
      "etc/maillogd/rules.d/yahoo/pack.yaml": "{name: yahoo, version: 9}",
      "etc/maillogd/rules.d/yahoo/mine.yaml": ruleText("yahoo.mine", Self.match),
      "etc/maillogd/rules.d/full.yaml": ruleText("postfix.queue.no-space", Self.match),
    ])
    #expect(rules["gmail.shared"] == nil, "the program's own pack is stronger than a shared one")
    #expect(rules["gmail.ipv6-ptr"] != nil)
    #expect(rules["extra.one"] != nil)
    #expect(rules["yahoo.mine"] != nil)
    #expect(rules.rules.count { $0.pack == "yahoo" } == 1, "the whole pack is replaced")
    #expect(rules["postfix.queue.no-space"]?.pack == "local")
  }

  @Test func `are changed by id, without touching their files`() throws {
    let rules = try Self.load([
      "etc/maillogd/overrides.yaml": """
      gmail.*: {disabled: true}
      yahoo.*: {severity: info}
      postfix.queue.no-space:
        severity: warning
        title: Our disk is full
        fr: {title: Notre disque est plein, impact: Appelez Anna}
      gone.rule: {disabled: true}

      """
    ])
    #expect(!rules.rules.contains { $0.id.hasPrefix("gmail.") })
    #expect(rules.rules.filter { $0.pack == "yahoo" }.allSatisfy { $0.severity == .info })
    let rule = try #require(rules["postfix.queue.no-space"])
    #expect(rule.severity == .warning)
    #expect(rule.advice(in: .english)?.title == "Our disk is full")
    #expect(rule.advice(in: .french)?.title == "Notre disque est plein")
    #expect(rule.advice(in: .french)?.impact == "Appelez Anna")
    #expect(rule.advice(in: .english)?.impact == Shipped.rules["postfix.queue.no-space"]?.advice(in: .english)?.impact)
    #expect(rules.notices.map(\.line) == [7])
    #expect(rules.notices.first?.message.contains("no rule is called 'gone.rule'") == true)
  }

  @Test func `keep their own cause where an override names one that they do not have`() throws {
    let rules = try Self.load([
      "etc/maillogd/overrides.yaml": "postfix.queue.no-space: {causes: {disk-full: Call Anna., moon: Full.}}\n"
    ])
    #expect(
      rules["postfix.queue.no-space"]?.advice(in: .french)?.causes.first { $0.id == "disk-full" }?.text == "Call Anna.")
    #expect(rules.notices.first?.message.contains("has no cause 'moon'") == true)
  }

  @Test(arguments: ["", "# gmail.spf: {severity: info}\n", "---\n# nothing yet\n"])
  func `are loaded with overrides that change nothing`(text: String) throws {
    let rules = try Self.load(["etc/maillogd/overrides.yaml": text])
    #expect(rules.rules.count == Shipped.rules.rules.count)
  }

  @Test func `are not read from files called .yml, which is told`() throws {
    let alone = try Self.load(["etc/maillogd/rules.d/mine.yml": ruleText("mine", Self.match)])
    #expect(alone["mine"] == nil)
    #expect(alone.notices.map(\.message) == ["rules are read from .yaml files only; call it .yaml"])
    let beside = try Self.load([
      "etc/maillogd/rules.d/site/pack.yaml": "{name: site, version: 1}",
      "etc/maillogd/rules.d/site/odd.yml": ruleText("site.odd", Self.match),
      "etc/maillogd/rules.d/site/one.yaml": ruleText("site.one", Self.match),
    ])
    #expect(beside["site.one"] != nil)
    #expect(beside.notices.map { $0.path.hasSuffix("/rules.d/site/odd.yml") } == [true])
  }

  @Test(arguments: [
    ("gmail.spf: {sevrity: info}", "has no key 'sevrity'; did you mean 'severity'?"),
    ("gmail.spf: {severity: loud}", "severity cannot be 'loud'"),
    ("gmail.spf: {disabled: maybe}", "disabled must be true or false"),
    ("gmail.*: {title: One for all}", "texts belong to one rule"),
    ("- gmail.spf", "overrides are a mapping"),
    ("gmail.spf: {causes: [x]}", "causes must be a mapping"),
    ("{", "this is not YAML"),
  ]) func `are not loaded with faulty overrides, which are told`(text: String, complaint: String) throws {
    let problems = #expect(throws: RuleProblems.self) { try Self.load(["etc/maillogd/overrides.yaml": text]) }
    #expect(problems?.description.contains(complaint) == true, "\(String(describing: problems))")
  }
}
