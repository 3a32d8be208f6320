import ArgumentParser
import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Reporting

extension IncidentsCommand {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one incident: cause, proof, fix, and its history.")
    @Argument(help: "Its id, or the beginning of it.") var id: String
    @OptionGroup var options: Options
    @Flag(name: .long, help: "Print JSON, as scan does.") var json = false

    func run() throws {
      try Failure.reporting {
        let store = try options.reading()
        let (record, memory) = try options.find(id, in: store)
        let rules = try options.rules.load()
        let language = options.language.language
        let output = try OutputFile(nil)
        guard let incident = memory.flatMap({ record.incident($0, rules) }) else {
          throw Failure.badData(
            "the rule \(record.rule) of this incident is not among those in use; see maillogd rules list")
        }
        let report = DiagnosisReport(incident)
        if json { return try output.write(JSONReport(language: language).lines(report)) }
        try output.write(
          TextReport(language: language, terminal: .standardOutput, least: .info, isPaste: true).text(report))
        let words = IncidentWords(language: language)
        try output.write(history(record, store, words).map { $0.printable + "\n" }.joined())
      }
    }

    private func history(
      _ record: IncidentRecord, _ store: IncidentStore, _ words: IncidentWords
    ) throws -> [String] {
      func line(_ label: String, _ text: String) -> String { "  \(label.padded(to: 9)) \(text)" }
      var lines = [
        line("Id", record.id),
        line(
          words.pick("State", "État"),
          "\(words.state(record.state)), \(words.pick("episode", "épisode")) \(record.episode)"),
      ]
      if let clearing = record.clearing {
        lines.append(
          line(
            words.pick("Ended", "Terminé"),
            "\(clearing.at?.rfc3339 ?? "-") (\(words.clearing(clearing.reason))) \(clearing.proof)"))
      }
      if let seen = record.acknowledgement {
        lines.append(
          line(
            words.pick("Seen by", "Vu par"),
            "\(seen.by) \(words.pick("at", "à")) \(seen.at.rfc3339)\(words.pick(":", " :")) \(seen.comment)"))
      }
      do throws(StoreFault) {
        for happening in try store.history(record.id).suffix(20) {
          lines.append(
            "  \(happening.at?.rfc3339 ?? "-")  \(words.happening(happening.kind)) \(words.detail(happening))")
        }
      } catch { throw Failure(error) }
      return lines
    }
  }
}
