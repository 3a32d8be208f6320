import Diagnosis
import Foundation
import LogSources
import Reporting
import Synchronization

/// What the engine, which does one thing after the other, is told by everybody around it.
enum DaemonEvent: Sendable {
  case batch(SourceBatch, Receipt)
  case sourceFailed(source: String, reason: String)
  case tick
  case sent(key: String, fault: ChannelFault?)
  case pushed(channel: String, fault: ChannelFault?)
  /// The incidents that were looked at, with their causes as the machine shows them.
  case looked([(id: String, look: MachineLook)])
  case reload
  case stop
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
