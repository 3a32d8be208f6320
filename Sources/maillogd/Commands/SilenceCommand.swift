import ArgumentParser
import Diagnosis
import IncidentStore
import LogParsing
import Reporting

struct SilenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence", abstract: "For some time, alerts about some incidents are not sent.",
    subcommands: [Add.self, List.self, End.self], defaultSubcommand: List.self)

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Begins a silence; every matcher that is given must fit.")
    @Option(name: .long, help: "Incident id; * stands for anything.") var incident: String?
    @Option(name: .long, help: "Rule id; * stands for anything: 'gmail.*'.") var rule: String?
    @Option(name: .long, help: "Domain of the mail that was hit.") var domain: String?
    @Option(name: .long, help: "Only incidents up to this severity.") var severity: Severity?
    @Option(name: .customLong("for"), help: "How long: 30m, 2h, 7d.") var duration: String
    @Option(name: .long, help: "Who silences (default: who types this).") var author = Author.name
    @Option(name: .long, help: "Why.") var comment: String
    @OptionGroup var options: IncidentsCommand.Options

    func run() throws {
      try Failure.reporting {
        let matchers = Silence.Matchers(incident: incident, rule: rule, domain: domain, severity: severity)
        guard !matchers.isEmpty else {
          throw Failure(
            code: 64, message: "a silence of everything is none; give --incident, --rule, --domain or --severity")
        }
        guard let seconds = YAMLReader.seconds(duration) else {
          throw Failure(code: 64, message: "'\(duration)' is no duration; write 30m, 2h or 7d")
        }
        let now = Author.now
        let silence = Silence(
          author: author, comment: comment, starts: now,
          ends: EventTime(microseconds: now.microseconds + seconds * 1_000_000), matchers: matchers)
        let id: Int64
        do { id = try options.writing().add(silence) } catch let fault as StoreFault { throw Failure(fault) }
        try OutputFile(nil).write("silence \(id) until \(silence.ends.rfc3339)\n")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the silences that hold.")
    @OptionGroup var options: IncidentsCommand.Options

    func run() throws {
      try Failure.reporting {
        let silences: [Silence]
        do { silences = try options.reading().silences(at: Author.now) } catch let fault as StoreFault {
          throw Failure(fault)
        }
        let lines = silences.map { silence in
          let matchers = silence.matchers
          let parts = [
            matchers.incident.map { "incident \($0)" }, matchers.rule.map { "rule \($0)" },
            matchers.domain.map { "domain \($0)" }, matchers.severity.map { "up to \($0.rawValue)" },
          ].compactMap { $0 }
          return
            "\(silence.id)  until \(silence.ends.rfc3339)  \(parts.joined(separator: ", "))  by \(silence.author): \(silence.comment)"
        }
        try OutputFile(nil).write(
          lines.isEmpty ? "No silence holds.\n" : lines.map { $0.printable + "\n" }.joined())
      }
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ends a silence before its time.")
    @Argument(help: "Its number.") var id: Int64
    @OptionGroup var options: IncidentsCommand.Options

    func run() throws {
      try Failure.reporting {
        let isKnown: Bool
        do { isKnown = try options.writing().endSilence(id) } catch let fault as StoreFault { throw Failure(fault) }
        guard isKnown else { throw Failure.badData("there is no silence \(id); see maillogd incidents silence list") }
        try OutputFile(nil).write("silence \(id) has ended\n")
      }
    }
  }
}
