import Glibc

/// A server in a process group of its own. Dispatch's threads block signals, and a child inherits that; this one does not.
struct ServerProcess {
  private let pid: pid_t

  init(_ command: [String]) throws {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var pid: pid_t = 0
    let error = unsafe posix_spawn(&pid, command[0], nil, &attributes, &arguments, environ)
    guard error == 0 else { throw StartFailure(description: "\(command[0]) does not start: errno \(error)") }
    self.pid = pid
  }

  var isRunning: Bool { kill(pid, 0) == 0 }

  /// Waits until the server is gone.
  func end() {
    for attempt in 0..<500 {
      if attempt % 100 == 0 { kill(-pid, attempt < 300 ? SIGTERM : SIGKILL) }
      if waitpid(pid, nil, WNOHANG) == pid { return }
      usleep(10_000)
    }
  }
}
