import LogParsing
import Yams

/// Turns the text of a rule file into a rule, its advice and its tests.
struct RuleDecoder {
  /// The keys that decide whether a line matches; texts and tests are read only when somebody asks for them.
  static let matchingKeys = [
    "id", "aliases", "status", "severity", "reason", "match", "group-by", "threshold", "absent", "sequence", "general",
    "yields-to",
    "overlaps",
    "caused-by", "clears-when",
  ]
  static let textKeys = ["title", "impact", "causes", "references", "tests", "fr"]

  private var reader: YAMLReader
  var problems: [RuleProblem] { reader.problems }

  init(path: String) { reader = YAMLReader(path: path) }

  /// The matching half of a rule.
  mutating func rule(_ source: String) -> Rule? {
    guard let root = reader.compose(source) else { return nil }
    let keys = reader.mapping(root, "a rule", known: Self.matchingKeys + Self.textKeys)
    guard let id = reader.string(keys["id"], "id") else {
      if keys["id"] == nil {
        reader.complain(root, "the rule has no id; give the file's path with dots: id: postfix.example")
      }
      return nil
    }
    if !Self.isIdentifier(id) {
      reader.complain(keys["id"], "the id '\(id)' must be lower-case words, digits and hyphens joined by dots")
    }
    var rule = Rule(id: id)
    rule.path = reader.path
    if let mark = keys["id"]?.mark { rule.position = (mark.line, mark.column) }
    rule.readSource = { source }
    rule.aliases = reader.strings(keys["aliases"], "aliases")
    rule.status = reader.oneOf(keys["status"], "status") ?? .stable
    if let severity: Severity = reader.oneOf(keys["severity"], "severity") {
      rule.severity = severity
    } else if keys["severity"] == nil {
      reader.complain(root, "the rule has no severity; allowed: info, warning, error, critical")
    }
    if let reason = reader.string(keys["reason"], "reason") {
      if Reason.all.contains(reason) {
        rule.reason = reason
      } else {
        let near = Reason.all.min { YAMLReader.distance($0, reason) < YAMLReader.distance($1, reason) } ?? ""
        reader.complain(
          keys["reason"], "there is no reason '\(reason)'; did you mean '\(near)'? docs/rule-format.md lists them")
      }
    }
    rule.clauses = reader.sequence(keys["match"], "match").compactMap { clause($0) }
    if rule.clauses.isEmpty, keys["match"] == nil {
      reader.complain(keys["match"] ?? root, "the rule matches nothing; give match: a list of conditions")
    }
    rule.groupBy = reader.strings(keys["group-by"], "group-by")
    rule.threshold = threshold(keys["threshold"])
    rule.absentWithin = absence(keys["absent"])
    rule.sequence = sequencing(keys["sequence"], steps: rule.clauses.count)
    rule.isGeneral = reader.flag(keys["general"], "general")
    rule.yieldsTo = reader.strings(keys["yields-to"], "yields-to")
    rule.overlaps = reader.strings(keys["overlaps"], "overlaps")
    rule.causedBy = reader.strings(keys["caused-by"], "caused-by")
    rule.clearsWhen = reader.sequence(keys["clears-when"], "clears-when").compactMap { clearing($0) }
    return rule
  }

  private mutating func clause(_ node: Node) -> MatchClause? {
    let keys = reader.mapping(node, "a match entry", known: ["daemon", "level", "message", "reply", "fields"])
    var clause = MatchClause()
    clause.daemons = daemons(keys["daemon"])
    for name in reader.strings(keys["level"], "level") {
      if let level = LogRecord.Level(rawValue: name) {
        clause.levels.insert(level)
      } else {
        reader.complain(keys["level"], "there is no level '\(name)'; allowed: info, warning, error, fatal, panic")
      }
    }
    let message = pattern(keys["message"], "message")
    let reply = pattern(keys["reply"], "reply")
    clause.message = message?.source
    clause.reply = reply?.source
    if let fields = keys["fields"] {
      for (key, value) in fields.mapping ?? [:] {
        guard let path = key.string else { continue }
        clause.fields.append(FieldCondition(path: path, globs: reader.strings(value, "fields.\(path)").map(Glob.init)))
      }
      if fields.mapping == nil {
        reader.complain(fields, "fields must be a mapping such as {status: deferred, dsn: \"5.7.*\"}")
      }
    }
    if clause.message == nil, clause.reply == nil, clause.statuses == nil {
      // An expression with a fault has been complained about already.
      if keys["message"] != nil || keys["reply"] != nil { return nil }
      reader.complain(
        node, "a match entry needs message, reply or fields.status; without one every line would be tried")
      return nil
    }
    clause.words = message?.words ?? reply?.words ?? StatusWord.deliveries.filter(clause.wants).map(\.bytes)
    return clause
  }

