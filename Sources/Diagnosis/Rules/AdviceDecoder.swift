import Yams

/// Reads the texts and tests of a rule file: title, impact, causes, translation, samples.
struct AdviceDecoder {
  var reader: YAMLReader
  var problems: [RuleProblem] { reader.problems }

  init(path: String) { reader = YAMLReader(path: path) }

  /// The advice in `language`; what the translation leaves out stays English.
  mutating func advice(_ source: String, language: Language) -> RuleAdvice? {
    guard let root = reader.compose(source) else { return nil }
    let keys = reader.mapping(root, "a rule", known: RuleDecoder.matchingKeys + RuleDecoder.textKeys)
    var advice = RuleAdvice(
      title: text(keys["title"], "title", of: root), impact: text(keys["impact"], "impact", of: root),
      causes: reader.sequence(keys["causes"], "causes").compactMap { cause($0) },
      references: reader.strings(keys["references"], "references"))
    if advice.causes.isEmpty { reader.complain(keys["causes"] ?? root, "the rule names no cause; give causes: a list") }
    for (id, count) in Dictionary(advice.causes.map { ($0.id, 1) }, uniquingKeysWith: +) where count > 1 {
      reader.complain(keys["causes"], "the cause '\(id)' stands twice; every cause needs an id of its own")
    }
    let french = translation(keys["fr"], of: root, advice)
    if language == .french, let french { advice = french }
    return advice
  }

  mutating func tests(_ source: String) -> [RuleTest] {
    guard let root = reader.compose(source), let node = root.mapping?["tests"] else { return [] }
    return reader.sequence(node, "tests").compactMap { test($0) }
  }

  private mutating func text(_ node: Node?, _ what: String, of root: Node) -> String {
    guard let text = reader.string(node, what) else {
      if node == nil { reader.complain(root, "the rule has no \(what)") }
      return ""
    }
    return text.trimmed
  }

  private mutating func cause(_ node: Node) -> CauseAdvice? {
    let known = ["id", "text", "when", "confirmed-by", "refuted-by", "likelier-if", "fix"]
    let keys = reader.mapping(node, "a cause", known: known)
    guard let id = reader.string(keys["id"], "id") else {
      reader.complain(node, "the cause has no id; give it a short name such as not-running")
      return nil
    }
    return CauseAdvice(
      id: id, text: text(keys["text"], "text", of: node), conditions: conditions(keys["when"]),
      confirmedBy: checks(keys["confirmed-by"], "confirmed-by"), refutedBy: checks(keys["refuted-by"], "refuted-by"),
      likelierIf: checks(keys["likelier-if"], "likelier-if"),
      fix: reader.sequence(keys["fix"], "fix").compactMap { step($0) })
  }

  private mutating func conditions(_ node: Node?) -> [CauseCondition] {
    guard let node else { return [] }
    guard let mapping = node.mapping else {
      reader.complain(node, "when must be a mapping such as {milter: \"inet:[*\"} or {logged: RULE}")
      return []
    }
    return mapping.compactMap { key, value in
      guard let name = key.string else { return nil }
      if name == "logged" { return check("logged", value).map { .check($0) } }
      return .capture(name: name, globs: reader.strings(value, "when.\(name)").map(Glob.init))
    }
  }

  mutating func checks(_ node: Node?, _ what: String) -> [[EvidenceCheck]] {
    reader.sequence(node, what).map { entry in
      guard let mapping = entry.mapping else {
        reader.complain(entry, "an entry of \(what) is a check such as {logged: opendkim.stopped}")
        return []
      }
      return mapping.compactMap { key, value in key.string.flatMap { check($0, value) } }
    }
  }

  private mutating func check(_ name: String, _ node: Node) -> EvidenceCheck? {
    if name == "logged" {
      if let rule = node.string {
        return rule == "itself"
          ? .itself : .logged(LoggedCheck(rules: [rule], within: 86_400, notSince: [], same: []))
      }
      let keys = reader.mapping(node, "logged", known: ["rule", "within", "not-since", "same"])
      return .logged(
        LoggedCheck(
          rules: reader.strings(keys["rule"], "logged.rule"),
          within: reader.duration(keys["within"], "logged.within") ?? 86_400,
          notSince: reader.strings(keys["not-since"], "logged.not-since"),
          same: reader.strings(keys["same"], "logged.same")))
    }
    guard EvidenceCheck.machineNames.contains(name) else {
      let known = (["logged"] + EvidenceCheck.machineNames.sorted()).joined(separator: ", ")
      reader.complain(node, "there is no check '\(name)'; allowed: \(known)")
      return nil
    }
    return machineCheck(name, node).map(EvidenceCheck.machine)
  }

