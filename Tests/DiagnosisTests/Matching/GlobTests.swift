import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `Globs` {
  @Test(arguments: [
    ("deferred", "deferred", true), ("deferred", "Deferred", true), ("deferred", "deferred ", false), ("*", "", true),
    ("*", "x", true),
    ("5.7.*", "5.7.26", true), ("5.7.*", "5.7.", true), ("5.7.*", "5.70", false),
    ("*.google.com", "mx.google.com", true),
    ("*.google.com", "google.com", false), ("*.google.com", ".google.com", true), ("inet:[*", "inet:[::1]:12345", true),
    ("a*b*c", "abc", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("ab*ba", "aba", false),
    ("ab*ba", "abba", true),
    ("**", "x", true), ("a.c", "abc", false), ("[a]?", "a", false), ("", "", true), ("", "x", false),
    ("É*", "école", true),
    ("*a*a*", "a", false), ("*aab", "aaab", true),
  ])
  func `compare the whole value, whatever the case; only the star is special`(glob: String, text: String, fits: Bool) {
    #expect(Glob(glob).matches(text) == fits)
  }

  @Test func `of many stars take no time on a long value`() {
    #expect(!Glob(String(repeating: "*a", count: 50) + "*b").matches(String(repeating: "a", count: 5_000)))
  }

  private static func fits(_ glob: [Character], _ text: [Character]) -> Bool {
    guard let first = glob.first else { return text.isEmpty }
    let rest = Array(glob.dropFirst())
    if first == "*" { return (0...text.count).contains { fits(rest, Array(text.dropFirst($0))) } }
    return text.first == first && fits(rest, Array(text.dropFirst()))
  }

  @Test func `decide as plain backtracking does`() {
    var random = RepeatableNumbers(state: 3)
    for _ in 0..<4_000 {
      let glob = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in "ab*".randomElement(using: &random) }
      let text = (0..<Int.random(in: 0...7, using: &random)).compactMap { _ in "ab".randomElement(using: &random) }
      if Glob(String(glob)).matches(String(text)) != Self.fits(glob, text) {
        Issue.record("\(String(glob)) on \(String(text))")
      }
    }
  }
}
