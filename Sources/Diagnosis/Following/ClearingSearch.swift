import LogParsing

/// Finds the success lines that end open incidents. It looks at a line only while an incident waits for one.
struct ClearingSearch: ~Copyable {
  private struct Pattern {
    let daemons: Set<Daemon>
    let message: String
    /// The rules whose incidents the line ends.
    var rules: [Int]
    var expression: RegularExpression?
  }

  private var patterns: [Pattern] = []
  private var patternsOfRule: [Int: [Int]] = [:]
  private var search: LiteralSearch?
  /// Which patterns some open incident waits for.
  private var isWanted: [Bool] = []
  /// Whether any line has to be looked at.
  private(set) var isAwake = false

  /// Finds nothing.
  init() {}

  init(_ rules: RuleSet) {
    var placeOfKey: [String: Int] = [:]
    var words: [(clause: Int, words: [[UInt8]])] = []
    for (index, rule) in rules.rules.enumerated() {
      for case .line(let daemons, let message) in rule.clearsWhen {
        let key = daemons.map(\.rawValue).sorted().joined(separator: ",") + " " + message
        if let place = placeOfKey[key] {
          patterns[place].rules.append(index)
          patternsOfRule[index, default: []].append(place)
          continue
        }
        guard let required = RequiredLiterals(of: message).best else { continue }
        placeOfKey[key] = patterns.count
        words.append((patterns.count, required))
        patternsOfRule[index, default: []].append(patterns.count)
        patterns.append(Pattern(daemons: daemons, message: message, rules: [index]))
      }
    }
    isWanted = Array(repeating: false, count: patterns.count)
    if !words.isEmpty { search = LiteralSearch(LiteralIndex(words), clauseCount: patterns.count) }
  }

  /// Only lines that end an incident of one of these rules are looked for from now on.
  mutating func watch(_ rules: some Sequence<Int>) {
    for place in isWanted.indices { isWanted[place] = false }
    isAwake = false
    for rule in rules {
      for place in patternsOfRule[rule] ?? [] {
        isWanted[place] = true
        isAwake = true
      }
    }
  }

  /// The rules whose incidents the line ends, with the values that it names.
  mutating func ended(by line: Span<UInt8>, _ record: LogRecord) -> [(rule: Int, captures: [Finding.Capture])] {
    guard search != nil else { return [] }
    let wanted = isWanted
    search?.search(line) { wanted[$0] }
    let found = search?.found ?? []
    var ended: [(rule: Int, captures: [Finding.Capture])] = []
    var view: EventView?
    for place in found {
      guard patterns[place].daemons.isEmpty || patterns[place].daemons.contains(record.daemon) else { continue }
      // The loader has compiled every expression once; one that fails here can only have run out of memory.
      if patterns[place].expression == nil {
        patterns[place].expression = try? RegularExpression(patterns[place].message)
      }
      var event = view ?? EventView(LogEvent(line: line.copy, record: record))
      let groups = patterns[place].expression?.firstMatch(in: event.blanked)
      view = event
      guard let groups else { continue }
      let start = Int(record.text.start)
      let captures = groups.map { name, range in
        let inLine = ByteRange(range.lowerBound + start, range.upperBound + start)
        return Finding.Capture(name: name, value: line.text(inLine))
      }
      for rule in patterns[place].rules { ended.append((rule, captures)) }
    }
    return ended
  }
}
