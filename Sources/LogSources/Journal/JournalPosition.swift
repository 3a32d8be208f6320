/// A place in a journal: behind the last entry that was handed on, for each machine or namespace that writes to it.
public struct JournalPosition: Codable, Sendable, Hashable {
  public let source: String
  /// By writer: the namespace (empty: the default one), or in a directory with journals of several machines their ids.
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
  /// The ids of the machines whose entries were read.
  public internal(set) var machines: Set<String> = []
}

/// What tells an entry from others even when it stands in another journal file: boot, clock and the hash of its data.
public struct EntryIdentity: Codable, Sendable, Hashable {
  let boot: String
  let monotonic: UInt64
  let hash: UInt64
}
