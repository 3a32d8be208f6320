import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import LogSources
import Reporting

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Reads whole logs and reports every failure: cause, proof, fix.",
    discussion: """
      Plain files, .gz, .xz, .zst and .bz2, `journalctl -o export` or `-o json`, folders with the mail logs in them, "-"
      for standard input. Rotated files are put in order; logs of several hosts are read side by side, in the order of
      time. Without a file: what is piped in, else this machine's own mail log.

      Examples:
        maillogd scan
        maillogd scan /var/log/mail.log*
        maillogd scan /srv/logs/mx1 /srv/logs/mx2
        maillogd scan --journal --since yesterday
        maillogd scan --journal --directory /var/log/journal/remote
        journalctl -o export --since yesterday | maillogd scan -
        maillogd scan --format json mail.log | jq '.incidents[].title'
        maillogd scan --redact mail.log > safe.log     # to show it to others
        maillogd scan --since 2h --fail-on error      # for monitoring: exit code 1

      Exit codes: 0 done, 1 --fail-on reached, 64 usage, 65 bad data or rules, 66 cannot open, 73 cannot
      create the --output file, 74 I/O error, 77 no permission.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, ndjson, html, sarif }

  @Argument(help: "Log files; \"-\" is standard input.") var files: [String] = []
  @Flag(name: .long, help: "Read the systemd journal: the mail lines of every unit.") var journal = false
  @Option(name: .long, help: "With --journal: read the journal files in this directory instead of the machine's own.")
  var directory: String?
  @Option(name: .long, help: "With --journal: read this namespace of journald too.") var namespace: [String] = []
  @Option(name: .long, help: "text, json, ndjson, html or sarif.") var format = Format.text
  @Option(name: .shortAndLong, help: "Write the report to this file.") var output: String?
  @Option(name: .long, help: "Only lines from this moment on: 2026-01-31, \"2026-01-31 22:04\", today, 2h.") var since:
    Moment?
  @Option(name: .long, help: "Only lines up to this moment.") var until: Moment?
  @Option(name: .long, help: "Exit with 1 if an incident is at least this grave: info, warning, error, critical.")
  var failOn: Severity?
  @Option(name: .long, help: "Show incidents of at least this severity in full (default: warning).") var severity =
    Severity.warning
  @Flag(
    inversion: .prefixedNo,
    help: "Look at this machine and the DNS for the causes (default: if the log is this machine's, and not a day old).")
  var verify: Bool?
  @Option(name: .long, help: "How many threads read; the report is the same for any number (default: one a core).")
  var threads: Int?
  @OptionGroup var dns: DNSOptions
  @Flag(name: .long, help: "Write the log itself, safe to show: names, addresses and ids become aliases.")
  var redact = false
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var languageOption: LanguageOption

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256; leave it out for one a core.")
    }
    if redact, format != .text || failOn != nil || verify != nil || severity != .warning {
      throw ValidationError(
        "--redact writes the log and no report: leave out --format, --fail-on, --severity and --verify.")
    }
  }

  func run() throws {
    try Failure.reporting {
      let journal = try journalSelection()
      let inputs = try journal == nil ? LogStream.logs(files) : []
      let sources: [LogStream.Source] =
        if let journal { [.journal(journal)] } else { inputs.flatMap(\.self).map { .input($0) } }
      try OutputFile.refuse(output, over: sources)
      var options = Pipeline.Options()
      options.since = since?.time
      options.until = until?.time
      if redact { return try writeRedacted(sources, options) }
      var bar = ProgressBar(journal == nil ? inputs.flatMap(\.self) : nil)
      let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
      var scan = LogScan(rules: try ruleOptions.load(), options: options, threads: count)
      scan.progress = { bar.show($0) }
      var report = scan.diagnose(
        journal == nil ? SideBySide(inputs).strands.map { $0.map { .input($0) } } : [sources])
      bar.clear()
      if verify != false { OwnMachine.verify(&report, everything: verify == true, dns: dns.source) }
      if !report.inputs.isEmpty { try write(report) }
      try scan.report()
      if let failOn, report.incidents.contains(where: { $0.severity >= failOn }) { throw ExitStatus(code: 1) }
    }
  }

  private func journalSelection() throws -> JournalSelection? {
    guard journal else {
      guard directory == nil, namespace.isEmpty else {
        throw Failure(code: 64, message: "--directory and --namespace go with --journal. Add it.")
      }
      return nil
    }
    guard files.isEmpty else {
      throw Failure(code: 64, message: "--journal reads the journal and no files. Scan the files by themselves.")
    }
    var selection = JournalSelection()
    selection.directory = directory
    selection.namespaces = namespace
    // The lines have their programs' own times, a little before those of journald; the report takes the exact ones.
    let slack: Int64 = 60_000_000
    if let since { selection.firstLook = .since(microseconds: since.time.microseconds - slack) }
    if let until { selection.until = until.time.microseconds + slack }
    return selection
  }

  private func write(_ report: DiagnosisReport) throws {
    let file = try OutputFile(output)
    let language = languageOption.language
    switch format {
    case .json: try file.write(JSONReport(language: language).object(report))
    case .ndjson: try file.write(JSONReport(language: language).lines(report))
    case .html: try file.write(HTMLReport(language: language).text(report))
    case .sarif: try file.write(SARIFReport(language: language, version: Maillogd.configuration.version).text(report))
    case .text:
      let terminal = output == nil ? Terminal.standardOutput : Terminal(width: 80, hasColour: false)
      try file.write(TextReport(language: language, terminal: terminal, least: severity).text(report))
    }
  }
}

extension ScanCommand {
  /// The inputs as one log in which nobody is named; what other programs wrote is left out.
  private func writeRedacted(_ sources: [LogStream.Source], _ options: Pipeline.Options) throws {
    var redactor = Redactor(try ruleOptions.load(), clock: .local(newest: nil), options: options)
    let file = try OutputFile(output)
    var stream = LogStream()
    var framer = BlockFramer()
    var writing: (any Error)?
    func write(_ block: Span<UInt8>) {
      guard writing == nil else { return }
      var text: [UInt8] = []
      block.forEachLine { line, _ in
        let kept = line.extracting(0..<min(line.count, BlockFramer.longestLine)).copy
        if let safe = redactor.redact(kept) { text += safe + [0x0A] }
      }
      do { try file.write(text) } catch { writing = error }
    }
    for source in sources {
      stream.read(source, begin: { redactor.begin(clock: $1) }, take: { framer.feed($0, write) })
      framer.end(write)
      if let writing { throw writing }
    }
    let others = redactor.linesOfOtherPrograms
    if others > 0 { StandardError.write("\(others) lines of other programs are left out") }
    try stream.report()
  }
}
