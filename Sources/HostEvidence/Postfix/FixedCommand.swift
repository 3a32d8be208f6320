import CMachine
import Glibc

/// A program of the system that only reads, run without a shell, with bounded time and output.
struct FixedCommand {
  enum Fault: Error, Equatable {
    case missing
    case failed(Int32)
    case tooSlow, tooMuch
  }

  struct Result {
    let status: Int32
    let output: [UInt8]
  }

  let path: String
  private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin"]

  /// `nil` if the program is not installed.
  init?(_ name: String) {
    guard let folder = Self.folders.first(where: { unsafe access("\($0)/\(name)", X_OK) == 0 }) else { return nil }
    path = "\(folder)/\(name)"
  }

  /// Its standard output, `withErrors` its standard error among it; what it reads is /dev/null.
  func run(
    _ arguments: [String], seconds: Int32 = 4, most: Int = 1 << 20, withErrors: Bool = false
  ) throws(Fault) -> Result {
    var ends: [Int32] = [-1, -1]
    let pipeCode = unsafe cmachine_pipe(&ends)
    guard pipeCode == 0 else { throw .failed(pipeCode) }
    defer { close(ends[0]) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    if withErrors {
      unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    var vector = unsafe CStrings([path] + arguments)
    var surroundings = unsafe CStrings(["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, path, &actions, nil, &vector.pointers, &surroundings.pointers)
    close(ends[1])
    guard code == 0 else { throw code == ENOENT ? .missing : .failed(code) }
    let (output, fault) = Self.drain(ends[0], seconds: seconds, most: most)
    if fault != nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    if let fault { throw fault }
    return Result(status: status & 0x7F == 0 ? (status >> 8) & 0xFF : -1, output: output)
  }

  private static func drain(_ descriptor: Int32, seconds: Int32, most: Int) -> ([UInt8], Fault?) {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let end = ContinuousClock.now.advanced(by: .seconds(Int(seconds)))
    while true {
      let left = (end - ContinuousClock.now).components
      guard left.seconds >= 0, left.attoseconds >= 0 else { return (output, .tooSlow) }
      var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(left.seconds) * 1_000 + Int32(left.attoseconds / 1_000_000_000_000_000) + 1
      let ready = unsafe poll(&question, 1, milliseconds)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return (output, .tooSlow) }
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return (output, count < 0 ? .failed(errno) : nil) }
      guard output.count + count <= most else { return (output, .tooMuch) }
      output += buffer.prefix(count)
    }
  }
}

/// A list of C strings as exec(3) takes it, freed with the value.
@unsafe private struct CStrings: ~Copyable {
  var pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { unsafe pointers = texts.map { text in unsafe strdup(text) } + [nil] }

  deinit { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
}
