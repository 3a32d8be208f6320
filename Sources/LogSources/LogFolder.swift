import Foundation
import Glibc

/// The logs in a folder and the folders below, as log servers keep one for each host: those that are mail's by their names, or, where no name says so, every log in it.
public struct LogFolder {
  /// The paths of the logs, in the order of their names; rotated files are among them.
  public let paths: [String]

  /// A folder that cannot be read, or that holds no log, stands for itself: whoever opens it is told why.
  public init(_ path: String) {
    let files = Self.files(below: path)
    let mail = files.filter { RotatedFile($0).isNamedForMail }
    // What Debian's rsyslog writes to mail.err stands in mail.log, too.
    let main = mail.filter { !RotatedFile($0).isExcerpt }
    let found = main.isEmpty ? mail.isEmpty ? files.filter(Self.isText) : mail : main
    paths = found.isEmpty ? [path] : found.sorted()
  }

  /// The regular files below, links to folders not followed; `.journal` files and hidden ones are no logs to read here.
  private static func files(below top: String) -> [String] {
    var files: [String] = []
    var waiting = [top]
    while let folder = waiting.popLast() {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        files.append(folder)
        continue
      }
      for name in names where !name.hasPrefix(".") {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: waiting.append(path)
        case S_IFREG where !name.hasSuffix(".journal") && !name.hasSuffix(".journal~"): files.append(path)
        case S_IFLNK where isRegularFile(path): files.append(path)
        default: break
        }
      }
    }
    return files
  }

  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether the file may be a log: packed, or without the NUL bytes that records of logins and databases have.
  private static func isText(_ path: String) -> Bool {
    guard var reader = try? LogReader(.file(path: path), chunkSize: 512) else { return true }
    var opening: [UInt8] = []
    _ = try? reader.read(into: &opening)
    return !opening.contains(0)
  }
}

extension RotatedFile {
  private var name: Substring { log[(log.lastIndex(of: "/").map(log.index(after:)) ?? log.startIndex)...] }

  /// `mail.log`, `maillog`, `mail`, `postfix.log`, `mail-out.log`.
  var isNamedForMail: Bool { name.contains("mail") || name.contains("postfix") }

  /// The graver lines of a log once more (rsyslog's and syslog-ng's defaults on Debian and SUSE).
  var isExcerpt: Bool { ["mail.err", "mail.warn", "mail.warning", "mail.info", "mail.debug"].contains(name) }
}
