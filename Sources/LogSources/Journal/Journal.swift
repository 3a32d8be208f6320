import CSystemd
import Glibc

/// An open systemd journal (sd-journal(3)); it closes when the value goes away.
@safe struct Journal: ~Copyable {
  private let handle: OpaquePointer

  /// What libsystemd gives of a field of one entry; the rest is not read.
  static let longestField = 65_536

  /// SD_JOURNAL_LOCAL_ONLY (sd_journal_open(3)).
  private static let localOnly: Int32 = 1

  enum Place {
    case directory(String)
    /// Of this machine; `nil` is journald's default namespace.
    case namespace(String?)
  }

  init(_ place: Place, source: String) throws(SourceError) {
    if let reason = unsafe csystemd_load() {
      throw .noJournalLibrary(reason: unsafe String(cString: reason))
    }
    var opened: OpaquePointer?
    let code =
      switch place {
      case .directory(let path): unsafe csystemd_journal_open_directory(&opened, path, 0)
      case .namespace(let name):
        unsafe csystemd_journal_open_namespace(&opened, name, Self.localOnly)
      }
    guard code >= 0, let journal = unsafe opened else {
      throw switch (-code, place) {
      case (EACCES, _), (EPERM, _): .journalDenied(source: source)
      case (ENOENT, .directory(let path)), (ENOTDIR, .directory(let path)): .noJournalDirectory(path: path)
      default: .journalUnreadable(source: source, code: -code)
      }
    }
    unsafe handle = journal
    _ = unsafe csystemd_journal_set_threshold(journal, Self.longestField + 64)
  }

  deinit { unsafe csystemd_journal_close(handle) }

  // MARK: Moving

  /// Moves to the next entry; `false` if there is none yet.
  func next() throws(JournalFault) -> Bool {
    try check(unsafe csystemd_journal_next(handle)) > 0
  }

  /// Moves to the last entry; `false` if the journal is empty.
  func moveToLast() throws(JournalFault) -> Bool {
    try check(unsafe csystemd_journal_seek_tail(handle))
    return try check(unsafe csystemd_journal_previous(handle)) > 0
  }

  func seekHead() throws(JournalFault) {
    try check(unsafe csystemd_journal_seek_head(handle))
  }

  /// The next entry will be the first of that moment or later.
  func seek(microseconds: Int64) throws(JournalFault) {
    try check(unsafe csystemd_journal_seek_realtime(handle, UInt64(max(0, microseconds))))
  }

  /// The next entry will be the one that `cursor` names or, without a word, another near its time; `isAt` tells.
  func seek(cursor: String) throws(JournalFault) {
    try check(unsafe csystemd_journal_seek_cursor(handle, cursor))
  }

  func isAt(cursor: String) throws(JournalFault) -> Bool {
    try check(unsafe csystemd_journal_test_cursor(handle, cursor)) > 0
  }

  /// Only entries that have the field, `NAME=value`, are read from now on.
  func require(_ field: String) throws(JournalFault) {
    try check(unsafe csystemd_journal_add_match(handle, field))
  }

  // MARK: Reading

  /// The name of the entry; it stays valid for as long as the entry is in any journal.
  func cursor() throws(JournalFault) -> JournalCursor {
    var text: UnsafeMutablePointer<CChar>?
    try check(unsafe csystemd_journal_get_cursor(handle, &text))
    guard let text = unsafe text else { throw JournalFault(code: ENOMEM) }
    defer { unsafe free(text) }
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).bindMemory(to: UInt8.self)
    guard let cursor = unsafe JournalCursor(bytes.span) else { throw JournalFault(code: EBADMSG) }
    return cursor
  }

  /// Hands every field of the entry, `NAME=value`, to `body`; the bytes are gone when it returns.
  func forEachField(_ body: (RawSpan) -> Void) throws(JournalFault) {
    unsafe csystemd_journal_restart_data(handle)
    while true {
      var data: UnsafeRawPointer?
      var size = 0
      guard try check(unsafe csystemd_journal_enumerate_data(handle, &data, &size)) > 0 else { return }
      let field = unsafe UnsafeRawBufferPointer(start: data, count: size)
      body(unsafe field.bytes)
    }
  }

  /// The different values of `field` in the journal, at most `limit`.
  func values(of field: String, limit: Int) throws(JournalFault) -> [String] {
    try check(unsafe csystemd_journal_query_unique(handle, field))
    var values: [String] = []
    while values.count < limit {
      var data: UnsafeRawPointer?
      var size = 0
      guard try check(unsafe csystemd_journal_enumerate_unique(handle, &data, &size)) > 0 else { break }
      let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size).dropFirst(field.utf8.count + 1)
      values.append(unsafe String(decoding: bytes, as: UTF8.self))
    }
    return values
  }

  /// When journald got the oldest entry, in microseconds since 1970; `nil` if there is none.
  func oldest() throws(JournalFault) -> Int64? {
    var from: UInt64 = 0
    var to: UInt64 = 0
    return try check(unsafe csystemd_journal_get_cutoff(handle, &from, &to)) > 0 ? Int64(clamping: from) : nil
  }

  // MARK: Waiting

  /// Can be read when the journal has changed; then, and after `timeout`, call `process`.
  func descriptor() throws(JournalFault) -> Int32 {
    try check(unsafe csystemd_journal_get_fd(handle))
  }

  /// How soon to look although nothing was reported, as on network file systems; `nil`: no need to.
  func timeout() -> Duration? {
    var due: UInt64 = 0
    guard unsafe csystemd_journal_get_timeout(handle, &due) >= 0, due != .max else { return nil }
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = Int64(clamping: due) &- (Int64(now.tv_sec) &* 1_000_000 &+ Int64(now.tv_nsec) / 1_000)
    return .microseconds(max(0, microseconds))
  }

  enum Change { case none, appended, filesChanged }

  /// Takes note of what happened to the journal's files.
  func process() throws(JournalFault) -> Change {
    // SD_JOURNAL_NOP, SD_JOURNAL_APPEND, SD_JOURNAL_INVALIDATE.
    switch try check(unsafe csystemd_journal_process(handle)) {
    case 1: .appended
    case 2: .filesChanged
    default: .none
    }
  }

  @discardableResult
  private func check(_ code: Int32) throws(JournalFault) -> Int32 {
    guard code >= 0 else { throw JournalFault(code: -code) }
    return code
  }
}

/// What libsystemd could not do; `code` is errno.
struct JournalFault: Error {
  let code: Int32
  /// What is said of entries and files that are cut short or overwritten.
  var isDamage: Bool { [EBADMSG, EADDRNOTAVAIL, EIO, ENODATA, EPROTONOSUPPORT, ENOENT, E2BIG, ESTALE].contains(code) }
}
