import Diagnosis
import Testing

@testable import HostEvidence

@Suite struct `An SPF verdict` {
  private func check(_ records: [(String, String)], from address: String = "192.0.2.1") async throws -> SPFVerdict {
    var zone = ZoneData()
    for (name, text) in records { zone.add(try #require(DomainName(name)), .txt, .txt(Array(text.utf8))) }
    zone.add(try #require(DomainName("mail.example.org")), .a, .address(try #require(IPAddress("192.0.2.1"))))
    let identity = SPFIdentity(
      address: try #require(IPAddress(address)), sender: "bob@example.org", helo: "mail.example.org")
    return await SPFEvaluator(zone).check(identity)
  }

  @Test func `names the term that decided, in whichever record it stands`() async throws {
    let verdict = try await check([
      ("example.org", "v=spf1 include:_spf.example.net -all"), ("_spf.example.net", "v=spf1 ip4:192.0.2.0/24 -all"),
    ])
    #expect(
      verdict.result == .pass && verdict.decidedBy == SPFStep(domain: "example.org", term: "include:_spf.example.net"))
    #expect(verdict.trail.map(\.term) == ["include:_spf.example.net", "ip4:192.0.2.0/24"] && verdict.lookups == 1)
  }

  @Test func `over IPv6 is a fail where only IPv4 is listed`() async throws {
    let verdict = try await check([("example.org", "v=spf1 ip4:192.0.2.1 -all")], from: "2001:db8::1")
    #expect(verdict.result == .fail && verdict.decidedBy?.term == "-all")
  }

  @Test func `says which mistake spoils the record`() async throws {
    let verdict = try await check([("example.org", "v=spf1 mx ip4:192.0.2.300 -all")])
    #expect(verdict.problem == .syntax(SPFStep(domain: "example.org", term: "ip4:192.0.2.300")))
    #expect(verdict.problem?.wording.english == "the SPF record of example.org has a mistake in 'ip4:192.0.2.300'")
  }

  @Test func `gives up at the eleventh lookup and says where`() async throws {
    let exact = (1...11).map { _ in "a:mail.example.org" }
    let limit = try await check([("example.org", "v=spf1 \(exact.joined(separator: " ")) -all")], from: "203.0.113.1")
    #expect(
      limit.problem == .tooManyLookups(SPFStep(domain: "example.org", term: "a:mail.example.org"))
        && limit.lookups == 11)
  }

  @Test func `of two records is permerror`() async throws {
    let verdict = try await check([("example.org", "v=spf1 mx -all"), ("example.org", "v=spf1 -all")])
    #expect(verdict.problem == .severalRecords(domain: "example.org"))
  }

  @Test func `of records that include each other ends at the limit`() async throws {
    let verdict = try await check([
      ("example.org", "v=spf1 include:b.example.org -all"), ("b.example.org", "v=spf1 include:example.org -all"),
    ])
    #expect(verdict.result == .permerror && verdict.lookups == 11)
  }

  @Test(arguments: ["%", "%{", "%{x}", "%{d0}", "%{d999999999999999999999}", "%{dr-+,/_=.}", "%%%", "%{c}"])
  func `does not trip over strange macros`(macro: String) async throws {
    let verdict = try await check([("example.org", "v=spf1 exists:\(macro).example.org ~all")])
    #expect(verdict.result == .permerror || verdict.result == .softfail)
  }

  @Test func `of a record of sixty kilobytes comes quickly`() async throws {
    let terms = String(repeating: "ip4:198.51.100.1 ", count: 3_800)
    let verdict = try await check([("example.org", "v=spf1 \(terms)-all")])
    #expect(verdict.result == .fail && verdict.trail.count == 200)
  }
}
