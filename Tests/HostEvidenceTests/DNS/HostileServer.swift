import Foundation
import Synchronization

/// A name server that answers as a test wants, also badly; it ends with the value.
final class HostileServer {
  private let isClosed = ClosedFlag()
  let port: UInt16

  var address: String { "127.0.0.1@\(port)" }

  /// `reply` gets a question and gives the packets to send back.
  init(_ reply: @escaping @Sendable ([UInt8]) -> [[UInt8]]) throws {
    let socket = try LoopbackSocket()
    port = socket.port
    let holder = SocketHolder(socket)
    let flag = isClosed
    Thread {
      while !flag.value {
        guard let (query, peer) = holder.socket.receive(milliseconds: 50) else { continue }
        for packet in reply(query) { holder.socket.send(packet, to: peer) }
      }
    }.start()
  }

  deinit { isClosed.set() }

  /// The header of `query` as an answer with `answers` records, and its question.
  static func head(of query: [UInt8], answers: UInt8, flags: UInt8 = 0) -> [UInt8] {
    let end = (query[12...].firstIndex(of: 0) ?? query.count - 5) + 5
    return Array(query[0..<2]) + [0x84 | flags, 0x80, 0, 1, 0, answers, 0, 0, 0, 0] + Array(query[12..<end])
  }
}

private final class SocketHolder: Sendable {
  let socket: LoopbackSocket
  init(_ socket: consuming LoopbackSocket) { self.socket = socket }
}

private final class ClosedFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var value: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}
