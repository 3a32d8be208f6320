/// Something that happened to a log, with the facts that an admin needs; the sentence is made where the language is known.
public struct SourceNotice: Sendable, Hashable {
  /// As in `SourceBatch`.
  public let source: String
  public let event: Event

  public enum Event: Sendable, Hashable {
    // Files.
    /// A new file stands at the path; the old one, now called `to` if it could be found, has been read to its end.
    case rotated(to: String?)
    /// The file was cut to nothing and is written anew. `copy` is the copy that was made before (logrotate's
    /// `copytruncate`); what stood there behind the last line read has been read. Without a copy, lines may be lost.
    case truncated(copy: String?)
    /// No file stands at the path, or none any more.
    case vanished
    /// No file stood at the path; now one does.
    case appeared
    /// The path is a symbolic link that now leads to another file.
    case linkChanged(target: String)
    /// What stands at the path is no file that can be followed.
    case notAFile(FileKind)
    case permissionDenied
    /// Opening or reading failed for the reason that `code` (errno) names; it is tried again.
    case notReadable(code: Int32)
    /// The lines written while nobody read were found in these rotated files, oldest first, and have been read.
    case caughtUpFrom(files: [String])
    /// The file in which reading stopped is gone: what was written behind that place is lost, unless it stands in `read`.
    case placeLost(read: [String])
    /// A rotated file could be read only in part.
    case archiveFault(LogInputError)
    /// The kernel has no inotify watches left (`code` is errno); the files are looked at every few seconds instead.
    case watchesExhausted(code: Int32)

    // Journal.
    /// The entry at which reading stopped is not in the journal. Reading goes on with the first entry behind its time;
    /// between the two (microseconds since 1970), lines may be lost.
    case cursorUnknown(stopped: Int64, resumed: Int64)
    /// Old entries were removed (vacuumed) before they were read: those between the two moments, in microseconds.
    case vacuumed(from: Int64, to: Int64)
    /// A journal file is damaged; `unread` entries of it, if it could be counted, could not be read.
    case journalCorrupt(path: String, unread: UInt64?)
    /// journald itself started; what programs logged while it did not run it may not have got.
    case journaldStarted
    /// journald dropped messages of `unit`, which logged more than journald's rate limit lets through.
    case suppressed(count: UInt64, unit: String)
    /// There is no journal file yet.
    case noJournal
  }

  public enum FileKind: String, Sendable, Hashable {
    case directory, fifo, socket, device
  }
}

extension SourceNotice.Event {
  /// Whether lines are, or may be, missing.
  public var isLossPossible: Bool {
    switch self {
    case .truncated(let copy): copy == nil
    case .placeLost, .archiveFault, .cursorUnknown, .vacuumed, .journalCorrupt, .suppressed: true
    case .rotated, .vanished, .appeared, .linkChanged, .notAFile, .permissionDenied, .notReadable, .caughtUpFrom,
      .watchesExhausted, .journaldStarted, .noJournal:
      false
    }
  }
}
