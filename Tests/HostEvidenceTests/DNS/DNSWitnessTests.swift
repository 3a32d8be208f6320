import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

/// One zone for each state that a server can be in.
private let zones = [
  "example.org": """
  @ MX 10 mail
  @ TXT "v=spf1 mx -all"
  mail A 192.0.2.1
  mail AAAA 2001:db8::1
  soft TXT "v=spf1 ip4:192.0.2.77 ~all"
  broken TXT "v=spf1 ipv4:192.0.2.1 -all"
  many TXT "v=spf1 a:a1.example.org a:a2.example.org a:a3.example.org a:a4.example.org a:a5.example.org a:a6.example.org a:a7.example.org a:a8.example.org a:a9.example.org a:a10.example.org a:a11.example.org -all"
  void TXT "v=spf1 a:no1.example.org a:no2.example.org a:no3.example.org -all"
  silent MX 0 .
  lost MX 10 nowhere
  address A 192.0.2.9
  loop CNAME pool
  pool CNAME loop
  _dmarc TXT "v=DMARC1; p=reject; aspf=s"
  _dmarc.relaxed TXT "v=DMARC1; p=none; psd=n"
  outside MX 10 mail.outside
  mail.outside A 203.0.113.5
  foreign CNAME host.example.com.
  """
    + "\n" + (1...11).map { "a\($0) A 198.51.100.\($0)" }.joined(separator: "\n"),
  "2.0.192.in-addr.arpa": """
  1 PTR mail.example.org.
  2 PTR other.example.org.
  3 PTR mail.example.org.
  4 PTR ip-192-0-2-4.pool.example.net.
  """,
  "8.b.d.0.1.0.0.2.ip6.arpa": "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mail.example.org.",
  "dnsbl.test.example": """
  2.0.0.127 A 127.0.0.2
  9.2.0.192 A 127.0.0.4
  9.2.0.192 TXT "see https://example.org/9"
  """,
  "everything.example": "* A 127.0.0.2",
  "parked.example": "* A 203.0.113.80",
  "empty.example": "unused A 127.0.0.2",
  "blocked.example": "* A 127.255.255.254",
]

@Suite(.enabled(if: NameServer.isInstalled, NameServer.absence), .timeLimit(.minutes(5)))
struct `The dns checks of rules` {
  private let server: NameServer
  private let witness: DNSWitness

  init() throws {
    server = try NameServer(zones)
    witness = try Self.witness(server, own: ["203.0.113.5"], machine: Machine(root: "/nonexistent"))
  }

