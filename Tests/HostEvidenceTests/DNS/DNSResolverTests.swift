import Diagnosis
import HostEvidence
import Testing

@Suite(.enabled(if: NameServer.isInstalled, NameServer.absence), .serialized, .timeLimit(.minutes(3)))
struct `Answers of a real name server` {
  private let server: NameServer
  private let resolver: DNSResolver

  init() throws {
    let long = (0..<60).map { _ in "\"\(String(repeating: "x", count: 250))\"" }.joined(separator: " ")
    server = try NameServer([
      "example.org": """
      @ MX 20 b
      @ MX 10 a
      @ TXT "v=spf1 " "-all"
      a A 192.0.2.1
      a AAAA 2001:db8::1
      www CNAME a
      deep CNAME www
      loop CNAME pool
      pool CNAME loop
      gone CNAME nowhere
      away CNAME host.example.com.
      long TXT \(long)
      bytes TXT "a\\000\\255b"
      _25._tcp.a TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      """,
      "2.0.192.in-addr.arpa": "1 PTR a.example.org.",
    ])
    resolver = try DNSResolver(.forwarders([server.address]), seconds: 60)
  }

  private func ask(_ name: String, _ type: RecordType) async throws -> DNSAnswer {
    await resolver.answer(try #require(DomainName(name)), type)
  }

  private func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

  @Test func `are addresses, names and texts`() async throws {
    #expect(try await ask("a.example.org", .a).addresses.map(\.text) == ["192.0.2.1"])
    #expect(try await ask("A.Example.org.", .aaaa).addresses.map(\.text) == ["2001:db8::1"])
    #expect(try await ask("example.org", .mx).exchangers.map(\.host.description) == ["a.example.org", "b.example.org"])
    #expect(try await ask("example.org", .txt).texts == [Array("v=spf1 -all".utf8)])
    #expect(try await ask("1.2.0.192.in-addr.arpa", .ptr).pointers == [try name("a.example.org")])
    #expect(try await ask("example.org", .ns).records == [.ns(try name("ns.invalid"))])
    #expect(
      try await ask("example.org", .soa).records == [
        .soa(primary: try name("ns.invalid"), mailbox: try name("root.invalid"), serial: 1)
      ])
    guard case .tlsa(let tlsa)? = try await ask("_25._tcp.a.example.org", .tlsa).records.first else {
      Issue.record("no TLSA record")
      return
    }
    #expect((tlsa.usage, tlsa.selector, tlsa.matching) == (3, 1, 1) && tlsa.data.count == 32)
  }

  @Test func `keep every byte of a text`() async throws {
    #expect(try await ask("bytes.example.org", .txt).texts == [[0x61, 0, 255, 0x62]])
  }

  @Test func `tell a missing name from a missing type`() async throws {
    #expect(try await ask("nowhere.example.org", .a).outcome == .noName)
    #expect(try await ask("a.example.org", .mx).outcome == .noData)
  }

  @Test func `follow aliases to the end`() async throws {
    let answer = try await ask("deep.example.org", .a)
    #expect(answer.addresses.map(\.text) == ["192.0.2.1"])
    #expect(answer.canonicalName == (try name("a.example.org")))
    #expect(try await ask("www.example.org", .cname).records == [.cname(try name("a.example.org"))])
    #expect(try await ask("gone.example.org", .a).outcome == .noName)
  }

  @Test func `name the aliases that lead in a circle`() async throws {
    #expect(try await ask("loop.example.org", .a).failure == .aliasLoop(try name("loop.example.org")))
  }

  @Test func `that are too long for one packet come whole`() async throws {
    #expect(try await ask("long.example.org", .txt).texts.first?.count == 15_000)
  }

  @Test func `outside the server's zones are failures, not absence`() async throws {
    #expect(try await ask("away.example.org", .a).failure == .serverFailure)
    #expect(try await ask("example.com", .mx).failure == .serverFailure)
  }
}

