internal import Dispatch

/// Runs everything about one libunbound context on one queue, so that its callbacks never cross.
package final class ResolverExecutor: SerialExecutor {
  let queue = DispatchQueue(label: "maillogd.dns")

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
