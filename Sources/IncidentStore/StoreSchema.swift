import GRDB

/// The tables of the incident database. A version once released is never edited: the next one is added below.
enum StoreSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { database in
      try database.execute(
        sql: """
          CREATE TABLE incident (
            id TEXT NOT NULL PRIMARY KEY,
            rule TEXT NOT NULL,
            severity TEXT NOT NULL,
            state TEXT NOT NULL,
            last INTEGER,
            record BLOB NOT NULL,
            memory BLOB
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX incident_state ON incident (state, last);
          -- What people say stands apart from what the daemon writes, so that neither overwrites the other.
          CREATE TABLE acknowledgement (
            incident TEXT NOT NULL PRIMARY KEY,
            episode INTEGER NOT NULL,
            author TEXT NOT NULL,
            at INTEGER NOT NULL,
            comment TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE silence (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            ends INTEGER NOT NULL,
            silence BLOB NOT NULL
          ) STRICT;
          CREATE TABLE happening (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            incident TEXT NOT NULL,
            kind TEXT NOT NULL,
            at INTEGER,
            detail TEXT NOT NULL
          ) STRICT;
          CREATE INDEX happening_incident ON happening (incident, id);
          CREATE TABLE outbox (
            key TEXT NOT NULL PRIMARY KEY,
            entry BLOB NOT NULL
          ) STRICT, WITHOUT ROWID;
          -- Positions of sources, what the pipeline and the dispatcher remember.
          CREATE TABLE state (
            name TEXT NOT NULL PRIMARY KEY,
            value BLOB NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
    }
    return migrator
  }
}
