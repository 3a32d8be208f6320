import Diagnosis
import HostEvidence
import Testing

@Suite struct `A DMARC record` {
  @Test func `has a policy, one for subdomains, and one for names that do not exist`() throws {
    let record = try DMARCRecord(
      Array("v=DMARC1; p=quarantine; sp=none;np=reject; t=y; psd=n; aspf=s; rua=mailto:a@example.org".utf8))
    #expect(record.policy == .quarantine && record.subdomainPolicy == DMARCRecord.Policy.none)
    #expect(record.missingPolicy == .reject && record.isTesting && record.publicSuffix == .no)
    #expect(record.isStrictForSPF && !record.isStrictForDKIM && record.reportAddresses == ["mailto:a@example.org"])
  }

  @Test func `without a policy counts as none if it asks for reports`() throws {
    #expect(try DMARCRecord(Array("v=DMARC1; rua=mailto:a@example.org".utf8)).policy == .none)
    #expect(throws: DMARCRecordProblem.noPolicy(nil)) { try DMARCRecord(Array("v=DMARC1; sp=reject".utf8)) }
    #expect(throws: DMARCRecordProblem.noPolicy("rejct")) { try DMARCRecord(Array("v=DMARC1; p=rejct".utf8)) }
  }

  @Test(arguments: ["v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC1.1; p=none", "v=spf1 -all", ""])
  func `begins with v=DMARC1 in these letters`(text: String) {
    #expect(throws: DMARCRecordProblem.version) { try DMARCRecord(Array(text.utf8)) }
  }

  @Test func `with a word that is no tag, or a tag twice, is none`() {
    #expect(throws: DMARCRecordProblem.notATag("reject")) { try DMARCRecord(Array("v=DMARC1; reject".utf8)) }
    #expect(throws: DMARCRecordProblem.twice("p")) { try DMARCRecord(Array("v=DMARC1; p=none; p=reject".utf8)) }
  }
}

@Suite struct `The DMARC tree walk` {
  private func zone(_ records: [String: String]) throws -> ZoneData {
    var zone = ZoneData()
    for (name, text) in records { zone.add(try #require(DomainName("_dmarc.\(name)")), .txt, .txt(Array(text.utf8))) }
    return zone
  }

  private func walk(_ name: String, _ records: [String: String]) async throws -> DMARCTreeWalk {
    await DMARCTreeWalk(from: try #require(DomainName(name)), in: try zone(records))
  }

  @Test func `finds the organisation above a subdomain, whose policy for subdomains holds`() async throws {
    let walk = try await walk("a.mail.example.org", ["example.org": "v=DMARC1; p=reject; sp=quarantine; np=none"])
    #expect(walk.organizationalDomain.description == "example.org")
    #expect(walk.policy(exists: true) == .quarantine)
    #expect(walk.policy(exists: false) == DMARCRecord.Policy.none)
  }

  @Test func `prefers the domain's own record for the policy, the topmost for the organisation`() async throws {
    let walk = try await walk(
      "mail.example.org", ["mail.example.org": "v=DMARC1; p=none", "example.org": "v=DMARC1; p=reject"])
    #expect(walk.policy(exists: true) == DMARCRecord.Policy.none)
    #expect(walk.organizationalDomain.description == "example.org")
  }

  @Test func `stops at psd=n, which makes an organisation of its own`() async throws {
    let walk = try await walk(
      "a.branch.example.org", ["branch.example.org": "v=DMARC1; p=none; psd=n", "example.org": "v=DMARC1; p=reject"])
    #expect(walk.organizationalDomain.description == "branch.example.org")
    #expect(walk.policy(exists: true) == DMARCRecord.Policy.none)
  }

  @Test func `puts the organisation one label below psd=y`() async throws {
    let walk = try await walk("mail.giant.bank.example", ["bank.example": "v=DMARC1; p=reject; psd=y"])
    #expect(walk.organizationalDomain.description == "giant.bank.example")
    #expect(walk.policy(exists: true) == .reject)
    #expect(
      try await self.walk("bank.example", ["bank.example": "v=DMARC1; p=reject; psd=y"]).organizationalDomain
        .description == "bank.example")
  }

  @Test func `asks at most eight times, whatever the name's length`() async throws {
    let start = "a.b.c.d.e.f.g.h.i.j.mail.example.org"
    let top = try await walk(start, ["example.org": "v=DMARC1; p=reject"])
    #expect(top.organizationalDomain.description == "example.org")
    // Its record is jumped over: only names of seven labels and less are asked after the first.
    let between = try await walk(start, ["c.d.e.f.g.h.i.j.mail.example.org": "v=DMARC1; p=reject"])
    #expect(between.deciding == nil)
  }

  @Test func `applies a policy in test one step milder`() async throws {
    let walk = try await walk("example.org", ["example.org": "v=DMARC1; p=reject; t=y"])
    #expect(walk.policy(exists: true) == .quarantine)
  }

  @Test func `takes several records for none, and says so`() async throws {
    var zone = ZoneData()
    let name = try #require(DomainName("_dmarc.example.org"))
    for policy in ["none", "reject"] { zone.add(name, .txt, .txt(Array("v=DMARC1; p=\(policy)".utf8))) }
    let walk = await DMARCTreeWalk(from: try #require(DomainName("example.org")), in: zone)
    #expect(walk.deciding == nil && walk.doubled.map(\.description) == ["example.org"])
  }

  @Test func `does not guess when the DNS is silent`() async throws {
    var zone = ZoneData()
    zone.silence(try #require(DomainName("_dmarc.example.org")))
    let walk = await DMARCTreeWalk(from: try #require(DomainName("example.org")), in: zone)
    #expect(walk.failure == .timedOut(seconds: 5))
  }

  @Test(arguments: [
    ("example.org", "bounce.example.org", false, true), ("example.org", "bounce.example.org", true, false),
    ("news.example.org", "bounce.example.org", false, true), ("example.org", "example.net", false, false),
    ("example.org", "example.org", true, true),
  ])
  func `aligns domains of one organisation`(from: String, other: String, isStrict: Bool, isAligned: Bool) async throws {
    let zone = try zone(["example.org": "v=DMARC1; p=reject", "example.net": "v=DMARC1; p=none"])
    let from = try #require(DomainName(from))
    let alignment = DMARCAlignment(from: from, walk: await DMARCTreeWalk(from: from, in: zone))
    let other = try #require(DomainName(other))
    #expect(await alignment.holds(for: other, isStrict: isStrict, in: zone) == isAligned)
  }
}
