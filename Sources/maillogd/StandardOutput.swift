import Foundation
import Glibc

/// Writes to stdout or a file, and says so when that fails: a full disk must not look like success. A file is closed when
/// the value goes away.
struct OutputFile: ~Copyable {
  private let descriptor: Int32
  private let name: String

  /// `nil` is stdout.
  init(_ path: String?) throws {
    guard let path, path != "-" else {
      descriptor = STDOUT_FILENO
      name = "standard output"
      return
    }
    let opened = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard opened >= 0 else {
      throw Failure(code: 73, message: "\(path) cannot be written: \(Self.reason()). Choose another --output.")
    }
    descriptor = opened
    name = path
  }

  deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

  func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else {
        // The reader of a pipe has seen enough (`| head`).
        if errno == EPIPE { throw ExitStatus(code: 0) }
        throw Failure.readingFailed("writing to \(name) failed: \(Self.reason()). Free some space and run it again.")
      }
      done += written
    }
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
