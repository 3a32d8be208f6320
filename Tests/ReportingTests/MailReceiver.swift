import Foundation
import Glibc
import Synchronization

/// A mail server on loopback that takes every mail and remembers what it was told (RFC 5321, as much as libcurl speaks).
final class MailReceiver: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let sessions = Mutex<[String]>([])
  /// What is answered to RCPT TO.
  private let recipientReply: String

  /// All that clients said, one text a session.
  var transcripts: [String] { sessions.withLock { $0 } }

  /// The first session, once it has ended: the sender may have gone before the receiver has noticed.
  func firstTranscript() async throws -> String? {
    for _ in 0..<600 {
      if let first = transcripts.first { return first }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  init(recipientReply: String = "250 2.1.5 Ok", offersLogin: Bool = false) throws {
    self.recipientReply = recipientReply
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0 else { return }
        serve(client, offersLogin)
        close(client)
      }
    }
  }

  /// Ends listening; the thread ends with its accept(2).
  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func serve(_ client: Int32, _ offersLogin: Bool) {
    var said = ""
    defer { sessions.withLock { $0.append(said) } }
    guard say(client, "220 receiver ESMTP") else { return }
    var isMail = false
    var wantsPassword = false
    var buffer: [UInt8] = []
    while let line = nextLine(client, &buffer) {
      said += line + "\n"
      if isMail {
        guard line == "." else { continue }
        isMail = false
        guard say(client, "250 2.0.0 queued") else { return }
        continue
      }
      let reply =
        switch line.prefix(4).uppercased() {
        case "EHLO": offersLogin ? "250-receiver\r\n250 AUTH PLAIN" : "250 receiver"
        case "AUTH": line.count > 12 ? "235 2.7.0 welcome" : "334 "
        case _ where wantsPassword: "235 2.7.0 welcome"
        case "RCPT": recipientReply
        case "DATA": "354 go on"
        case "QUIT": "221 bye"
        default: "250 2.0.0 Ok"
        }
      isMail = reply.hasPrefix("354")
      wantsPassword = reply.hasPrefix("334")
      guard say(client, reply), !reply.hasPrefix("221") else { return }
    }
  }

  private func say(_ client: Int32, _ text: String) -> Bool {
    let bytes = Array((text + "\r\n").utf8)
    return unsafe send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private func nextLine(_ client: Int32, _ buffer: inout [UInt8]) -> String? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end].filter { $0 != 0x0D }, as: UTF8.self)
      }
      var chunk = [UInt8](repeating: 0, count: 4_096)
      let count = unsafe recv(client, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      buffer += chunk[..<count]
    }
  }
}
