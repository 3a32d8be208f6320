public import Diagnosis
public import Foundation
import GRDB
public import LogParsing

/// What the daemon goes on from, and what people look at.
extension IncidentStore {
  /// Everything as it was saved last, with the texts of what has ended too: its notice may not have been sent.
  public func ledger() throws(StoreFault) -> IncidentLedger {
    let rows = try rows(where: "1", [])
    let memories = rows.compactMap { row in row.memory.map { (row.record.id, $0) } }
    return IncidentLedger(
      records: rows.map(\.record), memories: Dictionary(memories, uniquingKeysWith: { first, _ in first }))
  }

  /// The incidents of some state, latest first, with what their texts are made from.
  public func incidents(
    _ state: IncidentRecord.State?, most: Int
  ) throws(StoreFault) -> [(record: IncidentRecord, memory: IncidentMemory?)] {
    let condition = state == nil ? "1" : "state = ?"
    return try rows(
      where: "\(condition) ORDER BY last DESC, id LIMIT ?", (state.map { [$0.rawValue] } ?? []) + [most])
  }

  /// The incidents whose id is `id` or, if there is none, begins with it.
  public func incidents(named id: String) throws(StoreFault) -> [(record: IncidentRecord, memory: IncidentMemory?)] {
    let exact = try rows(where: "id = ?", [id])
    if !exact.isEmpty { return exact }
    return try rows(where: "substr(id, 1, ?) = ? ORDER BY last DESC LIMIT 20", [id.count, id])
  }

  public func record(_ id: String) throws(StoreFault) -> IncidentRecord? {
    try rows(where: "id = ?", [id]).first?.record
  }

  /// What happened to an incident, latest last.
  public func history(_ id: String) throws(StoreFault) -> [IncidentLedger.Happening] {
    try read { database in
      let sql = "SELECT kind, at, detail FROM happening WHERE incident = ? ORDER BY id DESC LIMIT 100"
      return try Row.fetchAll(database, sql: sql, arguments: [id]).reversed().compactMap { row in
        let kind: String = row["kind"]
        let at: Int64? = row["at"]
        return IncidentLedger.Happening.Kind(rawValue: kind).map {
          IncidentLedger.Happening(
            incident: id, kind: $0, at: at.map { EventTime(microseconds: $0) }, detail: row["detail"])
        }
      }
    }
  }

  /// By incident; those of an earlier episode no longer count.
  public func acknowledgements() throws(StoreFault) -> [String: IncidentRecord.Acknowledgement] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT acknowledgement.*, incident.record FROM acknowledgement
          JOIN incident ON incident.id = acknowledgement.incident
          """)
      var found: [String: IncidentRecord.Acknowledgement] = [:]
      for row in rows {
        let data: Data = row["record"]
        let episode: Int = row["episode"]
        guard try JSONDecoder().decode(IncidentRecord.self, from: data).episode == episode else { continue }
        found[row["incident"]] = IncidentRecord.Acknowledgement(
          by: row["author"], at: EventTime(microseconds: row["at"]), comment: row["comment"])
      }
      return found
    }
  }

  /// The silences that have not ended at `now`.
  public func silences(at now: EventTime) throws(StoreFault) -> [Silence] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT id, silence FROM silence WHERE ends > ? ORDER BY id", arguments: [now.microseconds])
      return try rows.map { row in
        let data: Data = row["silence"]
        var silence = try JSONDecoder().decode(Silence.self, from: data)
        silence.id = row["id"]
        return silence
      }
    }
  }

  /// What was stored under `name`.
  public func state(_ name: String) throws(StoreFault) -> Data? {
    try read { try Data.fetchOne($0, sql: "SELECT value FROM state WHERE name = ?", arguments: [name]) }
  }

  /// All that was stored under names with this beginning.
  public func states(_ prefix: String) throws(StoreFault) -> [String: Data] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT name, value FROM state WHERE substr(name, 1, ?) = ?", arguments: [prefix.count, prefix])
      return Dictionary(rows.map { ($0["name"], $0["value"]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// What waits to be sent, by idempotency key.
  public func outbox() throws(StoreFault) -> [String: Data] {
    try read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT key, entry FROM outbox")
      return Dictionary(rows.map { ($0["key"], $0["entry"]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Changes when another process has written.
  public func version() throws(StoreFault) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
  }

  private func rows(
    where condition: String, _ arguments: [any DatabaseValueConvertible & Sendable]
  ) throws(StoreFault) -> [(record: IncidentRecord, memory: IncidentMemory?)] {
    let acknowledgements = try acknowledgements()
    return try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT record, memory FROM incident WHERE \(condition)",
        arguments: StatementArguments(arguments))
      let decoder = JSONDecoder()
      return try rows.map { row in
        let data: Data = row["record"]
        let memory: Data? = row["memory"]
        var record = try decoder.decode(IncidentRecord.self, from: data)
        record.acknowledgement = acknowledgements[record.id]
        return (record, try memory.map { try decoder.decode(IncidentMemory.self, from: $0) })
      }
    }
  }

  private func read<Result: Sendable>(_ body: @Sendable (Database) throws -> Result) throws(StoreFault) -> Result {
    do { return try queue.read(body) } catch { throw StoreFault(error, path: path) }
  }
}
