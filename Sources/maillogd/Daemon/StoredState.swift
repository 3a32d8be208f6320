import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import LogSources
import Logging
import Reporting

/// Everything from the database with which the engine goes on.
struct StoredState {
  var store: IncidentStore?
  var fault: String?
  var ledger = IncidentLedger()
  var pipeline = PipelineMemory()
  var positions: [String: SourcePosition] = [:]
  var dispatcher = Dispatcher.Memory()
  var outbox: [String: Outbox.Entry] = [:]
  var health: [String: Outbox.Health] = [:]
  var silences: [Silence] = []
  var mark = String(UInt64.random(in: .min ... .max), radix: 36)
  /// What has to be stored because it was made just now.
  var toStore = StoreBatch()

  static let positionPrefix = "position:"

  /// Opens the database and reads it. One that cannot be opened for now is done without; one that a later version wrote is
  /// not touched, and nothing starts.
  init(_ configuration: Configuration, now: Int64, logger: Logger) throws {
    do {
      try FileManager.default.createDirectory(atPath: configuration.stateFolder, withIntermediateDirectories: true)
    } catch {
      // Opening the database says it better.
      logger.debug("\(configuration.stateFolder): \(error)")
    }
    do {
      let opened = try IncidentStore.opening(configuration.database, now: String(now))
      store = opened.store
      if let aside = opened.aside {
        logger.error(
          "\(aside.sentence); the log is read again from \(configuration.lookBack / 3_600) h ago")
      }
    } catch  where error.kind == .tooNew {
      throw Failure(code: 78, message: error.description)
    } catch {
      logger.error("\(error)")
      fault = error.description
      store = nil
    }
    var reader = store
    // A file system that became read-only still tells where the last run stopped.
    if reader == nil { reader = try? IncidentStore(reading: configuration.database) }
    guard let reader else {
      keepMark()
      return
    }
    do {
      try read(reader, now)
    } catch {
      logger.error("\(configuration.database): what was stored cannot be read (\(error)); the log is read again")
      self.ledger = IncidentLedger()
      positions = [:]
      pipeline = PipelineMemory()
      // Of incidents that are no longer known nobody can be told that they have ended.
      dispatcher = Dispatcher.Memory()
    }
    keepMark()
  }

  private mutating func read(_ store: IncidentStore, _ now: Int64) throws {
    let decoder = JSONDecoder()
    ledger = try store.ledger()
    silences = try store.silences(at: EventTime(microseconds: now * 1_000_000))
    if let data = try store.state("pipeline") { pipeline = try decoder.decode(PipelineMemory.self, from: data) }
    if let data = try store.state("dispatcher") { dispatcher = try decoder.decode(Dispatcher.Memory.self, from: data) }
    if let data = try store.state("channels") {
      health = try decoder.decode([String: Outbox.Health].self, from: data)
    }
    if let data = try store.state("mark") { mark = String(decoding: data, as: UTF8.self) }
    outbox = try store.outbox().mapValues { try decoder.decode(Outbox.Entry.self, from: $0) }
    for (name, data) in try store.states(Self.positionPrefix) {
      positions[String(name.dropFirst(Self.positionPrefix.count))] = try decoder.decode(SourcePosition.self, from: data)
    }
  }

  private mutating func keepMark() { toStore.states["mark"] = Data(mark.utf8) }
}
