import ArgumentParser
import Diagnosis
import Foundation
import Logging
import RulePacks
import ServiceLifecycle
import Synchronization
import UnixSignals

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Follows the mail log for as long as it runs, and alerts once when something breaks and once when it works again.",
    discussion: """
      Meant for systemd (maillogd.service); in a terminal it tells on stderr what it does. SIGHUP reads configuration and
      rules again; with a fault in them, the old ones stay.

      Examples:
        systemctl enable --now maillogd
        maillogd config check && systemctl reload maillogd
        maillogd run --config ./maillogd.yaml
      """)

  @OptionGroup var options: ConfigurationOption

  func run() throws {
    try Failure.reporting {
      let settings = try options.load()
      let rules = try Self.rules(settings)
      let logger = Logger(label: "maillogd") { _ in JournalLogHandler() }
      var quiet = Logger(label: "maillogd.lifecycle") { _ in JournalLogHandler() }
      quiet.logLevel = .warning
      let queue = EventQueue()
      let board = StatusBoard()
      let engine = EngineService(
        configuration: settings, path: options.config, rules: rules, ruleLoader: { try Self.rules($0) }, queue: queue,
        board: board, logger: logger)
      var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: engine, successTerminationBehavior: .gracefullyShutdownGroup)
      ]
      if let place = settings.metrics {
        services.append(.init(service: MetricsServer(place: place, board: board, logger: logger)))
      }
      // Services are shut down one after the other, the last one first: it is the one that tells the engine to stop.
      services.append(.init(service: ClockAndSignals(queue: queue)))
      var groupConfiguration = ServiceGroupConfiguration(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
      groupConfiguration.maximumGracefulShutdownDuration = .seconds(10)
      let group = ServiceGroup(configuration: groupConfiguration)
      try Blocking.run { try await group.run() }
    }
  }

  private static func rules(_ settings: Configuration) throws -> RuleSet {
    let places = RulePlaces(root: "/")
    do {
      let origins = RulePacks.origins(places) + settings.ruleFolders.map(RuleOrigin.folder)
      let set = try RulePacks.load(origins, overrides: places.overrides)
      for notice in set.notices { StandardError.write(notice.description) }
      return set
    } catch { throw Failure.badData(error.description) }
  }
}

/// Which configuration a command works with.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .long, help: "The configuration file; the folder beside it (maillogd.d) is read too.")
  var config = Configuration.path

  func load(needsSecrets: Bool = true) throws -> Configuration {
    do { return try ConfigurationReader.read(config, needsSecrets: needsSecrets) } catch {
      for problem in error.problems { StandardError.write(problem.description) }
      let count = error.problems.count
      throw Failure(
        code: 78,
        message: "the configuration has \(count == 1 ? "a fault" : "\(count) faults"), see above; nothing was done")
    }
  }
}

/// Runs asynchronous work from a command that is not.
enum Blocking {
  private final class Outcome: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  static func run(_ work: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Outcome()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await work() } catch { outcome.error.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    if let error = outcome.error.withLock({ $0 }) { throw error }
  }
}
