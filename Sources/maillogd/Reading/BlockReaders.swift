import Diagnosis
import Foundation
import LogParsing
import Synchronization

/// Threads that read blocks of logs side by side.
struct BlockReaders: ~Copyable {
  private let queue = JobQueue()

  init(count: Int, rules: RuleSet, options: Pipeline.Options) {
    for _ in 0..<count {
      let thread = Thread { [queue] in
        var reader = BlockReader(rules: rules, options: options, clock: .local(newest: nil))
        var input = -1
        while let job = queue.take() {
          if job.input != input {
            reader.begin(clock: job.clock)
            input = job.input
          }
          job.finish(reader.read(job.block))
        }
      }
      thread.name = "reader"
      thread.start()
    }
  }

  deinit { queue.close() }

  /// `clock` dates the lines of the input with this number.
  func read(_ block: [UInt8], input: Int, clock: LogClock) -> PendingReading {
    let job = PendingReading(block: block, input: input, clock: clock)
    queue.add(job)
    return job
  }
}

/// One block on its way.
final class PendingReading: Sendable {
  fileprivate let block: [UInt8]
  fileprivate let input: Int
  fileprivate let clock: LogClock
  private let reading = Mutex<BlockReading?>(nil)
  private let isRead = DispatchSemaphore(value: 0)

  fileprivate init(block: [UInt8], input: Int, clock: LogClock) {
    self.block = block
    self.input = input
    self.clock = clock
  }

  fileprivate func finish(_ reading: BlockReading) {
    self.reading.withLock { $0 = reading }
    isRead.signal()
  }

  /// Waits until the block has been read.
  func result() -> BlockReading {
    isRead.wait()
    return reading.withLock { $0 ?? BlockReading() }
  }
}

private final class JobQueue: Sendable {
  private let jobs = Mutex<[PendingReading]>([])
  private let count = DispatchSemaphore(value: 0)

  func add(_ job: PendingReading) {
    jobs.withLock { $0.append(job) }
    count.signal()
  }

  /// Waits for a job; `nil` once the queue is closed.
  func take() -> PendingReading? {
    count.wait()
    let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    // Whoever is woken by the end wakes the next.
    if job == nil { count.signal() }
    return job
  }

  func close() { count.signal() }
}
