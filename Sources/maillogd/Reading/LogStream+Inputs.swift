import Foundation
import LogParsing
import LogSources

extension LogStream {
  /// The inputs that a command line names, rotated files oldest first; none named: what is piped in, else the machine's
  /// own log.
  static func inputs(_ paths: [String]) throws -> [LogInput] { try logs(paths).flatMap(\.self) }

  /// The same, the files of each log by themselves.
  static func logs(_ paths: [String]) throws -> [[LogInput]] {
    guard paths.isEmpty else {
      // Standard input is read where it is named, and what follows it stays behind it.
      return paths.split(separator: "-", omittingEmptySubsequences: false).map { files in
        RotatedSet.logs(files.flatMap { FolderLook.exists($0) ? LogFolder($0).paths : [$0] }).map {
          $0.map { .file(path: $0) }
        }
      }.joined(separator: [[.standardInput]]).map(\.self)
    }
    if StandardInput.isPiped { return [[.standardInput]] }
    let own = ["/var/log/mail.log", "/var/log/maillog"]
    guard let found = own.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw Failure.cannotOpen(
        "this machine has neither \(own.joined(separator: " nor ")); name a file, or: journalctl -o export | maillogd scan -"
      )
    }
    return [[.file(path: found)]]
  }
}

enum StandardInput {
  /// Whether something is piped or redirected into the program.
  static var isPiped: Bool {
    var status = stat()
    guard unsafe fstat(STDIN_FILENO, &status) == 0 else { return false }
    let type = status.st_mode & S_IFMT
    return type == S_IFIFO || type == S_IFREG || type == S_IFSOCK
  }
}
