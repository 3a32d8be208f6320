import LogParsing
import Synchronization
import Testing

@testable import Diagnosis

/// Answers from a list, and counts how often it was asked.
private final class Watcher: Witness {
  private let answers: [String: Observation]
  private let asked = Mutex<[MachineCheck]>([])
  var questions: [MachineCheck] { asked.withLock { $0 } }

  init(_ answers: [String: Observation]) { self.answers = answers }

  func look(_ check: MachineCheck) async -> Observation {
    asked.withLock { $0.append(check) }
    return answers[check.name] ?? Observation(.unknown, Wording("no idea", french: "aucune idée"))
  }
}

@Suite struct `A look at the machine` {
  private static let refused =
    #"match: [{daemon: cleanup, message: '^connect to Milter service (?P<milter>\S+): Connection refused'}]"#
    + "\ngroup-by: [milter]"
  private static let stopped = "match: [{daemon: opendkim, message: '^stopping milter'}]\nseverity: info"
  private static let causes = """
      - {id: likely, text: Likely.}
      - {id: family, text: "Family {listener}.", confirmed-by: [{listening: {port: "{milter.port}", not-on: "{milter.host}"}}]}
      - {id: stopped, text: Stopped., confirmed-by: [{logged: a.stopped}, {unit: {name: opendkim, is: not-active}}]}
      - {id: other, text: Other., refuted-by: [{disk: {path: /, is: full}}]}
    """

  /// A busy machine may take long for any step of a test.
  private static let unhurried: Verification.Limits = {
    var limits = Verification.Limits()
    limits.patience = .seconds(86_400)
    limits.freshness = .seconds(86_400)
    return limits
  }()

  private static func incident(_ log: String, _ causes: String = causes) throws -> Incident {
    let rules = try ruleSet(try rule("a.refused", refused, causes: causes), try rule("a.stopped", stopped))
    return try #require(diagnosis(log, rules)["a.refused"])
  }

  private static let refusal =
    "2026-11-23T10:00:10Z mail postfix/cleanup[2]: warning: connect to Milter service inet:[::1]:8891: Connection refused\n"
  private static let stop = "2026-11-23T10:00:00Z mail opendkim[3]: stopping milter\n"

  private static func judged(_ incident: Incident, _ answers: [String: Observation]) async -> [String] {
    var verification = Verification(witness: Watcher(answers), limits: unhurried)
    return await verification.verify([incident])[0].causes.map { "\($0.id) \($0.status.rawValue)" }
  }

  private static func seen(_ verdict: Observation.Verdict, facts: [String: String] = [:]) -> Observation {
    Observation(verdict, Wording("seen", french: "vu"), facts: facts)
  }

