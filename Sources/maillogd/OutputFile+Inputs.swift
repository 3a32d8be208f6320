import Glibc
import LogSources

extension OutputFile {
  /// Refuses an output (`nil`: stdout) that is one of the inputs: to open it would destroy the log, and to read what is just
  /// being added to it would never end.
  static func refuse(_ path: String?, over sources: [LogStream.Source]) throws {
    let isStandard = path == nil || path == "-"
    guard let output = isStandard ? FileIdentity(STDOUT_FILENO) : path.flatMap({ FileIdentity($0) }) else { return }
    for case .input(let input) in sources {
      let identity =
        switch input {
        case .file(let path): FileIdentity(path)
        case .standardInput: FileIdentity(STDIN_FILENO)
        }
      guard identity == output else { continue }
      throw Failure(
        code: 64,
        message: "\(input) is at once what is read and what is written; that would destroy the log. "
          + "Choose another \(isStandard ? "file to write to" : "--output").")
    }
  }
}

/// Which file a name or a descriptor leads to, whatever the ways to it; only plain files have one.
private struct FileIdentity: Equatable {
  private let device: dev_t
  private let inode: ino_t

  init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(_ descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = status.st_dev
    inode = status.st_ino
  }
}
