/// Finds expressions that cost more than they must, or hold parts that decide nothing.
struct PatternLint {
  /// RE2 instructions; the longest list of alternatives that a rule of ours needs has a quarter of that.
  static let mostInstructions = 4_000

  static func problems(of rule: Rule) -> [String] {
    var found: [String] = []
    for clause in rule.clauses {
      for (key, pattern) in [("message", clause.message), ("reply", clause.reply)] {
        guard let pattern else { continue }
        found += problems(of: pattern).map { "\(key): \($0)" }
      }
    }
    for (place, clause) in rule.clauses.enumerated() where rule.sequence == nil {
      if rule.clauses[..<place].contains(where: { $0.isSame(as: clause) }) {
        found.append("match entry \(place + 1) stands twice; one of them is dead")
      }
    }
    return found
  }

  static func problems(of pattern: String) -> [String] {
    var found: [String] = []
    for head in ["^.*", ".*", "^.+", ".+", "(?s).*"] where pattern.hasPrefix(head) {
      found.append("it begins with \(head), which an unanchored search does by itself; leave it out")
      break
    }
    for tail in [".*$", ".*"] where pattern.hasSuffix(tail) && !pattern.hasSuffix("\\" + tail) {
      found.append("it ends with \(tail), which decides nothing; leave it out")
      break
    }
    found += Alternation(of: pattern).dead.map { "the branch '\($0)' is dead: another one matches all that it does" }
    if let size = (try? RegularExpression(pattern))?.programSize, size > mostInstructions {
      found.append("it needs \(size) instructions, at most \(mostInstructions); split it, or count less ({1,1000})")
    }
    return found
  }
}

extension MatchClause {
  fileprivate func isSame(as other: MatchClause) -> Bool {
    daemons == other.daemons && levels == other.levels && message == other.message && reply == other.reply
      && fields.count == other.fields.count
      && fields.allSatisfy { field in other.fields.contains { $0.path == field.path && $0.globs == field.globs } }
  }
}
