import Diagnosis
import Foundation
import LogParsing
import Synchronization

/// Threads that read blocks of a log side by side; their readings come back in the order in which the blocks were given.
struct BlockReaders: ~Copyable {
  private let queue = JobQueue()
  private var waiting: [Job] = []
  private let mostWaiting: Int

  init(count: Int, rules: RuleSet, options: Pipeline.Options) {
    mostWaiting = 2 * count + 1
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

  var isEmpty: Bool { waiting.isEmpty }
  var isFull: Bool { waiting.count >= mostWaiting }

  /// `clock` dates the lines of the input with this number.
  mutating func give(_ block: [UInt8], input: Int, clock: LogClock) {
    let job = Job(block: block, input: input, clock: clock)
    waiting.append(job)
    queue.add(job)
  }

  /// The reading of the oldest block; waits until it has been read. There must be one.
  mutating func next() -> BlockReading { waiting.removeFirst().result() }
}

/// One block on its way.
private final class Job: Sendable {
  let block: [UInt8]
  let input: Int
  let clock: LogClock
  private let reading = Mutex<BlockReading?>(nil)
  private let isRead = DispatchSemaphore(value: 0)

  init(block: [UInt8], input: Int, clock: LogClock) {
    self.block = block
    self.input = input
    self.clock = clock
  }

  func finish(_ reading: BlockReading) {
    self.reading.withLock { $0 = reading }
    isRead.signal()
  }

  func result() -> BlockReading {
    isRead.wait()
    return reading.withLock { $0 ?? BlockReading() }
  }
}

private final class JobQueue: Sendable {
  private let jobs = Mutex<[Job]>([])
  private let count = DispatchSemaphore(value: 0)

  func add(_ job: Job) {
    jobs.withLock { $0.append(job) }
    count.signal()
  }

  /// Waits for a job; `nil` once the queue is closed.
  func take() -> Job? {
    count.wait()
    let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    // Whoever is woken by the end wakes the next.
    if job == nil { count.signal() }
    return job
  }

  func close() { count.signal() }
}