  /// An expression that compiles, and the words that the first pass can look for.
  private mutating func pattern(_ node: Node?, _ what: String) -> (source: String, words: [[UInt8]])? {
    guard let text = reader.string(node, what) else { return nil }
    do {
      _ = try RegularExpression(text)
      guard let words = RequiredLiterals(of: text).best else {
        reader.complain(
          node,
          "\(what): no word of \(RequiredLiterals.shortest) bytes is in every text that this matches (in each branch); "
            + "the first pass over the log needs one")
        return nil
      }
      return (text, words)
    } catch {
      reader.complain(node, "\(what): \(error)")
      return nil
    }
  }

  private mutating func daemons(_ node: Node?) -> Set<Daemon> {
    var set: Set<Daemon> = []
    for name in reader.strings(node, "daemon") {
      if name == "postfix" {
        set.formUnion(Daemon.allCases.filter(\.isPostfix))
      } else if let daemon = Daemon(rawValue: name) {
        set.insert(daemon)
      } else {
        reader.complain(node, YAMLReader.unknownDaemon(name))
      }
    }
    return set
  }

  private mutating func threshold(_ node: Node?) -> Threshold? {
    guard let node else { return nil }
    let keys = reader.mapping(node, "threshold", known: ["count", "within", "by", "distinct"])
    guard let count = reader.integer(keys["count"], "threshold.count"), count > 0,
      let within = reader.duration(keys["within"], "threshold.within")
    else {
      reader.complain(node, "a threshold needs count and within, such as {count: 10, within: 10m}")
      return nil
    }
    return Threshold(
      count: count, within: within, by: reader.strings(keys["by"], "threshold.by"),
      distinct: reader.string(keys["distinct"], "threshold.distinct"))
  }

  private mutating func absence(_ node: Node?) -> Int64? {
    guard let node else { return nil }
    let keys = reader.mapping(node, "absent", known: ["within"])
    guard let within = keys["within"] else {
      reader.complain(node, "absent needs within, such as {within: 30m}")
      return nil
    }
    return reader.duration(within, "absent.within")
  }

  private mutating func sequencing(_ node: Node?, steps: Int) -> Sequencing? {
    guard let node else { return nil }
    let keys = reader.mapping(node, "sequence", known: ["within", "by"])
    if steps < 2 { reader.complain(node, "a sequence needs at least two match entries: they are its steps") }
    guard let within = reader.duration(keys["within"], "sequence.within") else {
      reader.complain(node, "a sequence needs within, such as {within: 10m, by: [queueID]}")
      return nil
    }
    return Sequencing(within: within, by: reader.strings(keys["by"], "sequence.by"))
  }

  private mutating func clearing(_ node: Node) -> ClearingCondition? {
    let keys = reader.mapping(node, "a clears-when entry", known: ["daemon", "message", "rule", "quiet-for"])
    if let quiet = keys["quiet-for"] { return reader.duration(quiet, "quiet-for").map { .quiet(seconds: $0) } }
    if let rule = reader.string(keys["rule"], "rule") { return .rule(rule) }
    guard let message = pattern(keys["message"], "message") else {
      reader.complain(node, "a clears-when entry is {daemon, message}, {rule: ID} or {quiet-for: 30m}")
      return nil
    }
    return .line(daemons: daemons(keys["daemon"]), message: message.source)
  }

  static func isIdentifier(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count >= 2 && text.utf8.count <= 120
      && parts.allSatisfy { part in
        part.first.map { $0.isASCII && ($0.isLowercase || $0.isNumber) } == true
          && part.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
          }
      }
  }
}

extension MatchClause {
  /// The delivery statuses that the clause is limited to, if it is.
  var statuses: [Glob]? { fields.first { $0.path == "status" }?.globs }
}

extension YAMLReader {
  static func unknownDaemon(_ name: String) -> String {
    let known = Daemon.allCases.map(\.rawValue)
    let near = known.min { distance($0, name) < distance($1, name) } ?? "smtpd"
    return "no daemon is called '\(name)'; did you mean '\(near)'? 'postfix' stands for any program of Postfix"
  }
}
