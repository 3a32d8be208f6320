import Diagnosis
public import Foundation
import GRDB
public import LogParsing

/// What is stored together, in one transaction: the work, and how far in the log it goes.
public struct StoreBatch: Sendable {
  /// By name; an empty value deletes.
  public var states: [String: Data] = [:]
  /// Outbox entries by idempotency key; an empty value deletes.
  public var outbox: [String: Data] = [:]
  /// Incidents that are no longer kept.
  public var forgotten: [String] = []

  public init() {}

  public var isEmpty: Bool { states.isEmpty && outbox.isEmpty && forgotten.isEmpty }
}

extension IncidentStore {
  private static let mostHappenings = 50_000

  /// Stores all that `ledger` has not stored yet, and `batch`, or nothing.
  public func save(_ ledger: inout IncidentLedger, _ batch: StoreBatch) throws(StoreFault) {
    let records = ledger.unsavedRecords
    let happenings = ledger.happenings
    do {
      let encoder = JSONEncoder()
      let rows = try records.map { (try encoder.encode($0.record), try $0.memory.map(encoder.encode), $0.record) }
      try queue.write { database in
        // First: one of them may have come again since, and is then among the rows.
        for id in batch.forgotten {
          for table in ["acknowledgement", "happening"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE incident = ?", arguments: [id])
          }
          try database.execute(sql: "DELETE FROM incident WHERE id = ?", arguments: [id])
        }
        for (data, memory, record) in rows {
          // The texts of an incident that ended are kept with it: `incidents show` tells of it for months.
          try database.execute(
            sql: """
              INSERT INTO incident (id, rule, severity, state, last, record, memory) VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, severity = excluded.severity, state = excluded.state,
                last = excluded.last, record = excluded.record, memory = coalesce(excluded.memory, memory)
              """,
            arguments: [
              record.id, record.rule, record.severity.rawValue, record.state.rawValue, record.last?.microseconds, data,
              memory,
            ])
        }
        for happening in happenings {
          try database.execute(
            sql: "INSERT INTO happening (incident, kind, at, detail) VALUES (?, ?, ?, ?)",
            arguments: [happening.incident, happening.kind.rawValue, happening.at?.microseconds, happening.detail])
        }
        if !happenings.isEmpty {
          try database.execute(
            sql: "DELETE FROM happening WHERE id <= (SELECT max(id) FROM happening) - ?",
            arguments: [Self.mostHappenings])
        }
        try Self.put(batch.states, into: "state", "name", "value", database)
        try Self.put(batch.outbox, into: "outbox", "key", "entry", database)
        if !batch.forgotten.isEmpty { try database.execute(sql: "PRAGMA incremental_vacuum(64)") }
      }
    } catch {
      throw StoreFault(error, path: path)
    }
    ledger.wasSaved()
  }

  private static func put(
    _ values: [String: Data], into table: String, _ key: String, _ column: String, _ database: Database
  ) throws {
    for (name, value) in values {
      if value.isEmpty {
        try database.execute(sql: "DELETE FROM \(table) WHERE \(key) = ?", arguments: [name])
      } else {
        try database.execute(
          sql: "INSERT OR REPLACE INTO \(table) (\(key), \(column)) VALUES (?, ?)", arguments: [name, value])
      }
    }
  }

  /// Somebody works on the incident; it holds for its present episode. False if there is no such incident that is open.
  public func acknowledge(_ id: String, _ acknowledgement: IncidentRecord.Acknowledgement) throws(StoreFault) -> Bool {
    guard let record = try record(id), record.state == .open else { return false }
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO acknowledgement (incident, episode, author, at, comment) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          id, record.episode, acknowledgement.by, acknowledgement.at.microseconds, acknowledgement.comment,
        ])
      let kind = IncidentLedger.Happening.Kind.acknowledged.rawValue
      try database.execute(
        sql: "INSERT INTO happening (incident, kind, at, detail) VALUES (?, ?, ?, ?)",
        arguments: [id, kind, acknowledgement.at.microseconds, acknowledgement.by])
    }
    return true
  }

  /// Adds a silence and returns its number.
  public func add(_ silence: Silence) throws(StoreFault) -> Int64 {
    try write { database in
      try database.execute(
        sql: "INSERT INTO silence (ends, silence) VALUES (?, ?)",
        arguments: [silence.ends.microseconds, try JSONEncoder().encode(silence)])
      return database.lastInsertedRowID
    }
  }

  /// Ends a silence before its time; false if there is none of that number.
  public func endSilence(_ id: Int64) throws(StoreFault) -> Bool {
    try write { database in
      try database.execute(sql: "DELETE FROM silence WHERE id = ?", arguments: [id])
      return database.changesCount > 0
    }
  }

  /// Forgets the silences that had ended at `now`.
  public func forgetSilences(endedAt now: EventTime) throws(StoreFault) {
    try write { try $0.execute(sql: "DELETE FROM silence WHERE ends <= ?", arguments: [now.microseconds]) }
  }

  func write<Result: Sendable>(_ body: @Sendable (Database) throws -> Result) throws(StoreFault) -> Result {
    do { return try queue.write(body) } catch { throw StoreFault(error, path: path) }
  }
}
