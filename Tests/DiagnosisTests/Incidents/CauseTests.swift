import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `Causes` {
  private static let stopped = "match: [{daemon: opendkim, message: '^stopping milter'}]\nseverity: info"
  private static let started = "match: [{daemon: opendkim, message: '^starting milter'}]\nseverity: info"
  private static let refused =
    #"match: [{daemon: cleanup, message: '^connect to Milter service (?P<milter>\S+): Connection refused'}]"#
    + "\ngroup-by: [milter]"

  private static func rules(_ causes: String) throws -> RuleSet {
    try ruleSet(
      try rule("a.refused", refused, causes: causes), try rule("a.stopped", stopped), try rule("a.started", started),
      try rule("a.bound", #"match: [{daemon: opendkim, message: '^bound to (?P<milter>\S+)'}]"# + "\nseverity: info"))
  }

  private static func line(_ time: String, _ text: String) -> String { "2026-11-23T\(time)Z mail \(text)\n" }
  private static func stop(_ time: String) -> String { line(time, "opendkim[3]: stopping milter") }
  private static func start(_ time: String) -> String { line(time, "opendkim[3]: starting milter") }
  private static func bound(_ time: String, _ milter: String) -> String {
    line(time, "opendkim[3]: bound to \(milter)")
  }
  private static func refusal(_ time: String) -> String {
    line(time, "postfix/cleanup[2]: warning: connect to Milter service inet:[::1]:8891: Connection refused")
  }

  /// Ids and standing of the causes, in the order in which they are told.
  private static func causes(_ log: String, _ rules: RuleSet) throws -> [String] {
    let causes = try #require(diagnosis(log, rules)["a.refused"]).causes.map { "\($0.id) \($0.status.rawValue)" }
    let slow = try #require(diagnosis(log, rules, tryingEveryRule: true)["a.refused"]).causes.map {
      "\($0.id) \($0.status.rawValue)"
    }
    #expect(causes == slow)
    return causes
  }

  private static let proof = """
      - {id: other, text: Other.}
      - id: stopped
        text: Stopped.
        confirmed-by: [{logged: {rule: a.stopped, within: 1h, not-since: [a.started]}}]
    """

  @Test func `that the log proves come first and refute their rivals`() throws {
    let log = Self.stop("10:00:00") + Self.refusal("10:00:10")
    #expect(try Self.causes(log, Self.rules(Self.proof)) == ["stopped confirmed", "other refuted"])
  }

  @Test func `that the log does not prove stay as the rule ranks them`() throws {
    #expect(
      try Self.causes(Self.refusal("10:00:10"), Self.rules(Self.proof)) == ["other unchecked", "stopped unchecked"])
  }

  @Test func `are not proven by what ended since`() throws {
    let log = Self.stop("10:00:00") + Self.start("10:00:05") + Self.refusal("10:00:10")
    #expect(try Self.causes(log, Self.rules(Self.proof)) == ["other unchecked", "stopped unchecked"])
  }

  @Test func `are proven by what happened again since it ended`() throws {
    let log = Self.stop("10:00:00") + Self.start("10:00:05") + Self.stop("10:00:06") + Self.refusal("10:00:10")
    #expect(try Self.causes(log, Self.rules(Self.proof)) == ["stopped confirmed", "other refuted"])
  }

  @Test func `are told apart in one second by the order of the lines`() throws {
    let ended = Self.stop("10:00:00") + Self.start("10:00:00") + Self.refusal("10:00:00")
    #expect(try Self.causes(ended, Self.rules(Self.proof)).first == "other unchecked")
    let lasting = Self.start("10:00:00") + Self.stop("10:00:00") + Self.refusal("10:00:00")
    #expect(try Self.causes(lasting, Self.rules(Self.proof)).first == "stopped confirmed")
  }

  @Test(arguments: [
    ("10:59:59", "stopped confirmed"), ("11:00:00", "stopped confirmed"), ("11:00:01", "other unchecked"),
  ])
  func `are proven only by what is near enough`(time: String, first: String) throws {
    #expect(try Self.causes(Self.stop("10:00:00") + Self.refusal(time), Self.rules(Self.proof)).first == first)
  }

  @Test func `stay proven when the log goes on`() throws {
    let log = Self.stop("10:00:00") + Self.refusal("10:00:10") + Self.start("10:00:20") + Self.refusal("15:00:00")
    #expect(try Self.causes(log, Self.rules(Self.proof)).first == "stopped confirmed")
  }

  @Test func `are proven by the same value only, where the rule asks for it`() throws {
    let rules = try Self.rules(
      """
        - {id: other, text: Other.}
        - {id: same, text: Same., confirmed-by: [{logged: {rule: a.bound, same: [milter]}}]}
      """)
    #expect(
      try Self.causes(Self.bound("10:00:00", "inet:[::1]:8891") + Self.refusal("10:00:10"), rules).first
        == "same confirmed")
    #expect(
      try Self.causes(Self.bound("10:00:00", "inet:[::1]:9999") + Self.refusal("10:00:10"), rules).first
        == "other unchecked")
  }

  @Test func `that are likelier come before the others, without proof`() throws {
    let rules = try Self.rules(
      """
        - {id: first, text: First.}
        - {id: likely, text: Likely., likelier-if: [{logged: a.stopped}]}
      """)
    #expect(
      try Self.causes(Self.stop("10:00:00") + Self.refusal("10:00:10"), rules) == [
        "likely unchecked", "first unchecked",
      ])
    #expect(try Self.causes(Self.refusal("10:00:10"), rules) == ["first unchecked", "likely unchecked"])
  }

  @Test func `that the log refutes come last`() throws {
    let rules = try Self.rules(
      """
        - {id: first, text: First., refuted-by: [{logged: a.started}]}
        - {id: second, text: Second.}
      """)
    #expect(
      try Self.causes(Self.start("10:00:00") + Self.refusal("10:00:10"), rules) == [
        "second unchecked", "first refuted",
      ])
  }

  @Test func `need every check of an entry, and one entry of many`() throws {
    let rules = try Self.rules(
      """
        - {id: other, text: Other.}
        - id: both
          text: Both.
          confirmed-by:
            - {logged: a.stopped, listening: {port: "{milter.port}", is: nobody}}
            - {logged: {rule: [a.none, a.bound]}}
      """)
    #expect(try Self.causes(Self.stop("10:00:00") + Self.refusal("10:00:10"), rules).first == "other unchecked")
    #expect(try Self.causes(Self.bound("10:00:00", "x") + Self.refusal("10:00:10"), rules).first == "both confirmed")
  }

  @Test func `are listed only if their condition holds`() throws {
    let rules = try Self.rules(
      """
        - {id: v4, text: V4., when: {milter: "inet:127*"}}
        - {id: v6, text: V6., when: {milter: "inet:[*"}}
        - {id: stopped, text: Stopped., when: {logged: a.stopped}}
      """)
    #expect(try Self.causes(Self.refusal("10:00:10"), rules) == ["v6 unchecked"])
    #expect(
      try Self.causes(Self.stop("10:00:00") + Self.refusal("10:00:10"), rules) == ["v6 unchecked", "stopped unchecked"])
  }

  @Test func `that the line itself tells are proven`() throws {
    let rules = try Self.rules("  - {id: itself, text: Itself., confirmed-by: [{logged: itself}]}")
    #expect(try Self.causes(Self.refusal("10:00:10"), rules) == ["itself confirmed"])
  }

  @Test func `say what nobody has looked at yet`() throws {
    let rules = try Self.rules(
      "  - {id: open, text: Open., confirmed-by: [{listening: {port: \"{milter.port}\", not-on: x}}]}")
    let cause = try #require(diagnosis(Self.refusal("10:00:10"), rules)["a.refused"]?.causes.first)
    #expect(cause.status == .unchecked)
    #expect(
      cause.evidence == [Evidence(check: "listening", expected: "not-on x, port {milter.port}", found: "not checked")])
  }

  @Test func `are not proven by another log of another week`() throws {
    let rules = try Self.rules(Self.proof)
    var pipeline = Pipeline(rules: rules, clock: clock)
    pipeline.begin("old.log", clock: clock)
    pipeline.consume(Array("2026-11-16T10:00:00Z mail opendkim[3]: stopping milter\n".utf8).span)
    pipeline.begin("new.log", clock: clock)
    pipeline.consume(Array(Self.refusal("10:00:00").utf8).span)
    #expect(pipeline.finish()["a.refused"]?.causes.first?.status == .unchecked)
  }
}
