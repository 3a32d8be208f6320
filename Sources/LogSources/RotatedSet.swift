/// The files that logrotate and its kin make of one log: `mail.log.2.gz`, `mail.log.1`, `mail.log`.
public enum RotatedSet {
  /// The paths with the oldest log first, so that a message's lines come in the order in which they were written.
  ///
  /// Logs that are not of one set keep the order of their first files. In a set that has both, numbered files are taken
  /// for older than dated ones, since `dateext` is what distributions changed to.
  public static func inOrder(_ paths: [String]) -> [String] { logs(paths).flatMap(\.self) }

  /// The same, each log's files by themselves.
  public static func logs(_ paths: [String]) -> [[String]] {
    var logs: [[RotatedFile]] = []
    var places: [String: Int] = [:]
    for file in paths.map(RotatedFile.init) {
      if let place = places[file.log] {
        logs[place].append(file)
      } else {
        places[file.log] = logs.count
        logs.append([file])
      }
    }
    return logs.map { files in
      files.enumerated()
        .sorted { a, b in (a.element.age, a.offset) < (b.element.age, b.offset) }
        .map(\.element.path)
    }
  }
}

/// A file of a rotated set, read from its name.
struct RotatedFile {
  let path: String
  /// The path of the file that the log is written to.
  let log: String
  let age: Age

  /// Ordered from old to new.
  enum Age: Comparable {
    case numbered(age: Int)
    case dated(String)
    case current
  }

  /// Knows `mail.log.2`, `mail.log-20260102`, `mail.log.2026-01-02`, and `mail-20260102.log` (logrotate's `extension`).
  init(_ path: String) {
    self.path = path
    let packed = Compression.allCases.flatMap(\.suffixes) + [".Z", ".lz4", ".zip"]
    let name = packed.first { path.hasSuffix($0) }.map { path.dropLast($0.count) } ?? path[...]
    guard let match = name.wholeMatch(of: /(.*?[^\/])([.-])([0-9][0-9T:-]*)(\.[A-Za-z]+)?/) else {
      (log, age) = (String(name), .current)
      return
    }
    log = String(match.1) + (match.4 ?? "")
    // No one keeps 100,000 rotated files: more digits are a date.
    if match.2 == ".", match.3.count < 6, let number = Int(match.3) {
      age = .numbered(age: -number)
    } else {
      age = .dated(match.3.filter(\.isNumber))
    }
  }
}
