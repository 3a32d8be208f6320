import CMachine
import Glibc

/// What stat(2) says of a path.
struct FileStatus: Equatable {
  enum Kind { case file, folder, socket, link, other }

  let kind: Kind
  /// The lower twelve bits.
  let mode: UInt32
  let owner: UInt32
  let group: UInt32
  let modified: Int64
  let inode: UInt64
  let device: UInt64

  /// Follows symbolic links.
  init(_ path: String) throws(FileFault) {
    var status = stat()
    guard unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 else { throw FileFault(errno: errno) }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFSOCK: .socket
      case S_IFLNK: .link
      default: .other
      }
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    group = status.st_gid
    modified = Int64(status.st_mtim.tv_sec)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
  }

  var octal: String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The path with every symbolic link resolved; loops are an error of the kernel.
  static func resolved(_ path: String) throws(FileFault) -> String {
    guard let real = unsafe realpath(path, nil) else { throw FileFault(errno: errno) }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// `/`, `/etc`, `/etc/dkimkeys`, …: every folder on the way, and the path itself.
  static func steps(to path: String) -> [String] {
    var steps = ["/"]
    var soFar = ""
    for part in path.split(separator: "/") {
      soFar += "/" + part
      steps.append(soFar)
    }
    return steps
  }

  /// Whether an access-control list says more than the mode does.
  static func hasAccessList(_ path: String) -> Bool {
    unsafe cmachine_has_access_list(path)
  }
}
