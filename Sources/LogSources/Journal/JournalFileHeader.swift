import Glibc

/// The head of a journal file ("Journal File Format" of systemd), read without libsystemd.
///
/// libsystemd leaves a damaged file out without a word. Its head says how many entries ought to have been read.
struct JournalFileHeader: Hashable {
  let sequence: SequenceID
  /// The number of the first entry; 0 in an empty file.
  let head: UInt64
  let tail: UInt64
  let entries: UInt64
  let headRealtime: UInt64
  /// Nobody writes to the file any more.
  let isArchived: Bool

  enum Reading {
    case header(JournalFileHeader)
    case damaged
    case unreadable(code: Int32)
  }

  static func read(_ path: String) -> Reading {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return .unreadable(code: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 208)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { return .unreadable(code: errno) }
    // A new file is filled a moment after it is made.
    if count == 0 { return .unreadable(code: EAGAIN) }
    guard count == bytes.count, bytes.starts(with: "LPKSHHRH".utf8) else { return .damaged }
    return .header(JournalFileHeader(bytes, name: path))
  }

  private init(_ bytes: [UInt8], name: String) {
    func word(_ offset: Int) -> UInt64 {
      (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[offset + $1]) }
    }
    func id(_ offset: Int) -> SequenceID {
      SequenceID(high: word(offset).byteSwapped, low: word(offset + 8).byteSwapped)
    }
    sequence = id(72)
    entries = word(152)
    tail = word(160)
    head = word(168)
    headRealtime = word(184)
    // STATE_ARCHIVED, or set aside by name: `NAME@….journal` and `NAME@….journal~`.
    isArchived = bytes[16] == 2 || name.split(separator: "/").last?.contains("@") == true
  }
}
