import LogParsing

/// The matching half of a rule as one string, made when the program is built: reading hundreds of rules as YAML would cost
/// more time than explaining a line may take.
public enum CompiledRule {
  public static func encode(_ rule: Rule) -> String {
    var writer = CompiledText.Writer()
    writer.text(rule.id)
    writer.texts(rule.aliases)
    writer.text(rule.status.rawValue)
    writer.text(rule.severity.rawValue)
    writer.text(rule.reason ?? "")
    writer.list(rule.clauses) { $0.clause($1) }
    writer.texts(rule.groupBy)
    writer.texts(rule.threshold.map { [String($0.count), String($0.within), $0.distinct ?? ""] + $0.by } ?? [])
    writer.texts(rule.absentWithin.map { [String($0)] } ?? [])
    writer.texts(rule.sequence.map { [String($0.within)] + $0.by } ?? [])
    writer.text(rule.isGeneral ? "general" : "")
    writer.texts(rule.yieldsTo)
    writer.texts(rule.overlaps)
    writer.texts(rule.causedBy)
    writer.list(rule.clearsWhen) { $0.condition($1) }
    return writer.output
  }

  /// `nil` for a text that `encode` did not make.
  public static func decode(_ compiled: String, path: String) -> Rule? {
    var reader = CompiledText.Reader(compiled)
    guard let id = reader.text() else { return nil }
    var rule = Rule(id: id)
    rule.path = path
    rule.aliases = reader.texts()
    rule.status = reader.text().flatMap(Rule.Status.init(rawValue:)) ?? .stable
    rule.severity = reader.text().flatMap(Severity.init(rawValue:)) ?? .warning
    rule.reason = reader.text().flatMap { $0.isEmpty ? nil : $0 }
    rule.clauses = reader.list { $0.clause() }
    rule.groupBy = reader.texts()
    rule.threshold = Threshold(compiled: reader.texts())
    rule.absentWithin = reader.texts().first.flatMap { Int64($0) }
    let sequence = reader.texts()
    rule.sequence = sequence.first.flatMap { Int64($0) }.map { Sequencing(within: $0, by: Array(sequence.dropFirst())) }
    rule.isGeneral = reader.text() == "general"
    rule.yieldsTo = reader.texts()
    rule.overlaps = reader.texts()
    rule.causedBy = reader.texts()
    rule.clearsWhen = reader.list { $0.condition() }
    return reader.isWhole ? rule : nil
  }
}

extension CompiledText.Writer {
  fileprivate mutating func clause(_ clause: MatchClause) {
    texts(clause.daemons.map(\.rawValue).sorted())
    texts(clause.levels.map(\.rawValue).sorted())
    texts([clause.message, clause.reply].map { $0.map { "+" + $0 } ?? "" })
    list(clause.fields) { writer, field in
      writer.text(field.path)
      writer.texts(field.globs.map(\.source))
    }
    texts(clause.words.map(\.text))
  }

  fileprivate mutating func condition(_ condition: ClearingCondition) {
    switch condition {
    case .line(let daemons, let message): texts(["line", message] + daemons.map(\.rawValue).sorted())
    case .rule(let id): texts(["rule", id])
    case .quiet(let seconds): texts(["quiet", String(seconds)])
    }
  }
}

extension CompiledText.Reader {
  fileprivate mutating func clause() -> MatchClause? {
    var clause = MatchClause()
    clause.daemons = Set(texts().compactMap(Daemon.init(rawValue:)))
    clause.levels = Set(texts().compactMap(LogRecord.Level.init(rawValue:)))
    let patterns = texts()
    guard patterns.count == 2 else { return nil }
    clause.message = patterns[0].isEmpty ? nil : String(patterns[0].dropFirst())
    clause.reply = patterns[1].isEmpty ? nil : String(patterns[1].dropFirst())
    clause.fields = list { reader in
      reader.text().map { FieldCondition(path: $0, globs: reader.texts().map(Glob.init)) }
    }
    clause.words = texts().map { Array($0.utf8) }
    return clause
  }

  fileprivate mutating func condition() -> ClearingCondition? {
    let parts = texts()
    guard parts.count >= 2 else { return nil }
    switch parts[0] {
    case "line": return .line(daemons: Set(parts.dropFirst(2).compactMap(Daemon.init(rawValue:))), message: parts[1])
    case "rule": return .rule(parts[1])
    default: return Int64(parts[1]).map { .quiet(seconds: $0) }
    }
  }
}

extension Threshold {
  fileprivate init?(compiled parts: [String]) {
    guard parts.count >= 3, let count = Int(parts[0]), let within = Int64(parts[1]) else { return nil }
    self.init(count: count, within: within, by: Array(parts.dropFirst(3)), distinct: parts[2].isEmpty ? nil : parts[2])
  }
}