  private mutating func step(_ node: Node) -> FixStep? {
    let keys = reader.mapping(node, "a fix step", known: ["text", "commands", "file", "dns"])
    var step = FixStep(text: text(keys["text"], "text", of: node))
    step.commands = reader.strings(keys["commands"], "commands")
    if let file = keys["file"] {
      let parts = reader.mapping(file, "file", known: ["path", "set"])
      step.file = FileChange(
        path: reader.string(parts["path"], "file.path") ?? "", line: reader.string(parts["set"], "file.set") ?? "")
    }
    step.dns = reader.sequence(keys["dns"], "dns").map { node in
      let parts = reader.mapping(node, "a DNS record", known: ["name", "type", "value", "ttl"])
      return DNSRecord(
        name: reader.string(parts["name"], "name") ?? "", type: reader.string(parts["type"], "type") ?? "",
        value: reader.string(parts["value"], "value") ?? "", ttl: reader.integer(parts["ttl"], "ttl"))
    }
    return step
  }

  private mutating func translation(_ node: Node?, of root: Node, _ english: RuleAdvice) -> RuleAdvice? {
    guard let node else { return nil }
    let keys = reader.mapping(node, "fr", known: ["title", "impact", "causes"])
    var french = english
    french.title = text(keys["title"], "fr.title", of: node)
    french.impact = text(keys["impact"], "fr.impact", of: node)
    let causes = reader.mapping(keys["causes"], "fr.causes", known: english.causes.map(\.id))
    for index in french.causes.indices {
      let id = french.causes[index].id
      guard let cause = causes[id] else {
        reader.complain(keys["causes"] ?? node, "fr.causes does not translate the cause '\(id)'")
        continue
      }
      let parts = reader.mapping(cause, "fr.causes.\(id)", known: ["text", "fix"])
      french.causes[index].text = text(parts["text"], "fr.causes.\(id).text", of: cause)
      let texts = reader.strings(parts["fix"], "fr.causes.\(id).fix")
      guard texts.count == french.causes[index].fix.count else {
        reader.complain(
          parts["fix"] ?? cause,
          "fr.causes.\(id).fix has \(texts.count) texts for \(french.causes[index].fix.count) steps; one for each")
        continue
      }
      for (step, text) in texts.enumerated() { french.causes[index].fix[step].text = text.trimmed }
    }
    return french
  }

  private mutating func test(_ node: Node) -> RuleTest? {
    let keys = reader.mapping(node, "a test", known: RuleTest.keys)
    guard let log = reader.string(keys["log"], "log") else {
      reader.complain(node, "the test has no log; give the line that it is about")
      return nil
    }
    let captures = (keys["captures"]?.mapping ?? [:]).compactMap { key, value in
      key.string.flatMap { name in value.string.map { (name: name, value: $0) } }
    }
    let isMatch = keys["match"] == nil || reader.flag(keys["match"], "match")
    var test = RuleTest(
      log: log, matches: isMatch, captures: captures, cause: reader.string(keys["cause"], "cause"),
      line: node.mark?.line ?? 0)
    test.times = reader.integer(keys["times"], "times") ?? 1
    if !(1...RuleTest.mostTimes).contains(test.times) {
      reader.complain(keys["times"], "times must be a number from 1 to \(RuleTest.mostTimes)")
      test.times = 1
    }
    test.every = reader.duration(keys["every"], "every") ?? 1
    test.severity = reader.oneOf(keys["severity"], "severity")
    test.count = reader.integer(keys["count"], "count").map { UInt64(clamping: $0) }
    test.clears = reader.string(keys["clears"], "clears")
    return test
  }
}

/// The languages that reports and rules speak.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case french = "fr"
}

extension String {
  /// Without white space at both ends; block scalars end with a line end.
  var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
