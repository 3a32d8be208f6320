import Glibc

/// An open file, pipe or standard input; a file closes when the value goes away.
struct InputDescriptor: ~Copyable {
  let input: LogInput
  private let number: Int32

  /// Opens `input`; a FIFO is waited for until somebody writes to it.
  ///
  /// `/dev/stdin` is not opened a second time: Linux refuses that when standard input is a socket.
  init(_ input: LogInput) throws(LogInputError) {
    self.input = input
    guard case .file(let path) = input, path != "/dev/stdin" else {
      number = STDIN_FILENO
      return
    }
    number = Self.retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
    guard number >= 0 else { throw LogInputError(input, code: errno) }
  }

  deinit {
    if number != STDIN_FILENO, number >= 0 { close(number) }
  }

  /// What the file system knows about the input.
  func status() throws(LogInputError) -> InputStatus {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw LogInputError(input, code: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .isDirectory(input)
    case S_IFREG:
      let offset = max(0, lseek(number, 0, SEEK_CUR))
      return InputStatus(totalBytes: Int64(max(0, status.st_size - offset)), modified: Int64(status.st_mtim.tv_sec))
    default: return InputStatus(totalBytes: nil, modified: nil)
    }
  }

  /// Appends what one read(2) gives, at most `limit` bytes, and returns how many; 0 at the end.
  func read(upTo limit: Int, appendingTo buffer: inout [UInt8]) throws(LogInputError) -> Int {
    var count = 0
    var code: Int32 = 0
    buffer.append(addingCapacity: limit) { output in
      unsafe output.withUnsafeMutableBufferPointer { space, used in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(space)[used...])
        count = unsafe readBytes(into: free)
        code = errno
        used += max(0, count)
      }
    }
    guard count >= 0 else { throw LogInputError(input, code: code) }
    return count
  }

  /// read(2) that waits where another program made the terminal or pipe non-blocking.
  private func readBytes(into space: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Self.retrying { unsafe Glibc.read(number, space.baseAddress, space.count) }
      guard count < 0, errno == EAGAIN else { return count }
      var readable = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&readable, 1, -1)
    }
  }

  /// Repeats a system call for as long as signals interrupt it.
  private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}

/// What the file system knows about an input; a pipe has neither size nor time.
struct InputStatus {
  let totalBytes: Int64?
  /// Seconds since 1970-01-01T00:00:00Z.
  let modified: Int64?
}
