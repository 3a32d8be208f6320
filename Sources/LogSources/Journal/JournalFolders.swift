import Glibc

/// What a path names now; it changes when a folder is made anew under the same name.
struct FolderIdentity: Equatable {
  private var device: UInt64 = 0
  private var inode: UInt64 = 0

  init(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// Where the files of a journal lie.
struct JournalFolders {
  private let roots: [String]
  private let isOwn: Bool
  private let subfolder: String

  init(_ place: Journal.Place) {
    switch place {
    case .directory(let path):
      roots = [path]
      isOwn = false
      subfolder = ""
    case .namespace(let name):
      roots = Self.ownRoots
      isOwn = true
      subfolder = Self.machineID() + (name.map { "." + $0 } ?? "")
    }
  }

  private static let ownRoots = ["/var/log/journal", "/run/log/journal"]

  /// The folders in which the selected journals lie.
  static func roots(_ selection: JournalSelection) -> [String] { selection.directory.map { [$0] } ?? ownRoots }

  /// The journal files, also those set aside as damaged (`.journal~`).
  func files() -> [String] {
    folders().flatMap { folder in
      FolderListing(folder).names.filter { $0.hasSuffix(".journal") || $0.hasSuffix(".journal~") }
        .map { folder + "/" + $0 }
    }.sorted()
  }

  /// Whether there are files, or folders for them, that this user may not read.
  var isDenied: Bool {
    let files = files()
    if !files.isEmpty { return files.allSatisfy { unsafe access($0, R_OK) != 0 && errno == EACCES } }
    return folders().contains { unsafe access($0, R_OK | X_OK) != 0 && errno == EACCES }
  }

  /// sd-journal looks into a directory and into those of its folders that are named by a machine's id.
  private func folders() -> [String] {
    if isOwn { return roots.map { $0 + "/" + subfolder } }
    return roots.flatMap { root in
      [root]
        + FolderListing(root).names.filter { name in
          let id = name.prefix { $0 != "." }
          return id.utf8.count == 32 && id.allSatisfy(\.isHexDigit)
        }.map { root + "/" + $0 }
    }
  }

  private static func machineID() -> String {
    guard let reader = try? InputDescriptor(.file(path: "/etc/machine-id")) else { return "" }
    var bytes: [UInt8] = []
    guard (try? reader.read(upTo: 32, appendingTo: &bytes)) != nil else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
