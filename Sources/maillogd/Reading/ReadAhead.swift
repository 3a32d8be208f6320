import Diagnosis
import Foundation
import LogParsing
import Synchronization

/// Reads and unpacks a strand of logs on a thread of its own, a little ahead of whoever takes what it read.
final class ReadAhead: Sendable {
  enum Piece: Sendable {
    /// The next source begins; `clock` dates its lines.
    case begin(name: String, clock: LogClock)
    /// Whole lines, made of `size` bytes of log; `used` bytes of the strand, packed as it may be, have been read.
    case block([UInt8], size: Int, used: Int64)
    /// Nothing comes any more; what could not be read.
    case end([Failure])
  }

  private let pieces = Mutex<[Piece]>([])
  private let arrived = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 3)

  init(_ sources: [LogStream.Source], chunkSize: Int) {
    let thread = Thread { [self] in read(sources, chunkSize) }
    thread.name = "read ahead"
    thread.start()
  }

  /// The next piece; waits for it. After `.end` there is none.
  func next() -> Piece {
    arrived.wait()
    return takeFirst()
  }

  /// The next piece if it has arrived.
  func nextIfArrived() -> Piece? { arrived.wait(timeout: .now()) == .success ? takeFirst() : nil }

  private func takeFirst() -> Piece {
    defer { room.signal() }
    return pieces.withLock { $0.removeFirst() }
  }

  private func send(_ piece: Piece) {
    room.wait()
    pieces.withLock { $0.append(piece) }
    arrived.signal()
  }

  private func read(_ sources: [LogStream.Source], _ chunkSize: Int) {
    var failures: [Failure] = []
    let used = Used()
    for source in sources {
      let before = used.bytes
      var stream = LogStream()
      stream.chunkSize = chunkSize
      stream.progress = { used.bytes = before + $0 }
      var framer = BlockFramer()
      stream.read(
        source, begin: { send(.begin(name: $0, clock: $1)) },
        take: { chunk in
          var size = chunk.count
          framer.feed(chunk, piecewise: Pipeline.blockSize) { block in
            send(.block(block.copy, size: size, used: used.bytes))
            size = 0
          }
          if size > 0 { send(.block([], size: size, used: used.bytes)) }
        })
      framer.end { send(.block($0.copy, size: 0, used: used.bytes)) }
      failures += stream.failures
    }
    send(.end(failures))
  }

  /// How far the strand has been read; kept by the reading thread alone.
  private final class Used { var bytes: Int64 = 0 }
}
