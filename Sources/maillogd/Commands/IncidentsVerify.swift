import ArgumentParser
import Diagnosis
import Foundation
import IncidentStore
import Reporting

struct IncidentsVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Looks at this machine again: does the cause still stand?",
    discussion: """
      Looks with the rights of whoever calls it, and says what it could not see; root sees most. Exit code 1 if a cause
      still stands.

      Examples:
        sudo maillogd incidents verify
        sudo maillogd incidents verify postfix.map.missing-db && echo repaired
      """)

  @Argument(help: "Its id, or the beginning of it (default: all that are open).") var id: String?
  @OptionGroup var options: IncidentsCommand.Options
  @OptionGroup var dns: DNSOptions

  private static let mostIncidents = 100

  func run() throws {
    try Failure.reporting {
      let store = try options.reading()
      let rules = try options.rules.load()
      let language = options.language.language
      let found: [(record: IncidentRecord, memory: IncidentMemory?)]
      if let id {
        found = [try options.find(id, in: store)]
      } else {
        do throws(StoreFault) { found = try store.incidents(.open, most: Self.mostIncidents) } catch {
          throw Failure(error)
        }
      }
      let output = try OutputFile(nil)
      if found.isEmpty { try output.write(language == .french ? "Aucun incident ouvert.\n" : "No incident is open.\n") }
      var incidents: [Incident] = []
      for (record, memory) in found {
        guard let incident = memory?.incident(rules, causedBy: record.causedBy) else {
          throw Failure.badData(
            "the rule \(record.rule) of \(record.id) is not among those in use; see maillogd rules list")
        }
        incidents.append(incident)
      }
      let judged = OwnMachine.wait(for: incidents, dns.source)
      for incident in judged {
        let text = TextReport(language: language, terminal: .standardOutput, least: .info, isPaste: true)
          .text(DiagnosisReport(incident))
        try output.write(text)
        try output.write("  \(Outcome(incident).sentence(language))\n  Id        \(incident.id.printable)\n\n")
      }
      if judged.contains(where: { Outcome($0) == .stands }) { throw ExitStatus(code: 1) }
    }
  }

  /// What a look says of an incident as a whole.
  private enum Outcome {
    case stands, gone, unknown

    init(_ incident: Incident) {
      if incident.causes.contains(where: { $0.status == .confirmed && $0.isSeen }) {
        self = .stands
      } else if !incident.causes.isEmpty, incident.causes.allSatisfy({ $0.status == .refuted }) {
        self = .gone
      } else {
        self = .unknown
      }
    }

    func sentence(_ language: Language) -> String {
      switch (self, language) {
      case (.stands, .french): "La cause est toujours là."
      case (.stands, _): "The cause still stands."
      case (.gone, .french): "Aucune des causes connues n'est plus visible."
      case (.gone, _): "None of the known causes is to be seen any more."
      case (.unknown, .french):
        "On ne peut pas dire si la cause est toujours là ; ci-dessus, ce qui n'a pas pu être vu."
      case (.unknown, _): "Whether the cause still stands cannot be told; above is what could not be seen."
      }
    }
  }
}
