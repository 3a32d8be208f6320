import ArgumentParser
import Diagnosis
import Foundation
import LogParsing
import Reporting

extension RulesCommand {
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new",
      abstract: "Begins a rule for a line that no rule explains.",
      discussion: """
        Expression, captures, sample and near miss are made from the line; names and addresses in it become aliases. What is
        still to be written says TODO, and rules lint lists it.

        Examples:
          maillogd rules new --from-line 'Jan 31 22:04:20 mail postfix/smtp[7]: warning: …' > site/new.yaml
          maillogd scan --format json mail.log | maillogd rules new --from-unexplained - --output site
        """)

    @Option(name: .long, help: "The line, as it stands in the log; \"-\" reads it from standard input.") var fromLine:
      String?
    @Option(name: .long, help: "A report of scan --format json: a rule for each thing it could not explain.")
    var fromUnexplained: String?
    @Option(name: .long, help: "The id, such as local.smtp.reply-too-long.") var id: String?
    @Option(name: .long, help: "The folder for the files; without it they are printed.") var output: String?
    @Option(name: .long, help: "At most so many rules.") var most = 20
    @OptionGroup var options: RuleOptions

    func validate() throws {
      if (fromLine == nil) == (fromUnexplained == nil) {
        throw ValidationError("give either --from-line or --from-unexplained")
      }
      if id != nil, fromUnexplained != nil { throw ValidationError("--id goes with --from-line only") }
    }

    func run() throws {
      try Failure.reporting {
        let rules = try options.load()
        var skeletons: [RuleSkeleton] = []
        for line in try lines() {
          do {
            let skeleton = try RuleSkeleton(
              from: Array(line.utf8), identifier: id, rules: rules, clock: .local(newest: nil))
            if !skeletons.contains(where: { $0.id == skeleton.id }) { skeletons.append(skeleton) }
          } catch {
            guard fromLine == nil else { throw Failure.badData("\(error)") }
            StandardError.write("left out: \(error)")
          }
        }
        guard let output else {
          return try OutputFile(nil).write(skeletons.map(\.yaml).joined(separator: "---\n"))
        }
        for skeleton in skeletons { try write(skeleton, into: output) }
      }
    }

    /// A file that is there already may hold somebody's work, and stays.
    private func write(_ skeleton: RuleSkeleton, into folder: String) throws {
      do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
        throw Failure(code: 73, message: "\(folder) cannot be made: \(error.localizedDescription)")
      }
      let path = folder + "/" + skeleton.id + ".yaml"
      guard !FileManager.default.fileExists(atPath: path) else {
        return StandardError.write("\(path) is there already and stays as it is")
      }
      try OutputFile(path).write(skeleton.yaml)
      StandardError.write("\(path): write what says TODO, then: maillogd rules lint \(folder)")
    }

    private struct Report: Decodable {
      struct Shape: Decodable {
        struct Sample: Decodable { let text: String }
        let sample: Sample
      }
      let unexplained: [Shape]
    }

    private func lines() throws -> [String] {
      if let fromLine {
        let text = try fromLine == "-" ? Self.text("-") : fromLine
        return [text.split(separator: "\n").first.map(String.init) ?? ""]
      }
      guard let fromUnexplained else { return [] }
      do {
        let report = try JSONDecoder().decode(Report.self, from: Data(Self.text(fromUnexplained).utf8))
        return report.unexplained.prefix(max(0, most)).map(\.sample.text)
      } catch is DecodingError {
        throw Failure.badData("\(fromUnexplained) is no report of maillogd scan --format json")
      }
    }

    private static func text(_ path: String) throws -> String {
      guard path != "-" else { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure.cannotOpen("\(path) cannot be read; give a report of maillogd scan --format json, or -")
      }
      return String(decoding: data, as: UTF8.self)
    }
  }
}
