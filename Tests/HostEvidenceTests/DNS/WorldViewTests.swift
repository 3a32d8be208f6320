import Diagnosis
import Testing

@testable import HostEvidence

@Suite struct `The world's view of the DNS` {
  private static func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

  @Test func `is not given up for one domain whose servers are dead`() async throws {
    var world = ZoneData([("mail.example.org", .a, .address(try #require(IPAddress("192.0.2.1"))))])
    world.add(try #require(DomainName(labels: [])), .ns, .ns(try Self.name("a.root.example")))
    world.silence(try Self.name("dead.example.net"))
    let host = ZoneData([("mail.example.org", .a, .address(try #require(IPAddress("192.0.2.99"))))])
    let answers = FallbackAnswers(world, host)
    #expect(await answers.answer(try Self.name("dead.example.net"), .a).failure == .timedOut(seconds: 5))
    #expect(await answers.answer(try Self.name("mail.example.org"), .a).addresses.map(\.text) == ["192.0.2.1"])
    #expect(await !answers.isFirstSilent)
  }

  @Test func `is the host's where the root cannot be asked`() async throws {
    var world = ZoneData()
    world.silence(try #require(DomainName(labels: [])))
    world.silence(try Self.name("mail.example.org"))
    let host = ZoneData([("mail.example.org", .a, .address(try #require(IPAddress("192.0.2.99"))))])
    let answers = FallbackAnswers(world, host)
    #expect(await answers.answer(try Self.name("mail.example.org"), .a).addresses.map(\.text) == ["192.0.2.99"])
    #expect(await answers.isFirstSilent)
  }

  @Test func `through the host's resolver does not vouch for a name out of its hosts file`() async throws {
    let folder = try MachineFolder()
    try folder.write("/etc/hosts", "192.0.2.1 mail.example.org mail\n")
    let address = try #require(IPAddress("192.0.2.1"))
    let here = ZoneData([
      ("1.2.0.192.in-addr.arpa", .ptr, .ptr(try Self.name("mail.example.org"))),
      ("mail.example.org", .a, .address(address)),
    ])
    for (isThroughHost, verdict) in [(true, CheckFinding.Verdict.unknown), (false, .good)] {
      let witness = DNSWitness(
        world: here, host: here, hostServers: [], machine: folder.machine, ownAddresses: OwnAddresses([]),
        hostAnswersForWorld: isThroughHost)
      let finding = await AddressCheckup(dns: witness, helo: nil).reverseName(of: address)
      #expect(finding.verdict == verdict, "\(finding.seen.english)")
    }
  }
}
