import LogParsing
import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `The words that an expression asks for` {
  private static func words(_ pattern: String) -> [String]? {
    RequiredLiterals(of: pattern).best?.map { $0.text }
  }

  @Test(arguments: [
    ("Connection refused", ["connection refused"]), ("^connect to .*: Connection refused$", [": connection refused"]),
    (#"^connect to Milter service (?P<milter>inet:\S+): x$"#, ["connect to milter service "]),
    ("(?i)QUOTA exceeded", ["quota exceeded"]), ("quota|mailbox full", ["mailbox full", "quota"]),
    ("(?:over|exceeded) quota", ["exceeded quota", "over quota"]), ("colou?r", ["color", "colour"]),
    ("gr[ae]y", ["gray", "grey"]),
    ("abc+def", ["abcdef"]), ("(abc)+x", ["abc"]), ("abc(def)*ghij", ["ghij"]), ("(?:abc){2,3}.", ["abc"]),
    ("a{0,2}bcd", ["bcd"]),
    (#"192\.0\.2\.1"#, ["192.0.2.1"]), (#"\[::1\]"#, ["[::1]"]), (#"a\tbc"#, ["a\tbc"]), ("x{a}yz", ["x{a}yz"]),
    (#"foo\d+barbaz"#, ["barbaz"]), ("(?P<a>foo)-(?<b>bar)", ["foo-bar"]), ("[]a]bcd", ["]bcd", "abcd"]),
    ("abc$", ["abc"]),
    (#"\bword\b"#, ["word"]), ("(?s:abc.)", ["abc"]), ("[[:alpha:]]abc", ["abc"]), ("[a-z]abc", ["abc"]),
    ("[^x]abc", ["abc"]),
    (#"\p{Greek}abc"#, ["abc"]), (#"\pNabc"#, ["abc"]),
  ])
  func `are those that every match has`(pattern: String, words: [String]) throws {
    if pattern == "abc+def" {
      // The run may end at the repeated letter; what it asks for must still be in every match.
      let found = try #require(Self.words(pattern))
      #expect(found.allSatisfy { "abccdef".contains($0) && "abcdef".contains($0) })
    } else {
      #expect(Self.words(pattern) == words)
    }
  }

  @Test(arguments: [
    "", ".*", #"\d+"#, "ab", "a|bcd", "abc|", "(abc)?", "(abc)*", "(?:abc){0,3}", "[abc]", "[abc][def]", "abc|d.e",
    "^$", "(abc|)",
    #"\Qabc\E"#, #"\x41bcdef"#,
  ])
  func `are none where a match may do without`(pattern: String) { #expect(Self.words(pattern) == nil) }

  @Test func `are cut where they are longer than a search needs`() {
    #expect(Self.words(String(repeating: "x", count: 100))?.map(\.count) == [32])
  }

  @Test(arguments: [
    ("abc[é]def", "abcédef"), ("abcé?def", "abcdef"), ("abcé*def", "abcdef"), ("caf[éè]s", "cafés"),
    ("(?i)É[ab]xyz", "éaxyz"),
    ("größe(?:n)?", "größe"), ("[ä-ü]abc", "öabc"),
  ])
  func `agree with the expression on letters of several bytes`(pattern: String, text: String) throws {
    let isMatch = try RegularExpression(pattern).matches(Array(text.utf8))
    // To ask for no word is always right.
    guard isMatch, let words = Self.words(pattern) else { return }
    #expect(words.contains { text.lowercasedASCII.contains($0) }, "\(words)")
  }

  @Test func `nest no deeper than the reader goes`() {
    #expect(Self.words(String(repeating: "(", count: 10_000) + "abc" + String(repeating: ")", count: 10_000)) == nil)
  }

  /// Random expressions out of a small grammar, each with a text made by it.
  private struct Growth {
    var random: RepeatableNumbers

    mutating func grow(_ depth: Int) -> (pattern: String, text: String) {
      switch Int.random(in: 0..<(depth > 0 ? 10 : 3), using: &random) {
      case 0:
        let word = ["abc", "de", "f", "quota", " ", "B"].randomElement(using: &random) ?? ""
        return (word, word)
      case 1: return (#"\d"#, "7")
      case 2: return ("[xyz]", ["x", "y", "z"].randomElement(using: &random) ?? "")
      case 3...6:
        let (left, right) = (grow(depth - 1), grow(depth - 1))
        return (left.pattern + right.pattern, left.text + right.text)
      case 7:
        let (left, right) = (grow(depth - 1), grow(depth - 1))
        return ("(?:\(left.pattern)|\(right.pattern))", Bool.random(using: &random) ? left.text : right.text)
      default:
        let inner = grow(depth - 1)
        let (sign, times) =
          [("?", 0), ("?", 1), ("*", 0), ("*", 2), ("+", 1), ("+", 3), ("{2}", 2), ("{1,3}", 3), ("{0,2}", 0)]
          .randomElement(using: &random) ?? ("", 1)
        return ("(?:\(inner.pattern))\(sign)", String(repeating: inner.text, count: times))
      }
    }
  }

  @Test func `stand in every text that a random expression makes`() throws {
    var growth = Growth(random: RepeatableNumbers(state: 11))
    var asked = 0
    for _ in 0..<3_000 {
      let (pattern, text) = growth.grow(6)
      guard let words = Self.words(pattern) else { continue }
      asked += 1
      let lower = text.lowercased()
      if !words.contains(where: { lower.contains($0) }) {
        Issue.record("\(pattern) asks for \(words), not in '\(text)'")
      }
    }
    #expect(asked > 500)
  }
}

extension String {
  /// As the scanner ignores case: that of ASCII letters.
  var lowercasedASCII: String {
    String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

@Suite struct `The words of shipped rules` {
  @Test func `stand in every sample line that the rule matches`() {
    let rules = Shipped.rules
    var matcher = RuleMatcher(rules: rules)
    var parser = RecordParser(clock: clock)
    var matches = 0
    for rule in rules.rules {
      for test in rule.tests where test.matches {
        for line in test.log.split(separator: "\n").map({ Array($0.utf8) }) {
          let event = LogEvent(line: line, record: parser.parse(line.span))
          let text = line.text.lowercasedASCII
          for (place, trace) in matcher.trace(event).enumerated() {
            guard case .matches = trace.outcome else { continue }
            matches += 1
            let clause = rules.clauses[place].clause
            let words = clause.words
            let text = clause.readsReplyOnly ? (event.text("remote.text") ?? "").lowercasedASCII : text
            if !words.contains(where: { text.contains($0.text) }) {
              Issue.record("\(rules.rules[trace.rule].id) matches without its words \(words.map { $0.text }): \(text)")
            }
          }
        }
      }
    }
    #expect(matches > rules.rules.count)
  }
}
