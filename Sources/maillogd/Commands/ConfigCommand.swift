import ArgumentParser
import Diagnosis
import Foundation
import Reporting

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Checks and shows the daemon's configuration.",
    subcommands: [Check.self, Show.self, Example.self], defaultSubcommand: Check.self)

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tells every fault, with file and line.")
    @OptionGroup var options: ConfigurationOption

    func run() throws {
      try Failure.reporting {
        let settings = try options.load(needsSecrets: false)
        try OutputFile(nil).write(
          "\(options.config): good; \(settings.channels.count) channel(s), \(settings.routes.count) route(s)\n")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what holds, defaults included, secrets left out.")
    @OptionGroup var options: ConfigurationOption

    func run() throws {
      try Failure.reporting {
        let settings = try options.load(needsSecrets: false)
        try OutputFile(nil).write(Self.text(settings))
      }
    }

    static func text(_ settings: Configuration) -> String {
      var lines = [
        "language: \(settings.language.rawValue)", "host: \(settings.host)", "state: \(settings.stateFolder)",
        "look-back: \(settings.lookBack)s", "retention: \(settings.retention)s",
        "most-incidents: \(settings.mostIncidents)", "verify: \(settings.verifies)", "dns: \(settings.dns.name)",
        "sources:", "  journal: \(journal(settings.sources))",
        "  files: [\(settings.sources.followedFiles.joined(separator: ", "))]",
        "rules: [\(settings.ruleFolders.joined(separator: ", "))]", "channels:",
      ]
      for channel in settings.channels {
        let fallback = channel.fallback.map { ", fallback: \($0)" } ?? ""
        lines.append(
          "  \(channel.name): {\(channel.kind.word): …, language: \(channel.language.rawValue)\(fallback), per-hour: \(channel.mostPerHour)}"
        )
      }
      lines.append("routes:")
      for route in settings.routes {
        let timing = route.timing
        let again = timing.repeatInterval == 0 ? "never" : "\(timing.repeatInterval)s"
        let parts = [
          "name: \(route.name)", "severity: \(route.severity.rawValue)", "rules: \(list(route.rules.map(\.source)))",
          "domains: \(list(route.domains.map(\.source)))", "channels: [\(route.channels.joined(separator: ", "))]",
          "group-by: \(route.grouping.rawValue)", "wait: \(timing.groupWait)s", "interval: \(timing.groupInterval)s",
          "repeat: \(again)", "continue: \(route.goesOn)",
        ]
        lines.append("  - {\(parts.joined(separator: ", "))}")
      }
      switch settings.metrics {
      case .address(let host, let port): lines.append("metrics: {listen: \"\(host):\(port)\"}")
      case .socket(let path): lines.append("metrics: {socket: \(path)}")
      case nil: break
      }
      return lines.map { $0.printable + "\n" }.joined()
    }

    private static func journal(_ sources: Configuration.Sources) -> String {
      guard sources.readsJournal else { return "false" }
      let parts = [
        sources.journalDirectory.map { "directory: \($0)" },
        sources.namespaces.isEmpty ? nil : "namespaces: \(list(sources.namespaces))",
        sources.units.isEmpty ? nil : "units: \(list(sources.units))",
      ].compactMap(\.self)
      return parts.isEmpty ? "true" : "{\(parts.joined(separator: ", "))}"
    }

    /// In quotes, for a `*` at the beginning means something else in YAML.
    private static func list(_ words: [String]) -> String {
      "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
  }

  struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a configuration with every key, explained.")

    func run() throws { try Failure.reporting { try OutputFile(nil).write(Configuration.example) } }
  }
}

extension AlertChannel.Kind {
  /// The key under which the configuration has it.
  var word: String {
    switch self {
    case .webhook: "webhook"
    case .alertmanager: "alertmanager"
    case .ntfy: "ntfy"
    case .slack: "slack"
    case .matrix: "matrix"
    case .telegram: "telegram"
    case .smtp: "smtp"
    case .sendmail: "sendmail"
    case .exec: "exec"
    case .journal: "journal"
    }
  }
}
