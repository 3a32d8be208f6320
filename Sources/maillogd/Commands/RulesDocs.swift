import ArgumentParser
import Diagnosis
import Foundation
import Reporting

extension RulesCommand {
  struct Docs: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes all rules as a site of plain files, one page a rule, in English and French.",
      discussion: """
        Any browser shows it from the disk: nothing is loaded from elsewhere, and the index is searched in the browser.

        Example:
          maillogd rules docs --output site && xdg-open site/index.html
        """)
    @Option(name: .long, help: "The folder to write into.") var output: String
    @OptionGroup var options: RuleOptions

    func run() throws {
      try Failure.reporting {
        let site = RuleSite(try options.load(readingSources: true))
        var count = 0
        try site.write { path, text in
          let whole = output + "/" + path
          do {
            try FileManager.default.createDirectory(
              atPath: URL(filePath: whole).deletingLastPathComponent().path, withIntermediateDirectories: true)
          } catch {
            throw Failure(code: 73, message: "\(output) cannot be made: \(error.localizedDescription)")
          }
          try OutputFile(whole).write(text)
          count += 1
        }
        StandardError.write("\(count) pages in \(output); begin with \(output)/index.html")
      }
    }
  }
}