  private static func witness(_ server: NameServer, own: [String], machine: Machine) throws -> DNSWitness {
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: 60)
    let interfaces = own.compactMap { IPAddress($0) }.map {
      OwnAddresses.Interface(name: "eth0", address: $0, prefix: 24)
    }
    return DNSWitness(
      world: resolver, host: resolver, hostServers: [server.address], machine: machine,
      ownAddresses: OwnAddresses(interfaces), seconds: 60, patience: 280)
  }

  private func look(_ parameters: [String: String], by other: DNSWitness? = nil) async -> Observation {
    await (other ?? witness).look(MachineCheck(name: "dns", parameters: parameters.mapValues { [$0] }))
  }

  @Test(
    arguments: [
      // Reverse names: a good host, none, one that leads elsewhere, one without address, a pool's.
      (["fcrdns": "192.0.2.1", "is": "pass"], Observation.Verdict.holds, "192.0.2.1 is mail.example.org"),
      (["fcrdns": "2001:db8::1", "is": "pass"], .holds, "mail.example.org is 2001:db8::1"),
      (["fcrdns": "192.0.2.1", "is": "fail"], .fails, "mail.example.org"),
      (["fcrdns": "192.0.2.9", "is": "fail"], .holds, "no PTR record (9.2.0.192.in-addr.arpa)"),
      (["fcrdns": "192.0.2.3", "is": "fail"], .holds, "mail.example.org is 192.0.2.1"),
      (["fcrdns": "192.0.2.2", "is": "fail"], .holds, "other.example.org has no A record"),
      (["fcrdns": "this-machine", "is": "fail"], .holds, "SERVFAIL"),
      (["ptr": "192.0.2.9", "is": "missing"], .holds, "no PTR record"),
      (["ptr": "192.0.2.1", "is": "found"], .holds, "mail"),
      (["ptr": "192.0.2.4", "is": "generic"], .holds, "ip-192-0-2-4"),
      (["ptr": "192.0.2.1", "is": "generic"], .fails, ""),
      (["ptr": "nonsense", "is": "missing"], .unknown, "no IP address"),
      // SPF.
      (["spf": "192.0.2.1", "domain": "example.org", "is": "pass"], .holds, "'mx' in the record of example.org"),
      (["spf": "192.0.2.2", "domain": "example.org", "is": "not-pass"], .holds, "SPF fail for 192.0.2.2: '-all'"),
      (["spf": "192.0.2.2", "domain": "soft.example.org", "is": "softfail"], .holds, "'~all'"),
      (
        ["spf": "192.0.2.1", "domain": "broken.example.org", "is": "permerror"], .holds, "a mistake in 'ipv4:192.0.2.1'"
      ),
      (["spf": "192.0.2.1", "domain": "many.example.org", "is": "permerror"], .holds, "'a:a11.example.org'"),
      (["spf": "192.0.2.1", "domain": "void.example.org", "is": "permerror"], .holds, "'a:no3.example.org'"),
      (["spf": "192.0.2.1", "domain": "mail.example.org", "is": "none"], .holds, "has no SPF record"),
      (["spf": "192.0.2.1", "domain": "example.com", "is": "not-pass"], .unknown, "SERVFAIL"),
      // Block lists.
      (["dnsbl": "192.0.2.9", "zone": "dnsbl.test.example", "is": "listed"], .holds, "see https://example.org/9"),
      (
        ["dnsbl": "192.0.2.9", "zone": "dnsbl.test.example", "answer": "127.0.0.3", "is": "listed"], .fails, "127.0.0.4"
      ),
      (["dnsbl": "192.0.2.1", "zone": "dnsbl.test.example", "is": "listed"], .fails, "does not list"),
      (["dnsbl": "192.0.2.1", "zone": "everything.example", "is": "listed"], .unknown, "lists every address"),
      (["dnsbl": "192.0.2.1", "zone": "everything.example", "is": "dead"], .holds, "lists every address"),
      (["dnsbl": "192.0.2.1", "zone": "parked.example", "is": "dead"], .holds, "lists every address"),
      (["dnsbl": "192.0.2.1", "zone": "empty.example", "is": "dead"], .holds, "its own test entry"),
      (["dnsbl": "192.0.2.1", "zone": "blocked.example", "is": "blocked"], .holds, "127.255.255.254"),
      (["dnsbl": "192.0.2.1", "zone": "blocked.example", "is": "listed"], .unknown, "does not answer this resolver"),
      // Mail servers.
      (["mx": "example.org", "is": "found"], .holds, "mail.example.org [192.0.2.1, 2001:db8::1]"),
      (["mx": "example.org", "includes": "mail.example.org"], .holds, "mail.example.org"),
      (["mx": "example.org", "excludes": "mail.example.org"], .fails, "mail.example.org"),
      (["mx": "silent.example.org", "is": "null"], .holds, "takes no mail"),
      (["mx": "lost.example.org", "is": "unresolvable"], .holds, "nowhere.example.org [-]"),
      (["mx": "example.org", "is": "unresolvable"], .fails, ""),
      (["mx": "no.example.org", "is": "missing"], .holds, "neither"),
      (["mx": "address.example.org", "is": "found"], .holds, "only the address 192.0.2.9"),
      (["mx": "outside.example.org", "is": "this-machine"], .holds, "203.0.113.5"),
      (["mx": "outside.example.org", "is": "behind-nat"], .fails, "this machine itself has 203.0.113.5"),
      // Single records.
      (["record": "mail.example.org", "type": "AAAA", "is": "found"], .holds, "2001:db8::1"),
      (["record": "soft.example.org", "type": "address", "is": "missing"], .holds, "has no A/AAAA record"),
      (["record": "no.example.org", "type": "MX", "is": "missing"], .holds, "NXDOMAIN"),
      (["record": "loop.example.org", "type": "A", "is": "broken"], .holds, "lead in a circle"),
      (["record": "foreign.example.org", "type": "A", "is": "broken"], .holds, "SERVFAIL"),
      (["record": "mail.example.org", "type": "HINFO", "is": "found"], .unknown, "HINFO"),
      // DMARC.
      (["dmarc": "example.org", "is": "reject"], .holds, "p=reject"),
      (["dmarc": "example.org", "authenticated": "bounce.example.org", "is": "not-aligned"], .holds, "aspf=s"),
      (["dmarc": "relaxed.example.org", "authenticated": "a.relaxed.example.org", "is": "aligned"], .holds, "relaxed"),
      (["dmarc": "example.com", "is": "missing"], .unknown, "SERVFAIL"),
      // The resolver.
      (["resolver": "host", "is": "failing"], .holds, "RCODE 5"),
    ] as [([String: String], Observation.Verdict, String)])
  func `tell what a real name server says`(check: [String: String], verdict: Observation.Verdict, words: String) async {
    let seen = await look(check)
    #expect(seen.verdict == verdict, "\(seen.found.english)")
    #expect(words.isEmpty || seen.found.english.contains(words), "\(seen.found.english)")
    #expect(!seen.found.french.isEmpty && seen.found.french != seen.found.english)
  }

  @Test func `see that a machine behind NAT is not the one in the MX record`() async throws {
    let inside = try Self.witness(server, own: ["192.168.1.5"], machine: Machine(root: "/nonexistent"))
    let seen = await look(["mx": "outside.example.org", "is": "behind-nat"], by: inside)
    #expect(seen.verdict == .holds && seen.facts["outer"] == "203.0.113.5")
    #expect(await look(["fcrdns": "this-machine", "is": "fail"], by: inside).verdict == .unknown)
  }

  @Test func `compare the key that OpenDKIM signs with`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "maillogd-root-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "etc"), withIntermediateDirectories: true)
    let tools = try OpenDKIMTools()
    let key = try tools.key("own.pem", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    let other = try tools.key("other.pem", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    try FileManager.default.copyItem(atPath: key, toPath: folder.appending(path: "etc/own.pem").path)
    try Data("KeyTable file:/etc/keytable\n".utf8).write(to: folder.appending(path: "etc/opendkim.conf"))
    let table = ["good", "mismatch", "revoked", "missing"].map { "\($0) \($0).example:mail:/etc/own.pem" }
    try Data((table.joined(separator: "\n") + "\nhidden hidden.example:mail:/etc/none.pem\n").utf8)
      .write(to: folder.appending(path: "etc/keytable"))
    let own = ZoneText.strings(try DKIMPublicKey(ofPrivateKeyAt: key).record)
    let dkim = try NameServer([
      "good.example": "mail._domainkey TXT \(own)", "hidden.example": "mail._domainkey TXT \(own)",
      "mismatch.example": "mail._domainkey TXT \(ZoneText.strings(try DKIMPublicKey(ofPrivateKeyAt: other).record))",
      "revoked.example": "mail._domainkey TXT \"v=DKIM1; p=\"", "missing.example": "unused A 192.0.2.1",
    ])
    let witness = try Self.witness(dkim, own: [], machine: Machine(root: folder.path))
    for state in ["good", "mismatch", "revoked", "missing"] {
      let seen = await look(["dkim": "\(state).example", "is": state], by: witness)
      #expect(seen.verdict == .holds && seen.facts["dkim.name"] == "mail._domainkey.\(state).example", "\(seen)")
    }
    #expect(await look(["dkim": "good.example", "is": "mismatch"], by: witness).verdict == .fails)
    #expect(await look(["dkim": "hidden.example", "is": "mismatch"], by: witness).verdict == .unknown)
    #expect(await look(["dkim": "unsigned.example", "is": "mismatch"], by: witness).verdict == .unknown)
  }

  @Test func `compare TLSA records with the certificate`() async throws {
    let tools = try OpenDKIMTools()
    let key = try tools.key("key.pem", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    let path = tools.folder.appending(path: "cert.pem").path
    let made = try OpenDKIMTools.run(
      "/usr/bin/openssl", ["req", "-x509", "-key", key, "-subj", "/CN=mail.example.org", "-days", "2", "-out", path])
    try #require(made.status == 0, "\(made.output)")
    // The digest of the public key, as openssl makes it.
    let digest = try OpenDKIMTools.run(
      "/bin/sh",
      ["-c", "openssl x509 -in \(path) -noout -pubkey | openssl pkey -pubin -outform DER | openssl sha256 -r"])
    let hash = try #require(digest.output.split(separator: " ").first)
    let dane = try NameServer([
      "dane.example": """
      _25._tcp.fits TLSA 3 1 1 \(hash)
      _25._tcp.stale TLSA 3 1 1 \(String(repeating: "ab", count: 32))
      _25._tcp.anchor TLSA 2 1 1 \(String(repeating: "ab", count: 32))
      """
    ])
    let witness = try Self.witness(dane, own: [], machine: .this)
    for (host, verdict) in [("fits", Observation.Verdict.fails), ("stale", .holds), ("anchor", .unknown)] {
      let seen = await look(["tlsa": "\(host).dane.example", "is": "mismatch", "certificate": path], by: witness)
      #expect(seen.verdict == verdict, "\(host): \(seen.found.english)")
    }
    #expect(await look(["tlsa": "none.dane.example", "is": "missing"], by: witness).verdict == .holds)
  }
}

@Suite(.timeLimit(.minutes(5))) struct `When the DNS is silent` {
  @Test(arguments: [
    ["fcrdns": "192.0.2.1", "is": "fail"], ["ptr": "192.0.2.1", "is": "missing"],
    ["spf": "192.0.2.1", "domain": "example.org", "is": "not-pass"],
    ["dkim": "example.org", "selector": "s", "is": "missing"],
    ["dmarc": "example.org", "is": "missing"], ["dnsbl": "192.0.2.1", "zone": "example.org", "is": "dead"],
    ["mx": "example.org", "is": "missing"], ["mx": "example.org", "is": "unresolvable"],
    ["record": "example.org", "type": "A", "is": "broken"], ["tlsa": "example.org", "is": "missing"],
  ])
  func `no cause is proven`(check: [String: String]) async throws {
    let server = try HostileServer { _ in [] }
    let witness = DNSWitness(.servers([server.address]), machine: Machine(root: "/nonexistent"), seconds: 1)
    let seen = await witness.look(MachineCheck(name: "dns", parameters: check.mapValues { [$0] }))
    #expect(seen.verdict == .unknown, "\(seen.found.english)")
  }

  @Test func `the resolver is what is proven to fail`() async throws {
    let server = try HostileServer { _ in [] }
    let seen = await Self.look(server, "failing", seconds: 1)
    #expect(seen.verdict == .holds && seen.found.english.contains("does not answer"), "\(seen.found.english)")
  }

  @Test func `a name server that validates says so, and one that does not`() async throws {
    for (flag, verdict) in [(UInt8(0xA0), Observation.Verdict.fails), (0x80, .holds)] {
      let server = try HostileServer { query in
        var answer = HostileServer.head(of: query, answers: 0)
        answer[3] = flag
        return [answer]
      }
      let seen = await Self.look(server, "not-validating", seconds: 120)
      #expect(seen.verdict == verdict, "\(seen.found.english)")
    }
  }

  /// The machine may be busy with other tests; only the question's own deadline counts here.
  private static func look(_ server: HostileServer, _ state: String, seconds: Int) async -> Observation {
    let nobody = ZoneData()
    let witness = DNSWitness(
      world: nobody, host: nobody, hostServers: [server.address], machine: Machine(root: "/nonexistent"),
      ownAddresses: OwnAddresses([]), seconds: seconds, patience: 280)
    return await witness.look(MachineCheck(name: "dns", parameters: ["resolver": ["host"], "is": [state]]))
  }
}

@Suite struct `A resolver that answers out of its hosts file` {
  @Test func `is noticed, with the line that makes it`() async throws {
    let reverse = "1.2.0.192.in-addr.arpa"
    let here = ZoneData([(reverse, .ptr, .ptr(try #require(DomainName("mail"))))])
    let world = ZoneData([(reverse, .ptr, .ptr(try #require(DomainName("mail.example.org"))))])
    let address = try #require(IPAddress("192.0.2.1"))
    let hosts = HostsFile("127.0.0.1 localhost\n192.0.2.1 mail # me\n")
    let found = await OwnReverseName(of: address, here: here, world: world, hosts: hosts)
    #expect(
      found?.finding
        == .differs(
          here: [try #require(DomainName("mail"))], world: [try #require(DomainName("mail.example.org"))],
          hostsNames: ["mail"]))
    #expect(await OwnReverseName(of: address, here: world, world: world, hosts: hosts)?.finding == .same)
  }
}
