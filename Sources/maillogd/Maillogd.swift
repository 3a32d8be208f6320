import ArgumentParser
import Glibc

@main
struct Maillogd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maillogd",
    abstract: "Reads mail server logs and says what is wrong, why, and what to type.",
    discussion: """
      Examples:
        maillogd scan /var/log/mail.log
        journalctl -o export --since today | maillogd scan -
        maillogd explain 'warning: connect to Milter service inet:[::1]:12345: Connection refused'
        maillogd explain < bounce.eml
        maillogd check example.org
      """,
    version: "0.1.0",
    subcommands: [
      ScanCommand.self, ExplainCommand.self, CheckCommand.self, ParseCommand.self, RulesCommand.self, RunCommand.self,
      StatusCommand.self, IncidentsCommand.self, ConfigCommand.self, AlertCommand.self,
    ])

  /// A reader that has seen enough (`| head`) ends the program quietly, through the error of the write.
  static func main() {
    _ = signal(SIGPIPE, SIG_IGN)
    main(nil)
  }
}
