import ArgumentParser
import Diagnosis
import Dispatch
import HostEvidence
import Reporting
import Synchronization

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Looks at this sending host as Gmail and others will, before anything fails.",
    discussion: """
      Reverse DNS, HELO, SPF, DKIM, DMARC, block lists, MX, TLS, milters, keys and the queue: what is good, what is \
      not, why it matters, how to repair it, and a score out of 10 (docs/check.md). Without DOMAIN: those that \
      OpenDKIM signs for, and Postfix's own. Nothing is changed. Only questions to \
      the DNS leave this machine; its own mail ports are asked for their certificates.

      Examples:
        maillogd check
        maillogd check example.org --selector mail
        maillogd check --zone example.org > records.zone     # what to publish
        maillogd check --elsewhere --address 2001:db8::25 --helo mail.example.org example.org
        maillogd check --format json | jq '.findings[] | select(.verdict == "bad")'
        maillogd check --fail-on bad     # for monitoring: exit code 1

      Exit codes: 0 done, 1 --fail-on reached, 64 usage, 74 I/O error.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }
  enum Threshold: String, ExpressibleByArgument, CaseIterable { case warning, bad }

  @Argument(help: "The domains that mail is sent for.") var domains: [String] = []
  @Option(name: .long, help: "A DKIM selector to look at, beside those of OpenDKIM (repeatable).")
  var selector: [String] = []
  @Option(name: .long, help: "An address that mail leaves from, instead of this machine's own (repeatable).")
  var address: [String] = []
  @Option(name: .long, help: "The name given in HELO, instead of Postfix's.") var helo: String?
  @Flag(name: .long, help: "The host is another machine: ask the DNS only, look at nothing of this one.")
  var elsewhere = false
  @OptionGroup var dns: DNSOptions
  @Option(name: .long, help: "text or json.") var format = Format.text
  @Flag(name: .long, help: "Print the DNS records to publish, as lines of a zone file.") var zone = false
  @Option(name: .shortAndLong, help: "Write the report to this file.") var output: String?
  @Option(name: .long, help: "Exit with 1 if a finding is bad, or at least a warning: warning, bad.")
  var failOn: Threshold?
  @OptionGroup var languageOption: LanguageOption

  func validate() throws {
    if zone, format == .json { throw ValidationError("--zone is a format of its own: leave --format json out.") }
    for text in address where IPAddress(text) == nil {
      throw ValidationError("--address \(text) is no IP address; write it like 192.0.2.25 or 2001:db8::25.")
    }
    for name in domains + selector where !Self.isName(name) {
      throw ValidationError(
        "'\(name)' is no name of the DNS; write it like example.org, an IDN like xn--bcher-kva.example.")
    }
    if let helo, !Self.isName(helo) { throw ValidationError("--helo \(helo) is no host name.") }
  }

  func run() throws {
    try Failure.reporting {
      let file = try OutputFile(output)
      let report = Self.wait(for: request, dns.source)
      let language = languageOption.language
      if zone {
        try file.write(ZoneReport(language: language).text(report))
      } else if format == .json {
        try file.write(CheckJSONReport(language: language).text(report))
      } else {
        let terminal = output == nil ? Terminal.standardOutput : Terminal(width: 80, hasColour: false)
        try file.write(CheckTextReport(language: language, terminal: terminal).text(report))
      }
      let isReached =
        switch failOn {
        case .bad: report.count(.bad) > 0
        case .warning: report.count(.bad) + report.count(.warning) > 0
        case nil: false
        }
      if isReached { throw ExitStatus(code: 1) }
    }
  }

  private var request: CheckRequest {
    var request = CheckRequest()
    request.domains = domains
    request.selectors = selector
    request.addresses = address
    request.helo = helo
    request.isElsewhere = elsewhere
    return request
  }

  /// ASCII letters, digits, `-`, `_` and dots, no label empty or too long.
  private static func isName(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count)
          && label.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x5F].contains(byte)
          }
      }
  }

  /// The command line is not asynchronous; it waits here for the looks, which all have deadlines.
  private static func wait(for request: CheckRequest, _ source: DNSSource) -> CheckReport {
    let answer = Answer()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let report = await SendingCheckup(source).run(request)
      answer.report.withLock { $0 = report }
      done.signal()
    }
    done.wait()
    return answer.report.withLock { $0 }
  }

  private final class Answer: Sendable {
    let report = Mutex(CheckReport(helo: nil, addresses: [], domains: [], findings: []))
  }
}
