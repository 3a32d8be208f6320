import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import LogSources
import Reporting

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains anything pasted: a log line, an SMTP reply, a whole bounce.",
    discussion: """
      Wrapped, quoted with ">", plain text or .eml: it is put together again first. Without TEXT it reads standard input.

      Examples:
        maillogd explain 'warning: connect to Milter service inet:[::1]:12345: Connection refused'
        maillogd explain '550-5.7.25 The IP address sending this message does not have a PTR record setup'
        maillogd explain < bounce.eml
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The text; \"-\" or nothing is standard input.") var text: [String] = []
  @Option(name: .long, help: "text or json.") var format = Format.text
  @Flag(name: .long, help: "Also show every rule that was tried, and why it did or did not match.") var trace = false
  @OptionGroup var dns: DNSOptions
  @Flag(name: .long, help: "Look at this machine for the causes, as if the text came from here.") var verify = false
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var languageOption: LanguageOption

  func run() throws {
    try Failure.reporting {
      let paste = PastedText.read(try pasted())
      let rules = try ruleOptions.load()
      var best = Explanation(of: paste, rules: rules)
      if !best.isSpecific, let specific = Self.firstSpecific(of: paste.alternatives, rules) { best = specific }
      if verify { OwnMachine.verify(&best.report, everything: true, dns: dns.source) }
      let language = languageOption.language
      let output = try OutputFile(nil)
      switch format {
      case .json: try output.write(JSONReport(language: language).object(best.report))
      case .text:
        let report = TextReport(language: language, terminal: .standardOutput, least: .info, isPaste: true)
        try output.write(report.text(best.report))
      }
      if trace { try output.write(TraceReport(terminal: .standardOutput).text(best.trace(rules))) }
    }
  }

  private func pasted() throws -> [UInt8] {
    if !text.isEmpty, text != ["-"] { return Array(text.joined(separator: " ").utf8) }
    if text.isEmpty, isatty(STDIN_FILENO) == 1 { StandardError.write("Paste the text, then press Ctrl-D:") }
    let bytes: [UInt8]
    do { bytes = try Self.standardInput() } catch { throw Failure(error) }
    guard bytes.contains(where: { $0 > 0x20 }) else {
      throw Failure.badData("there is nothing to explain: the text is empty. Give a log line, a reply or a bounce.")
    }
    return bytes
  }
}

extension ExplainCommand {
  /// Each reading goes through all the rules, so none is made in vain.
  private static func firstSpecific(of readings: [PastedText], _ rules: RuleSet) -> Explanation? {
    readings.lazy.map { Explanation(of: $0, rules: rules) }.first(where: \.isSpecific)
  }

  private static func standardInput() throws(LogInputError) -> [UInt8] {
    var reader = try LogReader(.standardInput)
    var bytes: [UInt8] = []
    while bytes.count < PastedText.maximumSize, try reader.read(into: &bytes) > 0 {}
    return bytes
  }
}

/// One reading of a paste, run through the pipeline as log lines.
private struct Explanation {
  var report: DiagnosisReport
  private let lines: [[UInt8]]
  private let options: Pipeline.Options

  /// Whether a rule made for just this failure spoke.
  var isSpecific: Bool { report.incidents.contains { !$0.rule.isGeneral } }

  init(of paste: PastedText, rules: RuleSet) {
    var options = Pipeline.Options()
    for case .bounce(let bounce) in paste.items {
      options.knownFacts["from"] = options.knownFacts["from"] ?? bounce.from
      options.knownFacts["myhostname"] = options.knownFacts["myhostname"] ?? bounce.reportingMTA
    }
    options.acceptsAnyRelay = paste.items.contains { item in
      switch item {
      case .reply, .other: true
      case .logText, .bounce: false
      }
    }
    let clock = LogClock.local(newest: nil)
    var pipeline = Pipeline(rules: rules, options: options, clock: clock)
    var lines: [[UInt8]] = []
    for item in paste.items {
      switch item {
      case .logText(let text): lines += text.split(separator: 0x0A).map(Array.init)
      case .bounce(let bounce): if bounce.isFailure { lines.append(bounce.logLine) }
      case .reply(let reply): lines.append(Bounce(recipient: "", diagnostic: reply).logLine)
      case .other(let fragment): lines.append(Self.asLogged(fragment, by: &pipeline))
      }
    }
    pipeline.begin("-", clock: clock)
    for line in lines { pipeline.consume((line + [0x0A]).span) }
    report = pipeline.finish()
    self.lines = lines
    self.options = options
  }

  func trace(_ rules: RuleSet) -> [(line: [UInt8], outcomes: [(rule: Rule, outcome: ClauseOutcome)])] {
    var pipeline = Pipeline(rules: rules, options: options, clock: .local(newest: nil))
    return lines.map { ($0, pipeline.trace($0)) }
  }

  /// A line without its prefix, as the program would have logged it that some rule knows it from.
  private static func asLogged(_ fragment: [UInt8], by pipeline: inout Pipeline) -> [UInt8] {
    let programs = [
      "postfix/smtpd", "postfix/cleanup", "postfix/smtp", "opendkim", "postfix/master", "postfix/local", "postfix/qmgr",
      "postfix/lmtp", "postfix/trivial-rewrite", "postfix/pipe", "postfix/postmap", "opendmarc", "dovecot", "systemd",
      "policyd-spf", "postfix/postscreen", "postfix/tlsproxy", "postfix/error", "postfix/sendmail",
      "postfix/postfix-script",
    ]
    for program in programs {
      let line = Array("\(program)[1]: ".utf8) + fragment
      if pipeline.explains(line) { return line }
    }
    for reply in replies(in: fragment) {
      let line = Bounce(recipient: "", diagnostic: reply).logLine
      if pipeline.explains(line) { return line }
    }
    return fragment
  }

  /// What may be a server's answer in a text that is none by itself: from its code on (`Remote host said: 550 …`), or all
  /// of it where mail programs leave the code out (`5.1.1 <x@example.org>... User unknown`).
  private static func replies(in fragment: [UInt8]) -> [[UInt8]] {
    let text = fragment.text
    var replies: [[UInt8]] = []
    if let match = text.firstMatch(of: /(?:^|[\s\[#:(])([45][0-9][0-9])[\s:-]+(\S.*)/) {
      replies.append(Array("\(match.1) \(match.2)".utf8))
    }
    replies.append(Array((text.hasPrefix("4.") ? "450 " : "550 ").utf8) + fragment)
    return replies
  }
}

extension Bounce {
  /// Reports tell of success too (RFC 3464, section 2.3.3).
  fileprivate var isFailure: Bool { action == nil || action == .failed || action == .delayed }

  /// The line that Postfix would have logged for this delivery; a server that is not named is `unknown[unknown]`.
  fileprivate var logLine: [UInt8] {
    let server = "\(remoteMTA?.host ?? "unknown")[\(remoteMTA?.address ?? "unknown")]"
    let isReply = diagnostic.first.map { (0x32...0x35).contains($0) } ?? false
    let isTemporary = action == .delayed || (action == nil && diagnostic.first == UInt8(ascii: "4"))
    let code = status ?? Self.enhancedStatus(in: diagnostic) ?? (isTemporary ? "4.0.0" : "5.0.0")
    let relay = remoteMTA == nil && !isReply ? "none" : server + ":25"
    let head = "postfix/smtp[1]: to=<\(recipient)>, relay=\(relay), delay=0, delays=0/0/0/0, dsn=\(code), "
    var reason = postfixReason
    if isReply, remoteMTA?.address == nil {
      let stage = command.map { " (in reply to \($0))" } ?? ""
      reason = Array("host \(server) said: ".utf8) + diagnostic + Array(stage.utf8)
    }
    return Array((head + "status=\(isTemporary ? "deferred" : "bounced") (").utf8) + reason + [UInt8(ascii: ")")]
  }

  /// The `5.7.1` behind the reply code.
  private static func enhancedStatus(in reply: [UInt8]) -> String? {
    let words = reply.text.split(whereSeparator: { $0 == " " || $0 == "-" })
    guard words.count > 1 else { return nil }
    let parts = words[1].split(separator: ".")
    return parts.count == 3 && parts.allSatisfy { UInt16($0) != nil } ? String(words[1]) : nil
  }
}
