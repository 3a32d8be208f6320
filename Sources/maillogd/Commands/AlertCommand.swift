import ArgumentParser
import Foundation
import Reporting

struct AlertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alert", abstract: "Tries the alert channels.", subcommands: [Test.self])

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sends a test alert by one channel, or by each.",
      discussion:
        "It is sent at once, by this process: run it as the user of the daemon to see what the daemon would see.")
    @Argument(help: "The channel; none: every one.") var channel: String?
    @OptionGroup var options: ConfigurationOption

    func run() throws {
      try Failure.reporting {
        let settings = try options.load()
        let channels = settings.channels.filter { channel == nil || $0.name == channel }
        guard !channels.isEmpty else {
          let names = settings.channels.map(\.name).joined(separator: ", ")
          throw Failure.badData("there is no channel '\(channel ?? "")'; there are: \(names)")
        }
        let output = try OutputFile(nil)
        var failed = 0
        for channel in channels {
          if let fault = try Self.fault(of: channel, settings.host) {
            failed += 1
            try output.write("\(channel.name): FAILED: \(fault)\n")
          } else {
            try output.write("\(channel.name): sent\n")
          }
        }
        if failed > 0 { throw ExitStatus(code: 1) }
      }
    }

    private static func fault(of channel: AlertChannel, _ host: String) throws -> ChannelFault? {
      let now = Int64(Date().timeIntervalSince1970)
      let words = AlertWords(language: channel.language).test(channel.name, host: host)
      let notice = AlertNotice(
        .test, key: "test-\(now)-\(channel.name)", title: words.title, text: words.text, host: host,
        sent: AlertTime.rfc3339(now), language: channel.language)
      do {
        try Blocking.run { try await channel.send(notice, mark: "test", at: now) }
        return nil
      } catch let fault as ChannelFault { return fault }
    }
  }
}
