import Glibc

/// What tells a file from others, whatever it is called.
struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64
}

/// What the file system says about a path or an open file.
struct FileStatus {
  let identity: FileIdentity
  let size: Int64
  /// Nanoseconds since 1970.
  let modified: Int64
  /// `nil` for a regular file.
  let kind: SourceNotice.FileKind?

  init(_ path: String) throws(FileFault) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileFault(code: errno) }
    self.init(status)
  }

  fileprivate init(_ status: stat) {
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    size = Int64(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: nil
      case S_IFDIR: .directory
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .device
      }
  }
}

/// A system call on a file failed with this errno.
struct FileFault: Error {
  let code: Int32
  var isAbsence: Bool { code == ENOENT || code == ENOTDIR }
  var isDenial: Bool { code == EACCES || code == EPERM }
}

/// A regular file, open for reading; it closes when the value goes away.
struct LogFile: ~Copyable {
  let descriptor: Int32

  /// A FIFO would be waited for, and a device might do something: neither is opened for longer than it takes to see.
  init(_ path: String) throws(FileFault) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileFault(code: errno) }
    guard try status().kind == nil else { throw FileFault(code: EINVAL) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func status() throws(FileFault) -> FileStatus {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileFault(code: errno) }
    return FileStatus(status)
  }

  /// The bytes from `offset` on, at most `limit`; fewer at the file's end.
  func read(at offset: Int64, upTo limit: Int) throws(FileFault) -> [UInt8] {
    var code: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { space, used in
      while used < limit {
        let count = unsafe pread(descriptor, space.baseAddress?.advanced(by: used), limit - used, off_t(offset) + used)
        if count < 0, errno == EINTR { continue }
        if count < 0 { code = errno }
        if count <= 0 { return }
        used += count
      }
    }
    guard code == 0 else { throw FileFault(code: code) }
    return bytes
  }

  /// Where data begin at or behind `offset`: a hole is what a writer leaves that goes on at its old place after the file
  /// was truncated.
  func data(from offset: Int64) -> Int64 {
    // SEEK_DATA of lseek(2).
    let found = lseek(descriptor, off_t(offset), 3)
    return found < 0 ? offset : Int64(found)
  }

  /// The name that the file has now; `nil` if it was deleted.
  var name: String? {
    var bytes = [CChar](repeating: 0, count: 4_096)
    let count = unsafe readlink("/proc/self/fd/\(descriptor)", &bytes, bytes.count)
    guard count > 0, count < bytes.count else { return nil }
    let name = String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.hasSuffix(" (deleted)") ? nil : name
  }
}
