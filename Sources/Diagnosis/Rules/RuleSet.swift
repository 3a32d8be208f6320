import LogParsing

/// The rules that a run works with, ready to match: one search over the log for the words of all of them.
public struct RuleSet: Sendable {
  public let rules: [Rule]
  public let packs: [Pack]
  /// All clauses of all rules, in the order of the rules.
  let clauses: [IndexedClause]
  let scanner: LiteralScanner
  /// What can be told of a line before it is parsed, for each clause.
  let gates: [ClauseGate]
  /// The clauses that ask for a literal of the scanner: those between `starts[literal]` and `starts[literal + 1]`.
  let clausesOfLiterals: (starts: [Int32], clauses: [Int32])
  let indexOfID: [String: Int]

  struct IndexedClause: Sendable {
    let rule: Int
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
              path: rule.path, "the id '\(id)' is already taken by \(rules[other].path); every rule needs its own"))
        } else {
          indexOfID[id] = index
        }
      }
    }
    var clauses: [IndexedClause] = []
    var literals = StatusWord.allCases.map(\.bytes)
    var clausesOfLiteral = [[Int32]](repeating: [], count: literals.count)
    var indexOfLiteral = Dictionary(uniqueKeysWithValues: literals.enumerated().map { ($1, $0) })
    for (index, rule) in rules.enumerated() {
      for clause in rule.clauses {
        for word in clause.words {
          let literal = indexOfLiteral[word] ?? literals.count
          if literal == literals.count {
            indexOfLiteral[word] = literal
            literals.append(word)
            clausesOfLiteral.append([])
          }
          clausesOfLiteral[literal].append(Int32(clauses.count))
        }
        clauses.append(IndexedClause(rule: index, clause: clause))
      }
    }
    do {
      scanner = try LiteralScanner(literals)
    } catch {
      throw RuleProblems(problems + [RuleProblem(path: "rules", error.description)])
    }
    guard problems.isEmpty else { throw RuleProblems(problems) }
    self.clauses = clauses
    gates = clauses.map { ClauseGate($0.clause) }
    var starts: [Int32] = [0]
    for list in clausesOfLiteral { starts.append(starts[starts.count - 1] + Int32(list.count)) }
    clausesOfLiterals = (starts, clausesOfLiteral.flatMap { $0 })
    self.indexOfID = indexOfID
  }

  public subscript(id: String) -> Rule? { indexOfID[id].map { rules[$0] } }

  /// The words that the first pass looks for.
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
