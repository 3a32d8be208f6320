import Foundation
import Glibc
import Testing

/// Takes questions to the DNS on a loopback port and never answers.
private final class SilentServer {
  private let socket: Int32
  let port: UInt16

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (socket, size) = (socket, length)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { place in
      unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        unsafe bind(socket, general, size) == 0 && getsockname(socket, general, &length) == 0
      }
    }
    try #require(isBound)
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(socket) }
}

@Suite(.serialized) struct `The daemon looks at the machine` {
  private static func start(_ settings: String, _ message: (RunningDaemon) throws -> String) throws -> RunningDaemon {
    let daemon = try RunningDaemon(
      """
      sources: {files: [FOLDER/mail.log]}
      channels: {page: {exec: [/bin/sh, -c, "cat >> FOLDER/alerts"]}}
      \(settings)

      """)
    let stamp = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
    try Data("\(stamp) mail \(try message(daemon))\n".utf8).write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    return daemon
  }

  /// The cause that the first alert names.
  private static func alertedCause(_ daemon: RunningDaemon) throws -> [String: Any]? {
    let path = daemon.folder + "/alerts"
    guard try daemon.wait({ try String(contentsOfFile: path, encoding: .utf8).contains("\n") }) else { return nil }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first)
    let notice = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return (notice?["incidents"] as? [[String: Any]])?.first?["cause"] as? [String: Any]
  }

  private static func missing(_ daemon: RunningDaemon) -> String {
    "postfix/smtpd[2]: error: open database \(daemon.folder)/virtual.db: No such file or directory"
  }

  @Test func `and the alert tells the cause as confirmed there, until it is repaired`() throws {
    let daemon = try Self.start(
      "routes: [{channels: [page], severity: warning, wait: 20s}]"
    ) { daemon in
      try Data("a b\n".utf8).write(to: URL(filePath: daemon.folder + "/virtual"))
      return Self.missing(daemon)
    }
    let cause = try #require(try Self.alertedCause(daemon), "\(daemon.errors)")
    #expect(cause["id"] as? String == "never-built")
    #expect(cause["status"] as? String == "confirmed")
    #expect(cause["standing"] as? String == "Confirmed on this machine:")
    let found = try #require((cause["evidence"] as? [String])?.first)
    #expect(found.contains(daemon.folder + "/virtual"))
    let shown = try daemon.command("incidents", "show", "postfix.map.missing-db")
    #expect(shown.text.contains("Confirmed on this machine"), "\(shown.text)")

    let standing = try daemon.command("incidents", "verify", "postfix.map.missing-db")
    #expect(standing.status == 1)
    #expect(standing.text.contains("The cause still stands."))
    try Data("database".utf8).write(to: URL(filePath: daemon.folder + "/virtual.db"))
    let repaired = try daemon.command("incidents", "verify", "--lang", "fr")
    #expect(repaired.status == 0, "\(repaired.text)")
    #expect(repaired.text.contains("Aucune des causes connues n'est plus visible."), "\(repaired.text)")
    #expect(daemon.stop().status == 0)
  }

  @Test func `and a look that hangs holds up no alert`() throws {
    let server = try SilentServer()
    let daemon = try Self.start(
      "dns: 127.0.0.1@\(server.port)\nroutes: [{channels: [page], severity: warning, wait: 1s}]"
    ) { _ in
      "postfix/smtp[2]: 7D2E94C01B: to=<bob@example.net>, relay=none, delay=0.3, delays=0.1/0.01/0.2/0, dsn=4.4.1, status=deferred (connect to mx.example.net[2001:db8:1::25]:25: Network is unreachable)"
    }
    let cause = try #require(try Self.alertedCause(daemon), "\(daemon.errors)")
    #expect(cause["status"] as? String == "unchecked")
    #expect(try daemon.wait { try daemon.incidents().first?["look"] != nil }, "the look never ended: \(daemon.errors)")
    #expect(daemon.stop().status == 0)
    withExtendedLifetime(server) {}
  }

  @Test func `unless it is told not to`() throws {
    let daemon = try Self.start(
      "verify: false\nroutes: [{channels: [page], severity: warning, wait: 5s}]", Self.missing)
    let cause = try #require(try Self.alertedCause(daemon), "\(daemon.errors)")
    #expect(cause["standing"] as? String == "Proven by the log:")
    #expect(daemon.stop().status == 0)
  }
}
