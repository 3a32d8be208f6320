public import LogParsing

/// The beginning of a rule for a line that no rule explains: expression, captures, samples, and texts still to be written.
public struct RuleSkeleton: Sendable {
  public let id: String
  /// The rule file; `rules lint` names every text that is still to be written.
  public let yaml: String

  /// Why nothing can be made of a line.
  public enum Fault: Error, Sendable, CustomStringConvertible {
    case noProgram
    case noWords(String)

    public var description: String {
      switch self {
      case .noProgram:
        "no mail program can be read from the line; give the whole line as it stands in the log, with its tag (postfix/smtpd[7]:)"
      case .noWords(let text):
        "'\(text)' has no word of \(RequiredLiterals.shortest) letters that would be the same in the next such line"
      }
    }
  }

  /// `identifier`: the id to give; `nil` makes one in `local.` out of the program and its words.
  public init(from line: [UInt8], identifier: String? = nil, rules: RuleSet, clock: LogClock) throws(Fault) {
    var parser = RecordParser(clock: clock)
    let record = parser.parse(line.span)
    guard record.daemon != .other else { throw .noProgram }
    let event = LogEvent(line: line, record: record)
    var redactor = Redactor(rules, clock: clock)
    let replacements = redactor.replacements(event)
    let source = Self.source(of: event)
    var shape = LineShape(event, source.range, replacements)
    shape.build()
    guard RequiredLiterals(of: shape.pattern).best != nil else { throw .noWords(line[source.range].text) }
    let id = identifier ?? "local.\(record.daemon.rawValue.split(separator: ".")[0]).\(shape.slug)"
    self.id = id
    let sample = redactor.redact(line) ?? line
    yaml = Self.file(id: id, event: event, source: source, shape: shape, sample: sample)
  }

  /// Which part of the line tells the failure, and under which key a rule matches it.
  private static func source(of event: LogEvent) -> (key: String, range: Range<Int>) {
    if event.kind == .delivery, case .range(let range)? = event["remote.text"] { return ("reply", range.indices) }
    if event.kind == .delivery, case .range(let range)? = event["reply"] { return ("message", range.indices) }
    return ("message", event.record.text.indices.clamped(to: 0..<event.line.count))
  }

  private static func file(
    id: String, event: LogEvent, source: (key: String, range: Range<Int>), shape: LineShape, sample: [UInt8]
  ) -> String {
    let level = event.record.level
    let status = event.kind == .delivery ? event.text("status") : nil
    let severity =
      level > .warning || status == "bounced" ? "error" : level == .warning || status != nil ? "warning" : "info"
    let isWhole = source.range.lowerBound == Int(event.record.text.start) || source.key == "reply"
    var lines = ["id: \(id)", "status: experimental"]
    lines.append("title: \"TODO: what is wrong\(shape.names.first.map { " with {\($0)}" } ?? "")\"")
    lines.append("severity: \(severity)")
    if status != nil { lines.append("reason: unknown") }
    lines += ["match:", "  - daemon: \(event.record.daemon.rawValue)"]
    if status == nil { lines.append("    level: \(level.rawValue)") }
    lines.append("    \(source.key): '\((isWhole ? "^" : "") + shape.pattern.replacing("'", with: "''"))'")
    if let status { lines.append("    fields: {status: \(status)}") }
    // What concerns one recipient only would make an incident of each.
    let grouping = shape.names.filter { !$0.hasPrefix("address") }
    if !grouping.isEmpty { lines.append("group-by: [\(grouping.joined(separator: ", "))]") }
    lines += [
      "impact: \"TODO: what this does to mail\"", "causes:", "  - id: todo",
      "    text: \"TODO: why it happens, at most two sentences\"",
      "    fix: [{text: \"TODO: what to do\", commands: []}]", "references: []", "tests:",
      "  - log: \(quoted(sample))",
      "  - log: \(quoted(shape.nearMiss(of: sample)))", "    match: false", "fr:",
      "  title: \"TODO : ce qui ne va pas\(shape.names.first.map { " avec {\($0)}" } ?? "")\"",
      "  impact: \"TODO : l'effet sur le courrier\"", "  causes:", "    todo:",
      "      text: \"TODO : pourquoi, en deux phrases au plus\"", "      fix: [\"TODO : que faire\"]",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text between double quotes, as YAML reads it.
  private static func quoted(_ text: [UInt8]) -> String {
    var output = "\""
    for scalar in text.text.unicodeScalars {
      switch scalar {
      case "\"", "\\": output += "\\" + String(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        output += "\\x" + (digits.count < 2 ? "0" : "") + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }
}
