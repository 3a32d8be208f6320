import Diagnosis
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// The engine, for as long as the service runs.
struct EngineService: Service {
  let configuration: Configuration
  let path: String
  let rules: RuleSet
  let ruleLoader: @Sendable (Configuration) throws -> RuleSet
  let queue: EventQueue
  let board: StatusBoard
  let logger: Logger

  func run() async throws {
    var engine = try Engine(
      configuration, path: path, rules: rules, ruleLoader: ruleLoader, queue: queue, board: board,
      manager: ServiceManager(), logger: logger)
    await engine.run()
    // A service that ends before its turn counts as failed.
    try? await gracefulShutdown()
  }
}

extension EngineService: CustomStringConvertible {
  var description: String { "the engine" }
}

/// Tells the engine that a second has passed, that somebody wants a reload (SIGHUP), and when to stop.
struct ClockAndSignals: Service {
  let queue: EventQueue

  func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask {
          // A cancelled sleep ends the loop.
          while (try? await Task.sleep(for: .seconds(1))) != nil { queue.tick() }
        }
        group.addTask {
          for await _ in await UnixSignalsSequence(trapping: .sighup) { queue.send(.reload) }
        }
        try? await gracefulShutdown()
        group.cancelAll()
      }
    } onGracefulShutdown: {
      queue.send(.stop)
    }
  }
}
