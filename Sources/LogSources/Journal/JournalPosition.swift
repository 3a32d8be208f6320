/// A place in a journal: behind the last entry that was handed on, for each machine or namespace that writes to it.
public struct JournalPosition: Codable, Sendable, Hashable {
  public let source: String
  /// By writer: the machine id of a directory's journals, else the namespace (empty: the default one).
  public internal(set) var places: [String: JournalPlace]
}

/// The place behind one entry.
public struct JournalPlace: Codable, Sendable, Hashable {
  /// systemd's own name of the entry.
  public internal(set) var cursor: String
  /// When journald got the entry, in microseconds since 1970.
  public internal(set) var realtime: Int64
  /// The entries of that moment that were read; they tell what is new where the cursor is unknown.
  public internal(set) var recent: [EntryIdentity]
}

/// What tells an entry from others even when it stands in another journal file: boot, clock and the hash of its data.
public struct EntryIdentity: Codable, Sendable, Hashable {
  let boot: String
  let monotonic: UInt64
  let hash: UInt64
}
