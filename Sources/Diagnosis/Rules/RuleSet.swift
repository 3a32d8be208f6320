import LogParsing

/// The rules that a run works with, ready to match: one search over the log for the words of all of them.
public struct RuleSet: Sendable {
  public let rules: [Rule]
  public let packs: [Pack]
  /// What is wrong around the rules and did not keep them from loading, such as an override of a rule that is gone.
  public var notices: [RuleProblem] = []
  /// All clauses of all rules, in the order of the rules.
  let clauses: [IndexedClause]
  /// What can be told of a line before it is parsed, for each clause.
  let gates: [ClauseGate]
  /// What the first pass looks for in every line: the pipeline's own words, then those of `message` expressions.
  let lineWords: LiteralIndex
  /// What is looked for in the answers of remote servers, once a line is known to hold one: there are many such words, and
  /// they are common ones. In the answer, unlike in the line, no continuation code stands between them.
  let replyWords: LiteralIndex
  let indexOfID: [String: Int]

  struct IndexedClause: Sendable {
    let rule: Int
    /// The place among the clauses of its rule.
    let step: Int
    let clause: MatchClause
  }

  /// Fails when two rules have one id, or a rule refers to one that is not there.
  public init(_ rules: [Rule], packs: [Pack]) throws(RuleProblems) {
    self.rules = rules
    self.packs = packs
    var problems: [RuleProblem] = []
    var indexOfID: [String: Int] = [:]
    for (index, rule) in rules.enumerated() {
      for id in [rule.id] + rule.aliases {
        if let other = indexOfID[id] {
          problems.append(
            RuleProblem(
              path: rule.path, line: rule.position.line, column: rule.position.column,
              "the id '\(id)' is already taken by \(rules[other].path); every rule needs its own"))
        } else {
          indexOfID[id] = index
        }
      }
    }
    let clauses = rules.indices.flatMap { rule in
      rules[rule].clauses.enumerated().map { IndexedClause(rule: rule, step: $0, clause: $1) }
    }
    let words = clauses.enumerated().map { (clause: $0, words: $1.clause.words) }
    let ownWords = StatusWord.allCases.map(\.bytes)
    lineWords = LiteralIndex(reserved: ownWords, words.filter { !clauses[$0.clause].clause.readsReplyOnly })
    replyWords = LiteralIndex(words.filter { clauses[$0.clause].clause.readsReplyOnly })
    guard problems.isEmpty else { throw RuleProblems(problems) }
    self.clauses = clauses
    gates = clauses.map { ClauseGate($0.clause) }
    self.indexOfID = indexOfID
  }

  public subscript(id: String) -> Rule? { indexOfID[id].map { rules[$0] } }

  /// The words that rules look for.
  public var literals: [String] {
    Set(clauses.flatMap(\.clause.words)).map(\.text).sorted()
  }
}

/// A folder of rules with its `pack.yaml`.
public struct Pack: Sendable, Equatable {
  public var name: String
  public var version: String
  public var title: String
  public var languages: [String]
  public var path: String

  public init(name: String, version: String, title: String, languages: [String], path: String) {
    self.name = name
    self.version = version
    self.title = title
    self.languages = languages
    self.path = path
  }
}