  @Test func `confirms a cause, puts it first and rules its rivals out`() async throws {
    let answers = ["listening": Self.seen(.holds), "unit": Self.seen(.fails)]
    #expect(
      await Self.judged(try Self.incident(Self.refusal), answers) == [
        "family confirmed", "stopped refuted", "likely refuted", "other refuted",
      ])
  }

  @Test func `that shows nothing of it refutes what the log had proven: it is so no longer`() async throws {
    let incident = try Self.incident(Self.stop + Self.refusal)
    #expect(incident.causes.first?.id == "stopped")
    let judged = await Self.judged(incident, ["unit": Self.seen(.fails), "listening": Self.seen(.fails)])
    #expect(judged.contains("stopped refuted"))
    #expect(judged.contains("likely unchecked"))
    #expect(judged.contains("family refuted"))
  }

  @Test func `that cannot be made leaves the log's proof, and else says why`() async throws {
    let proven = await Self.judged(try Self.incident(Self.stop + Self.refusal), [:])
    #expect(proven.first == "stopped confirmed")
    var blind = Verification(witness: Watcher([:]), limits: Self.unhurried)
    let stopped = try #require(await blind.verify([try Self.incident(Self.stop + Self.refusal)])[0].causes.first)
    #expect(stopped.evidence.map(\.check) == ["logged", "unit"])
    #expect(!stopped.isSeen)
    var verification = Verification(witness: Watcher([:]), limits: Self.unhurried)
    let open = await verification.verify([try Self.incident(Self.refusal)])[0]
    let family = try #require(open.causes.first { $0.id == "family" })
    #expect(family.status == .undetermined)
    #expect(family.evidence.first?.found(in: .french) == "aucune idée")
  }

  @Test func `rules a cause out where its disproof holds`() async throws {
    let judged = await Self.judged(try Self.incident(Self.refusal), ["disk": Self.seen(.holds)])
    #expect(judged.last == "other refuted")
  }

  @Test func `is asked with the log's own values, once for many incidents`() async throws {
    let watcher = Watcher(["listening": Self.seen(.fails)])
    var verification = Verification(witness: watcher, limits: Self.unhurried)
    let incident = try Self.incident(Self.refusal)
    _ = await verification.verify([incident, incident])
    _ = await verification.verify([incident])
    let listening = watcher.questions.filter { $0.name == "listening" }
    #expect(
      listening == [MachineCheck(name: "listening", parameters: ["port": ["8891"], "not-on": ["[::1]"]])])
  }

  @Test func `is bounded in number`() async throws {
    let watcher = Watcher([:])
    var limits = Self.unhurried
    limits.mostLooks = 2
    var verification = Verification(witness: watcher, limits: limits)
    _ = await verification.verify([try Self.incident(Self.refusal)])
    #expect(watcher.questions.count == 2)
  }

  @Test func `is not made for a value that the log does not tell`() async throws {
    let causes = "  - {id: a, text: A., confirmed-by: [{file: {path: \"{nothing}\", is: missing}}]}"
    let watcher = Watcher([:])
    var verification = Verification(witness: watcher, limits: Self.unhurried)
    let judged = await verification.verify([try Self.incident(Self.refusal, causes)])[0].causes
    #expect(watcher.questions.isEmpty)
    #expect(judged[0].status == .undetermined)
    #expect(judged[0].evidence[0].found == "the log does not tell {nothing}")
  }

  @Test func `lends its facts to the texts of its cause`() async throws {
    let observation = Self.seen(.holds, facts: ["listener": "127.0.0.1:8891"])
    var verification = Verification(witness: Watcher(["listening": observation]), limits: Self.unhurried)
    let judged = await verification.verify([try Self.incident(Self.refusal)])[0].causes
    #expect(judged[0].facts["listener"] == "127.0.0.1:8891")
    #expect(judged[0].isSeen)
  }
}

@Suite struct `A check in a rule` {
  private static func problems(_ check: String) -> [RuleProblem] {
    let text = """
      id: a.rule
      title: T
      severity: error
      match: [{daemon: smtpd, message: '^something'}]
      impact: I.
      causes:
        - {id: a, text: A., confirmed-by: [\(check)]}
      """
    do {
      _ = try Rule(yaml: text, path: "a/rule.yaml")
      return []
    } catch { return error.problems }
  }

  @Test(arguments: [
    "{listening: {port: \"25\", is: nobody}}", "{listening: {port: \"25\", by: [master, smtpd]}}",
    "{postfix: {service: cleanup/unix, chroot: \"y\"}}", "{postfix: {parameter: [a, b], is: \"\", service: smtp/inet}}",
    "{socket: {path: /x, closed-to: postfix, seen-from: postfix, at: folder}}",
    "{unit: {name: x, result: [signal, oom-kill]}}", "{clock: {is: synchronised}}",
    "{dns: {mx: example.org, is: found}}",
  ])
  func `that is one of the documented forms is taken`(check: String) { #expect(Self.problems(check).isEmpty) }

  @Test(arguments: [
    ("{listening: {prot: \"25\", is: nobody}}", "the check listening has no key 'prot'; did you mean 'port'?"),
    ("{listening: {port: \"25\", is: nobdy}}", "listening.is cannot be 'nobdy'; did you mean 'nobody'?"),
    ("{listening: {port: \"25\"}}", "listening cannot have port together; allowed: {port: TEXT, is: nobody|somebody"),
    ("{listening: {port: [\"25\", \"26\"], is: nobody}}", "listening.port must be one text, not a list"),
    ("{file: {command: id}}", "the check file has no key 'command'"),
    ("{shell: {run: id}}", "there is no check 'shell'"), ("{disk: full}", "disk needs parameters"),
  ])
  func `that is none of them is refused with its place and the nearest name`(check: String, message: String) {
    let problems = Self.problems(check)
    #expect(problems.contains { $0.message.contains(message) && $0.line == 7 && $0.column > 1 }, "\(problems)")
  }
}
