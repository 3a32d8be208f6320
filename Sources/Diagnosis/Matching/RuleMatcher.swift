import LogParsing

/// Tries clauses on parsed lines. One task owns it: it compiles an expression when a line first needs it.
struct RuleMatcher: ~Copyable {
  let rules: RuleSet
  private var messages: [RegularExpression?]
  private var replies: [RegularExpression?]
  private let yieldsTo: [YieldList]

  private let acceptsAnyRelay: Bool
  private var replySearch: LiteralSearch

  init(rules: RuleSet, acceptsAnyRelay: Bool = false) {
    self.rules = rules
    self.acceptsAnyRelay = acceptsAnyRelay
    messages = Array(repeating: nil, count: rules.clauses.count)
    replies = messages
    yieldsTo = rules.rules.map(YieldList.init)
    replySearch = LiteralSearch(rules.replyWords, clauseCount: rules.clauses.count)
  }

  /// The rules that speak about `event`: of `lineCandidates` (whose words are in the line), and of those whose words are in
  /// the remote server's answer. In the order of the rules.
  mutating func findings(_ event: LogEvent, lineCandidates: [Int], words: StatusWords) -> [Finding] {
    var view = EventView(event)
    guard let reply = view.reply else { return findings(&view, lineCandidates) }
    let gates = rules.gates
    replySearch.search(reply.span) { gates[$0].lets(event.record, words) }
    let replyCandidates = replySearch.found
    return findings(&view, replyCandidates.isEmpty ? lineCandidates : (lineCandidates + replyCandidates).sorted())
  }

  private mutating func findings(_ view: inout EventView, _ candidates: some Sequence<Int>) -> [Finding] {
    var found: [Finding] = []
    for index in candidates {
      let rule = rules.clauses[index].rule
      guard found.last?.rule != rule, case .matches(let captures) = outcome(of: index, on: &view) else { continue }
      found.append(Finding(rule: rule, step: rules.clauses[index].step, captures: captures))
    }
    return found.count > 1 ? withoutYielding(found) : found
  }

  /// What each clause of each rule makes of `event`.
  mutating func trace(_ event: LogEvent) -> [(rule: Int, outcome: ClauseOutcome)] {
    var view = EventView(event)
    return rules.clauses.indices.map { (rules.clauses[$0].rule, outcome(of: $0, on: &view)) }
  }

  /// The plain way that the fast one must equal: every clause on every line.
  mutating func findingsTryingAll(_ event: LogEvent) -> [Finding] {
    var view = EventView(event)
    return findings(&view, rules.clauses.indices)
  }

  private func withoutYielding(_ found: [Finding]) -> [Finding] {
    let ids = found.map { rules.rules[$0.rule].id }
    return found.enumerated().filter { place, finding in
      let others = ids.enumerated().filter { $0.offset != place }.map(\.element)
      let list = yieldsTo[finding.rule]
      if list.isGeneral, others.contains(where: { rules[$0]?.isGeneral == false }) { return false }
      return !others.contains { list.contains($0) }
    }.map(\.element)
  }

  private mutating func outcome(of index: Int, on view: inout EventView) -> ClauseOutcome {
    let clause = rules.clauses[index].clause
    guard clause.daemons.isEmpty || clause.daemons.contains(view.event.record.daemon) else { return .otherDaemon }
    guard clause.levels.isEmpty || clause.levels.contains(view.event.record.level) else { return .otherLevel }
    for condition in clause.fields {
      let value = view.event.text(condition.path)
      if acceptsAnyRelay, condition.path.hasPrefix("relay") || condition.path.hasPrefix("remote.host") { continue }
      guard let value, condition.globs.contains(where: { $0.matches(value) }) else {
        return .otherField(path: condition.path, found: value)
      }
    }
    var captures: [Finding.Capture] = []
    if let pattern = clause.message {
      guard let groups = Self.compiled(pattern, &messages[index])?.firstMatch(in: view.blanked) else {
        return .otherMessage
      }
      let start = Int(view.event.record.text.start)
      captures += groups.map { name, range in
        let inLine = ByteRange(range.lowerBound + start, range.upperBound + start)
        return Finding.Capture(name: name, value: view.event.line[inLine].text)
      }
    }
    if let pattern = clause.reply {
      guard let reply = view.reply, let groups = Self.compiled(pattern, &replies[index])?.firstMatch(in: reply) else {
        return .otherReply
      }
      captures += groups.map { Finding.Capture(name: $0.name, value: reply[$0.range].text) }
    }
    return .matches(captures)
  }

  private static func compiled(_ pattern: String, _ slot: inout RegularExpression?) -> RegularExpression? {
    // The loader has compiled every expression once; one that fails here can only have run out of memory.
    if slot == nil { slot = try? RegularExpression(pattern) }
    return slot
  }
}

/// What expressions see of one line, made once for all clauses.
struct EventView {
  let event: LogEvent
  /// The program's own words: the text with every byte that an outsider chose replaced by 0x01, which no literal matches
  /// and `\S`, `.` and `[^>]` step over.
  lazy var blanked: [UInt8] = {
    let start = Int(event.record.text.start)
    var text = Array(event.line[event.record.text])
    for range in event.foreign {
      let lower = min(max(0, Int(range.start) - start), text.count)
      for index in lower..<max(lower, min(Int(range.end) - start, text.count)) { text[index] = 1 }
    }
    return text
  }()
  /// The remote server's answer without continuation codes.
  lazy var reply: [UInt8]? = {
    guard case .object(let remote)? = event["remote"] else { return nil }
    return switch remote.first(where: { $0.name == "text" })?.value {
    case .bytes(let bytes): bytes
    case .range(let range): Array(event.line[range])
    default: nil
    }
  }()

  init(_ event: LogEvent) { self.event = event }
}

/// The ids that silence a rule; `gmail.*` stands for all that begin so.
private struct YieldList: Sendable {
  let isGeneral: Bool
  private let ids: Set<String>
  private let prefixes: [String]

  init(_ rule: Rule) {
    isGeneral = rule.isGeneral
    ids = Set(rule.yieldsTo.filter { !$0.hasSuffix("*") })
    prefixes = rule.yieldsTo.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
  }

  func contains(_ id: String) -> Bool { ids.contains(id) || prefixes.contains { id.hasPrefix($0) } }
}