@Suite(.timeLimit(.minutes(3))) struct `A hostile name server` {
  private func ask(_ server: HostileServer, _ type: RecordType = .a, seconds: Int = 60) async throws -> DNSAnswer {
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: seconds)
    return await resolver.answer(try #require(DomainName("a.example.org")), type)
  }

  private static let address: [UInt8] = [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 66]

  @Test func `that never answers costs no more than the deadline`() async throws {
    let start = ContinuousClock.now
    #expect(try await ask(HostileServer { _ in [] }, seconds: 1).failure == .timedOut(seconds: 1))
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func `with wrong ids is not believed`() async throws {
    let server = try HostileServer { query in
      let answer = HostileServer.head(of: query, answers: 1) + Self.address
      return (1...50).map { [query[0] ^ UInt8($0), query[1]] + answer[2...] }
    }
    #expect(try await ask(server, seconds: 2).failure == .timedOut(seconds: 2))
  }

  @Test func `that answers another question is not believed`() async throws {
    let server = try HostileServer { query in
      var answer = HostileServer.head(of: query, answers: 1) + Self.address
      answer[13] = UInt8(ascii: "z")
      return [answer]
    }
    #expect(try await ask(server, seconds: 2).addresses.isEmpty)
  }

  @Test func `that answers SERVFAIL is told from one that is silent`() async throws {
    let server = try HostileServer { query in
      var answer = HostileServer.head(of: query, answers: 0)
      answer[3] = 0x82
      return [answer]
    }
    #expect(try await ask(server).failure == .serverFailure)
  }

  @Test(
    arguments: [
      // A name that points to itself, one that points behind the packet, an address of three bytes, a length too long.
      [0xC0, 0x1F, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 66],
      [0xFF, 0xFF, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 66],
      [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 3, 192, 0, 2], [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0xFF, 0xFF, 192],
    ] as [[UInt8]])
  func `with malformed packets gives no address and no crash`(record: [UInt8]) async throws {
    let server = try HostileServer { [HostileServer.head(of: $0, answers: 1) + record] }
    let answer = try await ask(server, seconds: 3)
    #expect(answer.addresses.isEmpty && answer.failure != nil)
  }

  @Test func `with a text that lies about its length gives a failure`() async throws {
    let server = try HostileServer { query in
      [HostileServer.head(of: query, answers: 1) + [0xC0, 0x0C, 0, 16, 0, 1, 0, 0, 0, 60, 0, 3, 200, 0x61, 0x62]]
    }
    let answer = try await ask(server, .txt, seconds: 3)
    #expect(answer.texts.isEmpty && answer.failure != nil)
  }

  @Test func `that truncates and then is silent over TCP gives no half answer`() async throws {
    let server = try HostileServer { [HostileServer.head(of: $0, answers: 1, flags: 2) + Self.address] }
    #expect(try await ask(server, seconds: 3).addresses.isEmpty)
  }
}

@Suite struct `A resolver` {
  @Test func `says what an address of a name server looks like`() {
    #expect(throws: DNSFailure.self) { try DNSResolver(.forwarders(["not an address"])) }
    #expect(throws: DNSFailure.self) { try DNSResolver(.forwarders([])) }
  }

  @Test func `without a way out says so, and blames no domain`() async throws {
    // A port of loopback on which nobody listens any more.
    let port = try LoopbackSocket().port
    let resolver = try DNSResolver(.forwarders(["127.0.0.1@\(port)"]), seconds: 60)
    let answer = await resolver.answer(try #require(DomainName("example.org")), .mx)
    #expect(answer.failure == .unreachable && answer.failure?.isAnswer == false, "\(answer)")
  }

  @Test func `answers many questions at once`() async throws {
    let server = try HostileServer { query in
      [HostileServer.head(of: query, answers: 1) + [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, query[13]]]
    }
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: 30)
    let letters = Array("abcdefghijklmnopqrst".utf8)
    let found = await withTaskGroup(of: (UInt8, [IPAddress]).self) { group in
      for letter in letters {
        group.addTask {
          guard let name = DomainName(labels: [[letter], Array("example".utf8)]) else { return (letter, []) }
          return (letter, await resolver.answer(name, .a).addresses)
        }
      }
      return await group.reduce(into: [UInt8: [IPAddress]]()) { $0[$1.0] = $1.1 }
    }
    for letter in letters { #expect(found[letter]?.first?.bytes == [192, 0, 2, letter]) }
  }

  @Test func `takes the name servers of resolv.conf, or this machine`() {
    let file = "# local\nsearch example.org\nnameserver 192.0.2.53\nnameserver\t2001:db8::53\n"
    #expect(ResolverConfiguration(file).servers == ["192.0.2.53", "2001:db8::53"])
    #expect(ResolverConfiguration("").servers == ["127.0.0.1"])
  }
}
