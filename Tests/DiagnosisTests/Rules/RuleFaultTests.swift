import Foundation
import RulePacks
import Testing

@testable import Diagnosis

@Suite struct `A rule file with a fault` {
  private static let good = """
    id: postfix.example
    title: Example
    severity: warning
    reason: network
    match:
      - daemon: smtpd
        level: info
        message: '^lost connection'
        fields: {status: [deferred]}
    group-by: [client.address]
    threshold: {count: 10, within: 10m}
    impact: None.
    causes:
      - id: one
        text: Because.
        when: {logged: itself}
        fix:
          - {text: Do it., commands: [echo]}
    references: [https://www.postfix.org/]
    tests:
      - {log: x}
    fr:
      title: Exemple
      impact: Aucun.
      causes:
        one: {text: Parce que., fix: [Faites-le.]}

    """

  private static func problems(_ text: String) -> [String] {
    do {
      _ = try Rule(yaml: text, path: "rules/x.yaml")
      return []
    } catch { return error.problems.map(\.description) }
  }

  @Test func `is told from one without`() { #expect(Self.problems(Self.good) == []) }

  @Test(arguments: [
    (
      "severity: warning", "sevrity: warning",
      ["rules/x.yaml:3:1:", "has no key 'sevrity'", "did you mean 'severity'?", "allowed: id,"]
    ),
    (
      "severity: warning", "severity: bad",
      ["rules/x.yaml:3:11:", "cannot be 'bad'", "allowed: info, warning, error, critical"]
    ),
    ("severity: warning\n", "", ["rules/x.yaml:1:1:", "no severity", "info, warning, error, critical"]),
    ("'^lost connection'", "'^lost (connection'", ["rules/x.yaml:8:14:", "message:", "missing )"]),
    ("'^lost connection'", #"'^lost (?=connection)'"#, ["rules/x.yaml:8:14:", "RE2", "look-around"]),
    ("'^lost connection'", #"'^\d+ .*'"#, ["rules/x.yaml:8:14:", "no word of 3 bytes"]),
    ("'^lost connection'", "'lost|ab'", ["rules/x.yaml:8:14:", "in each branch"]),
    (
      "daemon: smtpd", "daemon: smtdp",
      ["rules/x.yaml:6:13:", "no daemon is called 'smtdp'", "did you mean 'smtp'?", "'postfix'"]
    ),
    (
      "level: info", "level: notice", ["rules/x.yaml:7:12:", "no level 'notice'", "info, warning, error, fatal, panic"]
    ),
    ("reason: network", "reason: netwrok", ["rules/x.yaml:4:9:", "no reason 'netwrok'", "did you mean 'network'?"]),
    ("id: postfix.example", "id: Postfix", ["rules/x.yaml:1:5:", "'Postfix'", "lower-case"]),
    ("id: postfix.example\n", "", ["rules/x.yaml:1:1:", "has no id"]),
    ("within: 10m", "within: 10 minutes", ["rules/x.yaml:11:32:", "90s, 30m, 24h or 7d"]),
    ("count: 10", "count: many", ["rules/x.yaml:11:20:", "whole number"]),
    ("group-by: [client.address]", "group-by: {a: b}", ["rules/x.yaml:10:11:", "group-by must be a list"]),
    ("{status: [deferred]}", "deferred", ["rules/x.yaml:9:13:", "fields must be a mapping"]),
    (
      "when: {logged: itself}", "when: {logged: {rules: a.b}}",
      ["rules/x.yaml:16:", "has no key 'rules'", "did you mean 'rule'?"]
    ),
    (
      "when: {logged: itself}", "confirmed-by: [{loged: a.b}]",
      ["rules/x.yaml:16:", "no check 'loged'", "allowed: logged, address"]
    ),
    ("  - id: one\n    text", "  - text", ["rules/x.yaml:14:5:", "the cause has no id"]),
    ("one: {text: Parce", "two: {text: Parce", ["rules/x.yaml:26:5:", "has no key 'two'", "allowed: one"]),
    ("[Faites-le.]", "[Faites-le., Encore.]", ["rules/x.yaml:26:", "2 texts for 1 steps"]),
    ("{log: x}", "{lgo: x}", ["rules/x.yaml:21:6:", "has no key 'lgo'", "did you mean 'log'?"]),
    ("title: Example\n", "title: Example\ntitle: Again\n", ["rules/x.yaml:", "stand twice", "title"]),
    ("group-by: [client.address]", "group-by: [client.address", ["rules/x.yaml:", "this is not YAML"]),
    ("title: Example", "title: a: b", ["rules/x.yaml:2:", "this is not YAML"]),
  ])
  func `says where it is and what is allowed`(right: String, wrong: String, words: [String]) throws {
    #expect(Self.good.contains(right))
    let problems = Self.problems(Self.good.replacing(right, with: wrong, maxReplacements: 1))
    let problem = problems.first { problem in words.allSatisfy { problem.contains($0) } }
    #expect(problem != nil, "\(problems)")
  }

  @Test(arguments: [
    "", "# nothing\n", "- a\n- b\n", "just words\n", "\u{0}", "{", "&a *a", "!!binary x", "id: *unknown",
  ])
  func `that holds something else is refused in words`(text: String) {
    let problems = Self.problems(text)
    #expect(!problems.isEmpty)
    #expect(problems.allSatisfy { $0.hasPrefix("rules/x.yaml") })
  }

  @Test func `tells of all its faults at once`() {
    let text = Self.good.replacing("severity: warning", with: "severity: bad").replacing(
      "reason: network", with: "reason: bad"
    )
    .replacing("title: Exemple", with: "titel: Exemple")
    #expect(Self.problems(text).count >= 3)
  }

  @Test func `of a match entry without words or status is refused`() {
    let text = Self.good.replacing("    message: '^lost connection'\n    fields: {status: [deferred]}\n", with: "")
    #expect(
      Self.problems(text).contains {
        $0.contains("rules/x.yaml:6:5:") && $0.contains("needs message, reply or fields.status")
      })
  }

  @Test func `too large is refused unread`() {
    let problems = Self.problems(Self.good + String(repeating: "# more\n", count: 50_000))
    #expect(problems.count >= 1)
    #expect(problems.allSatisfy { $0.contains("262144") && $0.contains("Split it") })
  }

  /// Ten aliases of ten aliases …: 10^9 words, if somebody wrote them out.
  private static let bomb =
    "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + zip("bcdefghi", "abcdefgh").map {
      "\($0): &\($0) [\(Array(repeating: "*\($1)", count: 10).joined(separator: ", "))]\n"
    }.joined()

  @Test(.timeLimit(.minutes(1))) func `that is a bomb of aliases is refused at once`() {
    #expect(Self.problems(Self.bomb + Self.good).contains { $0.contains("anchors and aliases") })
    let inside = Self.good.replacing("group-by: [client.address]", with: "group-by: *i")
    #expect(Self.problems(Self.bomb + inside).count < 100)
  }

  @Test(arguments: [
    "x: !!seq &a [1]", "x: ! &a y", "- !<tag:yaml.org,2002:str> &a y", "x: [!t &a y]", "x: !!str\n  &a y", "!t &a y: z",
  ]) func `that hides an anchor behind a tag is refused`(text: String) {
    #expect(Self.problems(text + "\n").contains { $0.contains("anchors and aliases") })
  }

  @Test(arguments: ["x: hello !b &c", "x: 'wow ! &c'", "x: a!b &c"])
  func `that has such signs in a text is none with anchors`(text: String) {
    #expect(!Self.problems(text + "\n").contains { $0.contains("anchors and aliases") })
  }

  @Test(.timeLimit(.minutes(1))) func `that is a bomb of aliases in the place of a key is refused at once`() {
    // A million words, written out; as a key they would all be hashed.
    let small = Self.bomb.split(separator: "\n").prefix(6).joined(separator: "\n")
    #expect(!Self.problems(small + "\n? *f\n: x\n" + Self.good).isEmpty)
  }

  @Test(.timeLimit(.minutes(1))) func `that nests ten thousand lists is refused`() async {
    await #expect(processExitsWith: .success) {
      let text = "id: " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
      _ = try? Rule(yaml: text, path: "x.yaml")
    }
  }
}

