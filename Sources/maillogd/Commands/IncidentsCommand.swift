import ArgumentParser
import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Reporting

struct IncidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incidents", abstract: "Shows the incidents that the daemon knows, and says who works on them.",
    discussion: """
      Examples:
        maillogd incidents
        maillogd incidents show postfix.milter.connection-refused
        sudo maillogd incidents verify postfix.milter.connection-refused
        maillogd incidents ack postfix.milter.connection-refused#1f0e --comment "key renewed at noon"
        maillogd incidents silence add --rule 'gmail.*' --for 2h --comment "new address, known"
      """,
    subcommands: [List.self, Show.self, IncidentsVerify.self, Acknowledge.self, SilenceCommand.self],
    defaultSubcommand: List.self)

  /// Where the incidents are, and in which language to tell of them.
  struct Options: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption
    @Option(name: .long, help: "The database (default: that of the configuration).") var database: String?
    @OptionGroup var rules: RuleOptions
    @OptionGroup var language: LanguageOption

    func path() throws -> String {
      if let database { return database }
      return try configuration.load(needsSecrets: false).database
    }

    func reading() throws -> IncidentStore {
      do { return try IncidentStore(reading: try path()) } catch let fault as StoreFault { throw Failure(fault) }
    }

    func writing() throws -> IncidentStore {
      // Only the daemon makes a database.
      _ = try reading()
      do { return try IncidentStore(path: try path()) } catch let fault as StoreFault { throw Failure(fault) }
    }

    /// The one incident that `id` names, in whole or by its beginning.
    func find(_ id: String, in store: IncidentStore) throws -> (record: IncidentRecord, memory: IncidentMemory?) {
      let found: [(record: IncidentRecord, memory: IncidentMemory?)]
      do throws(StoreFault) { found = try store.incidents(named: id) } catch { throw Failure(error) }
      guard let first = found.first else {
        throw Failure.badData("no incident is called '\(id)'; maillogd incidents list --all shows all")
      }
      guard found.count == 1 else {
        let ids = found.map(\.record.id).joined(separator: ", ")
        throw Failure.badData("several incidents begin with '\(id)': \(ids). Give more of one")
      }
      return first
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists open incidents, latest first.")
    @OptionGroup var options: Options
    @Flag(name: .long, help: "Also those that have ended.") var all = false
    @Option(name: .long, help: "At most so many.") var most = 100
    @Flag(name: .long, help: "One JSON object a line.") var json = false

    func run() throws {
      try Failure.reporting {
        let store = try options.reading()
        let rules = try options.rules.load()
        let found: [(record: IncidentRecord, memory: IncidentMemory?)]
        do throws(StoreFault) { found = try store.incidents(all ? nil : .open, most: most) } catch {
          throw Failure(error)
        }
        let output = try OutputFile(nil)
        if json {
          let encoder = JSONEncoder()
          encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
          for row in found { try output.write(Array(try encoder.encode(Listed(record: row.record))) + [0x0A]) }
          return
        }
        let words = IncidentWords(language: options.language.language)
        if found.isEmpty { try output.write(words.none(all: all)) }
        for (record, memory) in found {
          let title = IncidentsCommand.told(record, memory, rules, options.language.language)?.title ?? record.rule
          let severity = words.severity(record.severity).padded(to: words.language == .french ? 9 : 8)
          let state = words.state(record).padded(to: words.language == .french ? 14 : 12)
          let line =
            "\(severity) \(state) \(record.last?.rfc3339 ?? "-")  \(record.count)×  \(title)\n         \(record.id)"
          try output.write(line.split(separator: "\n").map { String($0).printable }.joined(separator: "\n") + "\n")
        }
      }
    }
  }

  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ack", abstract: "Says that somebody works on an incident: no more reminders while it lasts.")
    @Argument(help: "Its id, or the beginning of it.") var id: String
    @Option(name: .long, help: "Who works on it (default: who types this).") var author = Author.name
    @Option(name: .long, help: "What the others should know.") var comment = ""
    @OptionGroup var options: Options

    func run() throws {
      try Failure.reporting {
        let store = try options.writing()
        let record = try options.find(id, in: store).record
        let acknowledgement = IncidentRecord.Acknowledgement(by: author, at: Author.now, comment: comment)
        let isOpen: Bool
        do throws(StoreFault) { isOpen = try store.acknowledge(record.id, acknowledgement) } catch {
          throw Failure(error)
        }
        guard isOpen else { throw Failure.badData("\(record.id) has ended already; there is nothing to acknowledge") }
        try OutputFile(nil).write("acknowledged \(record.id)\n")
      }
    }
  }

  /// A record as `list --json` prints it: with what people said of it, which is stored apart.
  private struct Listed: Encodable {
    let record: IncidentRecord

    private enum CodingKeys: String, CodingKey { case acknowledgement }

    func encode(to encoder: any Encoder) throws {
      try record.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(record.acknowledgement, forKey: .acknowledgement)
    }
  }

  static func told(
    _ record: IncidentRecord, _ memory: IncidentMemory?, _ rules: RuleSet, _ language: Language
  ) -> ToldIncident? {
    memory.flatMap { record.incident($0, rules) }.flatMap { ToldIncident.all([$0], language: language).first }
  }
}

/// Who types a command, and when.
enum Author {
  static var name: String {
    let environment = ProcessInfo.processInfo.environment
    return environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName()
  }

  static var now: EventTime { EventTime(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000) }
}

extension Failure {
  init(_ fault: StoreFault) {
    switch fault.kind {
    case .cannotOpen: self = .cannotOpen(fault.description)
    case .readOnly: self = .noPermission(fault.description)
    case .corrupt, .tooNew: self = .badData(fault.description)
    default: self = .readingFailed(fault.description)
    }
  }
}
