import Glibc
import Synchronization

/// Runs an actor on a thread of its own, so that it may block in poll(2) without taking a thread from other tasks.
final class ThreadExecutor: SerialExecutor {
  private let inbox = Inbox()

  init() {
    let inbox = inbox
    startThread { inbox.run() }
  }

  deinit { inbox.close() }

  func enqueue(_ job: UnownedJob) {
    inbox.put(job, for: self)
  }
}

/// The jobs that wait for the thread; each keeps its executor alive until it has run.
private final class Inbox: Sendable {
  private struct Contents {
    var jobs: [(UnownedJob, ThreadExecutor)] = []
    var isClosed = false
  }
  private let contents = Mutex(Contents())
  private let bell = Doorbell()

  func put(_ job: UnownedJob, for executor: ThreadExecutor) {
    contents.withLock { $0.jobs.append((job, executor)) }
    bell.ring()
  }

  func close() {
    contents.withLock { $0.isClosed = true }
    bell.ring()
  }

  func run() {
    while true {
      bell.wait()
      let (jobs, isClosed) = contents.withLock { contents in
        defer { contents.jobs = [] }
        return (contents.jobs, contents.isClosed)
      }
      for (job, executor) in jobs { unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
      if isClosed { return }
    }
  }
}

/// Starts a detached thread that runs `body`.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let start = unsafe Unmanaged.passRetained(Start(body))
  var thread = pthread_t()
  let code = unsafe pthread_create(
    &thread, nil,
    { argument in
      guard let argument = unsafe argument else { return nil }
      unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, start.toOpaque())
  // Out of threads or memory at start: nothing could be read, and nobody is there to be told.
  precondition(code == 0, "a thread cannot be started (errno \(code))")
  pthread_detach(thread)
}
