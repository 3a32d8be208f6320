import Glibc

/// The kernel's news about files and folders (inotify(7)); what was watched ends with the value.
///
/// It only saves waiting. What happened is always found by looking, so that a lost or unknown event does no harm.
struct FileWatch: ~Copyable {
  let descriptor: Int32
  private var files: [Int32: Int32] = [:]

  init() throws(FileFault) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { throw FileFault(code: errno) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Watches for names that come and go in `folder`; watching it twice is watching it once.
  func watchNames(in folder: String) throws(FileFault) {
    let events = IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB
    guard unsafe inotify_add_watch(descriptor, folder, UInt32(events)) >= 0 else {
      // A folder that is not there yet is looked for in turns.
      if errno == ENOSPC || errno == ENOMEM { throw FileFault(code: errno) }
      return
    }
  }

  /// Watches exactly the open files with these descriptors, whatever they are called.
  mutating func watchFiles(_ descriptors: [Int32]) throws(FileFault) {
    for (file, watch) in files where !descriptors.contains(file) {
      inotify_rm_watch(descriptor, watch)
      files[file] = nil
    }
    for file in descriptors {
      let watch = unsafe inotify_add_watch(descriptor, "/proc/self/fd/\(file)", UInt32(IN_MODIFY))
      if watch >= 0 { files[file] = watch } else if errno == ENOSPC || errno == ENOMEM { throw FileFault(code: errno) }
    }
  }

  /// Forgets the news, and tells whether there were any; the files themselves tell what happened.
  func drain() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16_384)
    var hasNews = false
    while unsafe Glibc.read(descriptor, &bytes, bytes.count) > 0 { hasNews = true }
    return hasNews
  }
}
