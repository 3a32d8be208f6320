import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

@Suite(.enabled(if: MailPorts.isPossible, MailPorts.absence), .timeLimit(.minutes(10)))
struct `The certificate that a mail port shows` {
  private static func check(
    _ server: MailPorts, _ places: [ShownCertificate.Place], helo: String = "mail.example.org",
    trusts: String = "ca.pem"
  ) async -> [CheckFinding] {
    let machine = server.folder.machine
    let checkup = MachineCheckup(
      host: HostWitness(machine: machine), postfix: PostfixSettings(machine: machine), machine: machine)
    return await checkup.shownCertificates(
      at: places, helo: helo, trust: TrustStore(file: "\(server.folder.path)/\(trusts)", folder: "/nonexistent"),
      seconds: 120)
  }

  @Test func `is seen by STARTTLS and without, and the log tells of no lost connection`() async throws {
    let server = try MailPorts()
    let findings = await Self.check(server, [server.startTLS, server.implicit])
    #expect(findings.map(\.verdict) == [.good, .good], "\(findings.map(\.seen.english))")
    #expect(findings.allSatisfy { $0.seen.english.contains("chain complete") })
    try server.postfix("stop")
    #expect(!server.log.contains("lost connection"), "\(server.log)")
    #expect(server.log.contains("quit=1"))
  }

  @Test func `is bad when it has expired, though the file on the disk is new`() async throws {
    let server = try MailPorts(certificate: "old")
    // The name of the shown file leads to the new certificate, as after a renewal without a reload.
    try server.folder.write("/etc/postfix/main.cf", "smtpd_tls_cert_file = /leaf.pem\n")
    try server.folder.write("/etc/postfix/master.cf", "")
    let finding = try #require(await Self.check(server, [server.startTLS]).first)
    #expect(finding.verdict == .bad && finding.seen.english.contains("expired"), "\(finding.seen.english)")
    #expect(finding.fix.first?.commands == ["postfix reload"])
  }

  @Test func `is weak for another name, and where its chain leads nowhere`() async throws {
    let server = try MailPorts()
    let name = try #require(await Self.check(server, [server.startTLS], helo: "mx.example.net").first)
    #expect(name.verdict == .warning && name.seen.english.contains("not for mx.example.net"))
    let chain = try #require(await Self.check(server, [server.startTLS], trusts: "alone.pem").first)
    #expect(chain.verdict == .warning && chain.seen.english.contains("leads to no trusted one"))
    let blind = try #require(await Self.check(server, [server.startTLS], trusts: "none.pem").first)
    #expect(blind.verdict == .unknown && blind.seen.english.contains("ca-certificates"))
  }

  @Test func `is missed where the port offers no TLS`() async throws {
    let server = try MailPorts()
    let finding = try #require(await Self.check(server, [server.plain]).first)
    #expect(finding.verdict == .bad && finding.seen.english.contains("does not offer STARTTLS"))
  }

  @Test func `is unknown, and waited for no longer than said, where nobody answers`() throws {
    guard let silent = TCPPort() else { throw StartFailure(description: "no free port on loopback") }
    let address = try #require(IPAddress("127.0.0.1"))
    for isImplicit in [false, true] {
      let place = ShownCertificate.Place(address: address, port: silent.port, isImplicit: isImplicit)
      guard case .unknown = ShownCertificate.look(at: place, name: "mail.example.org", seconds: 1) else {
        Issue.record("a silent port told something")
        continue
      }
    }
  }
}

@Suite struct `The mail ports that are looked at` {
  @Test func `are this machine's, by loopback where any address will do`() throws {
    func listener(_ address: String, _ port: UInt16) throws -> TCPListener {
      let hex = try #require(IPAddress(address)).bytes
      let words = stride(from: 0, to: hex.count, by: 4).map { start in
        hex[start..<start + 4].reversed().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      }
      let portText = String(port, radix: 16)
      let line = "0: \(words.joined()):\(portText) 0:0 0A 0:0 0:0 0 0 0 7"
      return try #require(TCPListener(line: line[...]))
    }
    let own = OwnAddresses([.init(name: "eth0", address: try #require(IPAddress("192.0.2.5")), prefix: 24)])
    let places = ShownCertificate.Place.all(
      [
        try listener("0.0.0.0", 25), try listener("192.0.2.5", 587), try listener("192.0.2.99", 465),
        try listener("127.0.0.1", 8891),
      ], own: own)
    #expect(places.map(\.text) == ["127.0.0.1:25", "192.0.2.5:587"])
  }
}
