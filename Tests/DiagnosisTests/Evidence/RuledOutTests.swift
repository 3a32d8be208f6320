import Reporting
import Testing

@testable import Diagnosis

/// Sees nothing of anything.
private struct Nothing: Witness {
  func look(_ check: MachineCheck) async -> Observation {
    Observation(.fails, Wording("nobody listens on 8891", french: "personne n'écoute sur 8891"))
  }
}

@Suite struct `A report of which every cause is ruled out` {
  private static let causes = """
      - {id: family, text: The filter listens elsewhere., fix: [{text: Move it., commands: [move-it]}], confirmed-by: [{listening: {port: "8891", by: [a]}}]}
      - {id: stopped, text: The filter was stopped., confirmed-by: [{logged: a.stopped}, {unit: {name: opendkim, is: not-active}}]}
    """
  private static let log = """
    2026-11-23T10:00:00Z mail opendkim[3]: stopping milter
    2026-11-23T10:00:10Z mail postfix/cleanup[2]: warning: connect to Milter service inet:[::1]:8891: Connection refused

    """

  private static func report(_ log: String, _ causes: String = causes) async throws -> DiagnosisReport {
    let match = "match: [{daemon: cleanup, message: '^connect to Milter service'}]"
    let rules = try ruleSet(
      try rule("a.refused", match + "\nreferences: [https://www.postfix.org/MILTER_README.html]", causes: causes),
      try rule("a.stopped", "match: [{daemon: opendkim, message: '^stopping milter'}]\nseverity: info"))
    var report = diagnosis(log, rules)
    var limits = Verification.Limits()
    limits.patience = .seconds(86_400)
    var verification = Verification(witness: Nothing(), limits: limits)
    report.incidents = await verification.verify(report.incidents.filter { $0.rule.id == "a.refused" })
    return report
  }

  private static func text(_ report: DiagnosisReport, _ language: Language) -> String {
    TextReport(language: language, terminal: Terminal(width: 400, hasColour: false), least: .info, isPaste: true)
      .text(report)
  }

  @Test func `tells the symptom, each cause with its disproof, and where to look next`() async throws {
    let report = try await Self.report(Self.log)
    let text = Self.text(report, .english)
    for part in [
      "About a.refused", "None of the causes that this rule knows is to be seen on this machine now",
      "Ruled out: The filter listens elsewhere.", "nobody listens on 8891",
      // The log had proven this one.
      "No longer so: The filter was stopped.", "maillogd scan --since 1h", "journalctl -t postfix/cleanup --since -1h",
      "MILTER_README",
    ] {
      #expect(text.contains(part), "'\(part)' is missing in:\n\(text)")
    }
    // What is ruled out is not to be repaired.
    #expect(!text.contains("move-it"))
    #expect(Self.text(report, .french).contains("Ce n'est plus le cas : The filter was stopped."))
    let page = String(decoding: HTMLReport(language: .english).text(report).utf8, as: UTF8.self)
    #expect(page.contains("None of the causes") && page.contains("journalctl -t") && !page.contains("move-it"))
  }

  @Test func `does not say of what was never so that it is so no longer`() async throws {
    let lines = Self.log.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    #expect(!Self.text(try await Self.report(lines), .english).contains("No longer so"))
  }

  @Test func `tells what is ruled out beside a cause that is still open`() async throws {
    let open = "\n  - {id: other, text: Something else.}"
    let text = Self.text(try await Self.report(Self.log, Self.causes + open), .english)
    #expect(text.contains("Most likely: Something else."))
    #expect(text.contains("Ruled out: The filter listens elsewhere.") && !text.contains("move-it"))
    #expect(!text.contains("None of the causes"))
  }

  @Test func `puts no tag of a forged line into a command`() async throws {
    let report = try await Self.report(Self.log.replacing("postfix/cleanup", with: "$(reboot)/cleanup"))
    if !report.incidents.isEmpty { #expect(!Self.text(report, .english).contains("journalctl -t $(")) }
  }
}