@Suite struct `Rules of one run` {
  @Test func `may not share an id`() throws {
    let keys = "match: [{message: abc}]"
    let twin = try rule("a.b", keys)
    let error = #expect(throws: RuleProblems.self) { try ruleSet(try rule("a.b", keys), twin) }
    #expect(error?.description == "a.b.yaml:1:5: the id 'a.b' is already taken by a.b.yaml; every rule needs its own")
  }

  @Test func `may not have another's former id`() throws {
    let old = try rule("a.old", "match: [{message: abc}]\naliases: [a.b]")
    let other = try rule("a.b", "match: [{message: abc}]")
    #expect(throws: RuleProblems.self) { try ruleSet(old, other) }
  }

  @Test func `answer to their former ids`() throws {
    let rules = try ruleSet(try rule("a.new", "match: [{message: abc}]\naliases: [a.old]"))
    #expect(rules["a.old"]?.id == "a.new")
    #expect(rules["a.none"] == nil)
  }
}

@Suite struct `A folder of rules` {
  private static func load(_ files: KeyValuePairs<String, Data>) throws -> RuleSet {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, data) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    }
    return try RulePacks.load([.folder(folder.path())])
  }

  private static let rule = Data(ruleText("mine.smtp.slow", "match: [{message: abc}]").utf8)
  private static let pack = Data("name: mine\nversion: 1.0.0\n".utf8)

  @Test func `with a pack gives its rules the pack's name`() throws {
    let rules = try Self.load(["pack.yaml": Self.pack, "smtp/slow.yaml": Self.rule])
    #expect(rules.rules.map(\.pack) == ["mine"])
  }

  @Test func `wants the id that its path says`() {
    let error = #expect(throws: RuleProblems.self) {
      try Self.load(["pack.yaml": Self.pack, "smtp/fast.yaml": Self.rule])
    }
    #expect(error?.description.contains("/smtp/fast.yaml:1:1: ") == true)
    #expect(error?.description.contains("'mine.smtp.fast'") == true)
  }

  @Test func `without rules, or that is not there, says so`() {
    #expect(throws: RuleProblems.self) { try Self.load(["readme.txt": Data()]) }
    let error = #expect(throws: RuleProblems.self) { try RulePacks.load([.folder("/nonexistent/rules")]) }
    #expect(error?.description.contains("no such folder") == true)
  }

  @Test func `says which file is too large or not UTF-8`() {
    let large = #expect(throws: RuleProblems.self) { try Self.load(["big.yaml": Data(count: 300_000)]) }
    #expect(large?.description.contains("/big.yaml: the file has 300000 bytes; a rule may have 262144") == true)
    let latin = #expect(throws: RuleProblems.self) { try Self.load(["a.yaml": Data([0x69, 0x64, 0x3A, 0x20, 0xE9])]) }
    #expect(latin?.description.contains("not UTF-8") == true)
  }
}
