import Foundation
import GRDB

/// The incident database: SQLite in WAL mode, written in one transaction a batch of log.
///
/// The daemon is the only writer but for what people say (acknowledgements, silences), which other processes add.
public final class IncidentStore: Sendable {
  public let path: String
  let queue: DatabaseQueue

  /// More than this many bytes the database never has; then it is as if the disk were full.
  private static let mostBytes = 512 << 20
  private static let pageSize = 4_096

  /// Opens the database, makes it or brings it up to date.
  public init(path: String) throws(StoreFault) {
    self.path = path
    do {
      queue = try DatabaseQueue(path: path, configuration: Self.configuration(isReadOnly: false))
      try queue.read { database in
        let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "ok"
        if verdict != "ok" { throw StoreFault(kind: .corrupt, path: path, reason: verdict) }
      }
      if try queue.read(StoreSchema.migrator.hasBeenSuperseded) {
        throw StoreFault(kind: .tooNew, path: path, reason: "a later version of maillogd has written it")
      }
      try StoreSchema.migrator.migrate(queue)
    } catch let fault as StoreFault {
      throw fault
    } catch {
      throw StoreFault(error, path: path)
    }
  }

  /// Opens an existing database to look at it, beside the daemon.
  public init(reading path: String) throws(StoreFault) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreFault(kind: .cannotOpen, path: path, reason: "there is no such file; the daemon makes it when it runs")
    }
    do { queue = try DatabaseQueue(path: path, configuration: Self.configuration(isReadOnly: true)) } catch {
      throw StoreFault(error, path: path)
    }
  }

  /// A database that was damaged, and where it is kept.
  public struct Aside: Sendable {
    public let path: String
    public let fault: StoreFault

    public var sentence: String {
      "\(fault.path): the incident database is damaged (\(fault.reason)). It is kept as \(path)"
    }
  }

  /// Opens the database; a corrupt one is set aside under a name with `now` in it, and told of.
  public static func opening(
    _ path: String, now: String
  ) throws(StoreFault) -> (store: IncidentStore, aside: Aside?) {
    do { return (try IncidentStore(path: path), nil) } catch {
      guard error.kind == .corrupt else { throw error }
      let aside = "\(path).corrupt-\(now)"
      do {
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        // A log of changes without its database is of no use, and would be taken for the new one's.
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
          try FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix)
        }
      } catch let moving {
        throw StoreFault(kind: .readOnly, path: path, reason: "it is corrupt and cannot be set aside: \(moving)")
      }
      return (try IncidentStore(path: path), Aside(path: aside, fault: error))
    }
  }

  private static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.readonly = isReadOnly
    configuration.label = "maillogd.incidents"
    configuration.prepareDatabase { database in
      guard !isReadOnly else { return }
      try database.execute(
        sql: """
          PRAGMA auto_vacuum = INCREMENTAL;
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = NORMAL;
          PRAGMA journal_size_limit = 8388608;
          PRAGMA cache_size = -1024;
          PRAGMA max_page_count = \(mostBytes / pageSize);
          """)
    }
    return configuration
  }

  /// Closes the database; all that was saved is in one file.
  public func close() {
    // What cannot be folded into the main file now stays in the WAL, from which the next start reads it.
    try? queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try? queue.close()
  }
}
