import Diagnosis
import Foundation
import LogSources
import Reporting
import Synchronization

/// What the engine, which does one thing after the other, is told by everybody around it.
enum DaemonEvent: Sendable {
  case batch(SourceBatch, from: FollowedSource, Receipt)
  case sourceFailed(FollowedSource, reason: String)
  case tick
  /// What came of a notice; `missed`: why some of its receivers could not be told, while others could.
  case sent(key: String, missed: [ChannelFault], fault: ChannelFault?)
  case pushed(channel: String, missed: [ChannelFault], fault: ChannelFault?)
  /// The incidents that were looked at, with their causes as the machine shows them.
  case looked([(id: String, look: MachineLook)])
  case reload
  case stop
}

/// What one follower reads. A reload begins another generation: what one of an earlier generation still brings is read
/// again by its successor, and would count twice.
struct FollowedSource: Sendable, Equatable {
  let name: String
  let generation: Int
}

/// The way to the engine. It cannot grow: a follower waits for the receipt of its batch, a tick for the one before it.
final class EventQueue: Sendable {
  let events: AsyncStream<DaemonEvent>
  private let input: AsyncStream<DaemonEvent>.Continuation
  private let hasTick = Mutex(false)

  init() { (events, input) = AsyncStream.makeStream() }

  func send(_ event: DaemonEvent) { input.yield(event) }

  /// Time goes on; dropped while the engine has not yet come to the last tick.
  func tick() {
    let isFirst = hasTick.withLock { has in
      defer { has = true }
      return !has
    }
    if isFirst { input.yield(.tick) }
  }

  func tickWasTaken() { hasTick.withLock { $0 = false } }
}

/// Lets a follower go on once its batch has been read.
final class Receipt: Sendable {
  private let stream: AsyncStream<Void>
  private let sender: AsyncStream<Void>.Continuation

  init() { (stream, sender) = AsyncStream.makeStream() }

  func confirm() { sender.finish() }

  /// Returns when the batch was read, or when the task is cancelled.
  func wait() async { for await _ in stream {} }
}
