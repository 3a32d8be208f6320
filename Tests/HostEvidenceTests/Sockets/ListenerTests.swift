import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

@Suite struct `Listening sockets` {
  @Test func `are read from the kernel's table`() throws {
    let line = "   0: 0100007F:22BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 43210 1 0"
    let listener = try #require(TCPListener(line: line[...]))
    #expect(listener.text == "127.0.0.1:8891")
    #expect(listener.inode == 43_210)
    let version6 =
      "   1: 00000000000000000000000001000000:22BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 101 0 5 1 0"
    #expect(TCPListener(line: version6[...])?.text == "[::1]:8891")
  }

  @Test(arguments: ["", "junk", "0: zz:22BB 0:0 0A 0 0 0 0 0 1", "0: 0100007F:22BB 00000000:0000 01 0 0 0 0 0 1 1 0"])
  func `are not made of other lines`(line: String) { #expect(TCPListener(line: line[...]) == nil) }

  @Test func `on a wildcard take what comes for any address of their family`() throws {
    let one = try #require(IPAddress("127.0.0.1"))
    let six = try #require(IPAddress("::1"))
    let any4 = "0: 00000000:0019 00000000:0000 0A 0:0 00:0 0 0 0 7 1"
    let any6 = "0: 00000000000000000000000000000000:0019 0:0 0A 0:0 00:0 0 0 0 7 1"
    #expect(try #require(TCPListener(line: any4[...])).accepts(one))
    #expect(try #require(TCPListener(line: any4[...])).accepts(six) == false)
    #expect(try #require(TCPListener(line: any6[...])).accepts(six))
  }

  @Test func `of this very program are found with their owner`() async throws {
    let socket = try LoopbackListener()
    let witness = HostWitness()
    func look(_ parameters: [String: [String]]) async -> Observation {
      await witness.look(MachineCheck(name: "listening", parameters: parameters))
    }
    let port = [String(socket.port)]
    let somebody = await look(["port": port, "is": ["somebody"]])
    #expect(somebody.verdict == .holds)
    #expect(somebody.facts["listener.pid"] == String(getpid()))
    #expect(await look(["port": port, "is": ["nobody"]]).verdict == .fails)
    #expect(await look(["port": port, "not-on": ["[::1]"]]).verdict == .holds)
    #expect(await look(["port": port, "not-on": ["127.0.0.1"]]).verdict == .fails)
    #expect(await look(["port": port, "not-by": ["opendkim"]]).verdict == .holds)
    #expect(await look(["endpoint": ["inet:127.0.0.1:\(socket.port)"], "is": ["somebody"]]).verdict == .holds)
    #expect(await look(["endpoint": ["inet:192.0.2.1:\(socket.port)"], "is": ["nobody"]]).verdict == .unknown)
    #expect(await look(["endpoint": ["what is this"], "is": ["nobody"]]).verdict == .unknown)
    #expect(await look(["port": ["99999999"], "is": ["nobody"]]).verdict == .unknown)
  }
}

/// A TCP socket that listens on 127.0.0.1, on a port that the kernel chooses.
final class LoopbackListener {
  private let descriptor: Int32
  let port: UInt16

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 4) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard isBound else {
      close(descriptor)
      throw POSIXError(.EADDRNOTAVAIL)
    }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}

@Suite struct `A milter's address` {
  @Test(arguments: [
    ("inet:8891@localhost", "inet:127.0.0.1:8891", true), ("inet:8891@localhost", "inet:localhost:8891", true),
    ("inet:8891@localhost", "inet:[::1]:8891", false), ("inet6:8891@[::1]", "inet:[::1]:8891", true),
    ("inet6:8891", "inet:127.0.0.1:8891", true), ("inet:8891@localhost", "inet:localhost:8892", false),
    ("local:/var/spool/postfix/opendkim/s", "unix:opendkim/s", true),
    ("local:/run/opendkim/s", "unix:/run/opendkim/s", true), ("local:/run/opendkim/s", "unix:opendkim/s", false),
    ("inet:8891@localhost", "unix:opendkim/s", false), ("inet:8891", "inet:192.0.2.5:8891", true),
    ("inet:8891", "inet:[::1]:8891", false),
  ])
  func `is compared with where Postfix connects to`(own: String, service: String, isSame: Bool) throws {
    let socket = try #require(MilterSocket(own))
    #expect(socket.isReached(by: try #require(ServiceAddress(service)), queue: "/var/spool/postfix") == isSame)
  }

  @Test(arguments: [
    ("inet:8891@localhost", "inet:127.0.0.1:8891"), ("inet6:8891@[2001:db8::1]", "inet:[2001:db8::1]:8891"),
    ("local:/var/spool/postfix/opendkim/s", "unix:opendkim/s"), ("local:/run/s", "unix:/run/s"),
  ])
  func `is told as Postfix writes it`(own: String, told: String) {
    #expect(MilterSocket(own)?.asPostfixWrites(queue: "/var/spool/postfix") == told)
  }
}
