/// Which journal to read, and from when.
public struct JournalSelection: Sendable, Hashable {
  /// Journal files of this directory, such as those of systemd-journal-remote, instead of the machine's own.
  public var directory: String?
  /// Namespaces of journald to read besides the default one (`LogNamespace=` in units).
  public var namespaces: [String] = []
  /// Units that log about mail without saying so, as globs (`podman-mail*.service`), besides those that are known.
  public var units: [String] = []
  public var firstLook: FirstLook = .beginning
  /// Entries after this moment (microseconds since 1970) are not read; for one-shot reading.
  public var until: Int64?

  public init() {}

  /// The name of the journal in messages, and of its position.
  public var source: String { directory.map { "journal:" + $0 } ?? "journal" }
}
