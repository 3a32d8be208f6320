import Glibc

/// A rotated file of a log.
struct RotatedSibling {
  let path: String
  let status: FileStatus
}

/// The rotated files of one log, oldest first.
struct RotatedSiblings {
  private(set) var files: [RotatedSibling]

  private static let mostFiles = 1_000

  /// `extraFolders` are searched for the same names besides the log's own folder and, where the log is a symbolic link,
  /// that of the file it leads to.
  init(of log: String, extraFolders: [String] = []) {
    let real = unsafe realpath(log, nil).map { pointer in
      defer { unsafe free(pointer) }
      return unsafe String(cString: pointer)
    }
    let logs = real.map { $0 == log ? [log] : [log, $0] } ?? [log]
    var found = Self.find(logs, extraFolders)
    // While files are being renamed a listing may miss one, or have it twice.
    for _ in 1...Self.mostListings {
      let again = Self.find(logs, extraFolders)
      if again.mapValues(\.identity) == found.mapValues(\.identity) { break }
      found = again
      usleep(2_000)
    }
    files = RotatedSet.inOrder(found.keys.sorted()).suffix(Self.mostFiles).compactMap { path in
      found[path].map { RotatedSibling(path: path, status: $0) }
    }
  }

  private static let mostListings = 50

  private static func find(_ logs: [String], _ extraFolders: [String]) -> [String: FileStatus] {
    var found: [String: FileStatus] = [:]
    var seen: Set<FileIdentity> = []
    // The same file may be reached by two ways, and counts once.
    for log in logs {
      let (folder, name) = log.folderAndName
      for folder in [folder] + extraFolders {
        for candidate in FolderListing(folder).names.sorted() where candidate != name {
          let path = folder + "/" + candidate
          guard RotatedFile(path).log == folder + "/" + name, let status = try? FileStatus(path), status.kind == nil,
            seen.insert(status.identity).inserted
          else { continue }
          found[path] = status
        }
      }
    }
    return found
  }

  /// Where in `files` the file that `place` is in stands now: renamed, copied, or packed.
  func index(of place: FilePlace) -> Int? {
    guard !place.isOfEmptyFile else { return files.firstIndex { $0.isFrom(place) } }
    // Devices may be numbered anew after a boot, and inodes given to other files.
    return files.firstIndex { $0.isFrom(place) && $0.begins(like: place) }
      ?? files.firstIndex { $0.seconds >= place.modified / 1_000_000_000 && $0.begins(like: place) }
  }

  /// The files written to after nothing had been read of the one that `place` is in: that one too, or its copy.
  func since(_ place: FilePlace) -> [RotatedSibling] {
    files.filter { $0.wasWritten(after: place.modified) || $0.isFrom(place) }
  }

  /// The files behind the one at `index`.
  func behind(_ index: Int) -> [RotatedSibling] { Array(files[(index + 1)...]) }

  /// The files written to after `moment` (nanoseconds since 1970).
  func writtenAfter(_ moment: Int64) -> [RotatedSibling] { files.filter { $0.wasWritten(after: moment) } }
}

extension RotatedSibling {
  var isPacked: Bool {
    Compression.allCases.flatMap(\.suffixes).contains { path.hasSuffix($0) }
  }

  fileprivate var seconds: Int64 { status.modified / 1_000_000_000 }

  /// Some packers keep the time of a file in whole seconds.
  fileprivate func wasWritten(after moment: Int64) -> Bool {
    status.modified > moment || status.modified % 1_000_000_000 == 0 && seconds >= moment / 1_000_000_000
  }

  /// Whether the file has the inode that `place` names, and is not older.
  fileprivate func isFrom(_ place: FilePlace) -> Bool {
    status.identity.inode == place.inode && status.modified >= place.modified
  }

  /// Whether the file is, or is about to become, a copy of one that begins with `head`: logrotate copies before it cuts.
  func isCopy(of head: [UInt8]) -> Bool {
    guard !head.isEmpty, !isPacked, let file = try? LogFile(path),
      let own = try? file.read(at: 0, upTo: head.count)
    else { return false }
    return head.starts(with: own)
  }

  /// Whether the file, unpacked, has the first bytes that were read at `place`. Not more is asked, for an archive may be
  /// only half written.
  func begins(like place: FilePlace) -> Bool {
    guard var reader = try? LogReader(.file(path: path), chunkSize: FingerprintBytes.length) else { return false }
    var bytes: [UInt8] = []
    while bytes.count < place.fingerprint.headLength {
      guard let count = try? reader.read(into: &bytes), count > 0 else { return false }
    }
    return FingerprintBytes.hash(Array(bytes.prefix(place.fingerprint.headLength))) == place.fingerprint.head
  }

  /// The file as a piece of its log, from `place` or from its start; `nil` if it does not hold what was read.
  func piece(at place: FilePlace?, patience: Duration) throws -> (any LogPiece)? {
    let piece: (any LogPiece)? =
      if isPacked {
        try place.map { try PackedPiece(self, at: $0) } ?? PackedPiece(self)
      } else {
        try place.map { try FileTail(path, at: $0, patience: patience) } ?? FileTail(path, patience: patience)
      }
    return piece
  }

  /// Whether the file still has this name; rotation gives it to the next one.
  var isStillThere: Bool { (try? FileStatus(path))?.identity == status.identity }
}

extension String {
  /// `/var/log` and `mail.log`.
  var folderAndName: (folder: String, name: String) {
    guard let slash = lastIndex(of: "/") else { return (".", self) }
    return (slash == startIndex ? "/" : String(self[..<slash]), String(self[index(after: slash)...]))
  }
}
