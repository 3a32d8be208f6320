/// Which log files to follow, and how.
public struct FileSelection: Sendable, Hashable {
  /// Absolute paths, or globs such as `/var/log/mail*.log`. Rotated and packed files that a glob matches are left to the
  /// log they belong to.
  public var paths: [String]
  /// Folders where rotated files are moved to (logrotate's `olddir`), besides those of the logs.
  public var rotatedFolders: [String] = []
  public var firstLook: FirstLook = .beginning
  /// How long a last line without line end is waited for before it is handed on as it is.
  public var linePatience: Duration = .seconds(5)
  /// How long a rotated file must have been quiet before it is let go.
  public var rotatedPatience: Duration = .seconds(30)
  /// How often to look at the files even though the kernel reported no change (network file systems report none).
  public var lookEvery: Duration = .seconds(5)
  /// The most that one batch holds.
  public var batchBytes = 1 << 20
  /// Looks at the files in turns only, as where the kernel has no inotify watches left.
  public var avoidsInotify = false

  public init(_ paths: [String]) { self.paths = paths }
}
