import Glibc

/// Why a source cannot be read at all.
public enum SourceError: Error, Hashable, Sendable {
  /// libsystemd, which reads journals, is not installed; `reason` is the loader's.
  case noJournalLibrary(reason: String)
  /// The journal may not be read by this user.
  case journalDenied(source: String)
  case noJournalDirectory(path: String)
  case journalUnreadable(source: String, code: Int32)
  /// A pattern of file names cannot be used.
  case badPattern(String)
}

extension SourceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noJournalLibrary(let reason):
      "the journal cannot be read: libsystemd.so.0 cannot be loaded (\(reason)). Install libsystemd0, or name log files."
    case .journalDenied(let source):
      "\(source): permission denied. Use sudo, or add the user to the group systemd-journal."
    case .noJournalDirectory(let path):
      "\(path): there is no such directory. Check the path; a machine's own journal is in /var/log/journal or "
        + "/run/log/journal."
    case .journalUnreadable(let source, let code):
      "\(source): cannot be read: \(unsafe String(cString: strerror(code))) (errno \(code)). "
        + "journalctl --verify shows whether files are damaged."
    case .badPattern(let pattern):
      "\"\(pattern)\" is no path: name log files by their absolute path, with * and ? where several are meant."
    }
  }
}
