import LogParsing
import LogSources

extension SourceNotice {
  /// One sentence for the daemon's log: what happened to which log, and what to do if something is to be done.
  var sentence: String {
    switch event {
    case .rotated(let to): "\(source): rotated\(to.map { " to \($0)" } ?? ""); the old file was read to its end"
    case .truncated(let copy?): "\(source): cut to nothing after a copy; the rest stood in \(copy) and was read"
    case .truncated(nil):
      "\(source): cut to nothing and no copy was found; lines may be lost. Let logrotate rename, not truncate"
    case .vanished: "\(source): the file is gone; it is waited for"
    case .appeared: "\(source): the file is there and is being read"
    case .linkChanged(let target): "\(source): the link leads to \(target) now"
    case .notAFile(let kind): "\(source): this is a \(kind.rawValue) and no log file; name a file in the configuration"
    case .permissionDenied: "\(source): permission denied; add the user maillogd to the group that may read it (adm)"
    case .notReadable(let code): "\(source): cannot be read (errno \(code)); it is tried again"
    case .caughtUpFrom(let files):
      "\(source): lines written while nobody read were found in \(files.joined(separator: ", "))"
    case .placeLost: "\(source): the file in which reading had stopped is gone; lines may be lost"
    case .archiveFault(let fault): "\(source): a rotated file could be read only in part: \(fault)"
    case .watchesExhausted:
      "\(source): the kernel has no inotify watches left; it is looked at every few seconds. Raise fs.inotify.max_user_watches"
    case .cursorUnknown(let stopped, let resumed):
      "\(source): the place where reading had stopped (\(Self.time(stopped))) is not in the journal; it goes on at \(Self.time(resumed)), lines between may be lost"
    case .vacuumed(let from, let to):
      "\(source): entries from \(Self.time(from)) to \(Self.time(to)) were removed before they were read; raise SystemMaxUse= in journald.conf"
    case .journalCorrupt(let path, let unread):
      "\(path): the journal file is damaged\(unread.map { "; \($0) entries could not be read" } ?? ""). journalctl --verify shows where"
    case .journaldStarted: "\(source): journald was started; what was logged while it did not run may be missing"
    case .suppressed(let count, let unit):
      "\(source): journald dropped \(count) messages of \(unit), which logs more than RateLimitBurst= lets through"
    case .noJournal: "\(source): there is no journal file yet; it is waited for"
    }
  }

  private static func time(_ microseconds: Int64) -> String { EventTime(microseconds: microseconds).rfc3339 }
}
