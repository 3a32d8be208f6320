import Diagnosis
import Foundation
import HostEvidence
import Testing

private let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]

@Suite(.enabled(if: OpenDKIMTools.isInstalled, OpenDKIMTools.absence), .timeLimit(.minutes(5)))
struct `A published DKIM key` {
  private struct Case {
    let selector: String
    let record: String
    var key: String
    let finding: DKIMKeyCheck.Finding
    /// Whether opendkim-testkey is content with it.
    let testkey: Bool
  }

  @Test func `is judged as opendkim-testkey does, and more strictly where the RFC is`() async throws {
    let tools = try OpenDKIMTools()
    let own = try tools.key("own.pem", rsa)
    let short = try tools.key("short.pem", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"])
    let edwards = try tools.key("ed.pem", ["-algorithm", "ed25519"])
    let key = try DKIMPublicKey(ofPrivateKeyAt: own)
    let other = try DKIMPublicKey(ofPrivateKeyAt: try tools.key("other.pem", rsa))
    let record = key.record
    let p = try #require(record.split(separator: " ").last.map(String.init))
    let cases: [Case] = [
      Case(selector: "good", record: record, key: own, finding: .good, testkey: true),
      Case(selector: "bare", record: p, key: own, finding: .good, testkey: true),
      Case(
        selector: "spaced", record: "v=DKIM1; \(p.prefix(90)) \(p.dropFirst(90))", key: own, finding: .good,
        testkey: true),
      Case(selector: "testing", record: "v=DKIM1; t=y:s; \(p)", key: own, finding: .good, testkey: true),
      Case(
        selector: "mail", record: "v=DKIM1; s=email; n=note; x=unknown; \(p)", key: own, finding: .good, testkey: true),
      Case(selector: "mismatch", record: other.record, key: own, finding: .mismatch, testkey: false),
      Case(selector: "revoked", record: "v=DKIM1; p=", key: own, finding: .unusable(.revoked), testkey: false),
      Case(selector: "keyless", record: "v=DKIM1; k=rsa", key: own, finding: .unusable(.noKey), testkey: false),
      Case(
        selector: "alphabet", record: "v=DKIM1; p=!!\(p.dropFirst(4))", key: own, finding: .unusable(.notBase64),
        testkey: false),
      Case(
        selector: "cut", record: "v=DKIM1; \(p.prefix(202))", key: own, finding: .unusable(.keyData("rsa")),
        testkey: false),
      Case(
        selector: "dsa", record: "v=DKIM1; k=dsa; \(p)", key: own, finding: .unusable(.algorithm("dsa")), testkey: false
      ),
      Case(
        selector: "service", record: "v=DKIM1; s=other; \(p)", key: own, finding: .unusable(.notForMail), testkey: false
      ),
      Case(
        selector: "version", record: "v=DKIM2; \(p)", key: own, finding: .unusable(.version("DKIM2")), testkey: false),
      Case(
        selector: "garbage", record: "hello world", key: own, finding: .unusable(.notATag("hello world")),
        testkey: false),
      Case(selector: "absent", record: "", key: own, finding: .missing, testkey: false),
      // Here opendkim-testkey looks less closely: receivers that follow the RFCs reject these keys.
      Case(
        selector: "wrongtype", record: "v=DKIM1; k=ed25519; \(p)", key: own, finding: .unusable(.keyData("ed25519")),
        testkey: true),
      Case(
        selector: "sha1", record: "v=DKIM1; h=sha1; \(p)", key: own, finding: .unusable(.noUsableHash("sha1")),
        testkey: true),
      Case(selector: "last", record: "\(p); v=DKIM1", key: own, finding: .unusable(.version("DKIM1")), testkey: true),
      Case(selector: "double", record: "v=DKIM1; \(p); \(p)", key: own, finding: .unusable(.twice("p")), testkey: true),
      Case(
        selector: "short", record: try DKIMPublicKey(ofPrivateKeyAt: short).record, key: short,
        finding: .tooShort(bits: 512), testkey: true),
      // Debian's opendkim-testkey knows RSA only.
      Case(
        selector: "edwards", record: try DKIMPublicKey(ofPrivateKeyAt: edwards).record, key: edwards, finding: .good,
        testkey: false),
    ]
    let lines = cases.filter { !$0.record.isEmpty }.map {
      "\($0.selector)._domainkey TXT \(ZoneText.strings($0.record))"
    }
    let server = try NameServer(["example.org": lines.joined(separator: "\n")])
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: 20)
    let domain = try #require(DomainName("example.org"))
    for example in cases {
      let check = await DKIMKeyCheck.look(
        at: example.selector, of: domain, key: try DKIMPublicKey(ofPrivateKeyAt: example.key), in: resolver)
      #expect(check.finding == example.finding, "\(example.selector)")
      let theirs = try tools.verdict(selector: example.selector, key: example.key, server: server)
      #expect((theirs.status == 0) == example.testkey, "\(example.selector): \(theirs.output)")
    }
  }

  @Test func `may be one of several, which is a fault`() async throws {
    let tools = try OpenDKIMTools()
    let path = try tools.key("own.pem", rsa)
    let key = try DKIMPublicKey(ofPrivateKeyAt: path)
    let line = "two._domainkey TXT \(ZoneText.strings(key.record))\n"
    let server = try NameServer(["example.org": line + "two._domainkey TXT \"v=DKIM1; p=\"\n"])
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: 20)
    let domain = try #require(DomainName("example.org"))
    let check = await DKIMKeyCheck.look(at: "two", of: domain, key: key, in: resolver)
    #expect(check.finding == .severalRecords(2))
    #expect(try tools.verdict(selector: "two", key: path, server: server).status != 0)
  }

  @Test func `in a zone file is cut into strings of at most 255 bytes`() throws {
    let tools = try OpenDKIMTools()
    let options = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"]
    let record = try DKIMPublicKey(ofPrivateKeyAt: try tools.key("long.pem", options)).record
    let strings = ZoneText.strings(record).split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map(
      \.element)
    #expect(strings.count == 3 && strings.allSatisfy { $0.utf8.count <= 255 })
    #expect(strings.joined() == record)
  }

  @Test func `of another algorithm than the private key says so`() async throws {
    let tools = try OpenDKIMTools()
    let edwards = try DKIMPublicKey(ofPrivateKeyAt: try tools.key("ed.pem", ["-algorithm", "ed25519"]))
    let zone = ZoneData([("s._domainkey.example.org", .txt, .txt(Array(edwards.record.utf8)))])
    let key = try DKIMPublicKey(ofPrivateKeyAt: try tools.key("own.pem", rsa))
    let domain = try #require(DomainName("example.org"))
    let check = await DKIMKeyCheck.look(at: "s", of: domain, key: key, in: zone)
    #expect(check.finding == .otherAlgorithm(published: .ed25519, signing: .rsa))
  }
}

@Suite struct `A private key file` {
  @Test func `that is none is told from one with a passphrase, without asking anybody`() throws {
    let tools = try OpenDKIMTools()
    let locked = try tools.key("locked.pem", rsa + ["-aes256", "-pass", "pass:secret"])
    #expect(throws: DKIMKeyFileProblem.encrypted) { try DKIMPublicKey(ofPrivateKeyAt: locked) }
    let curve = try tools.key("ec.pem", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    #expect(throws: DKIMKeyFileProblem.otherAlgorithm) { try DKIMPublicKey(ofPrivateKeyAt: curve) }
    #expect(throws: DKIMKeyFileProblem.noPrivateKey) { try DKIMPublicKey(ofPrivateKey: Array("nonsense".utf8)) }
    #expect(throws: DKIMKeyFileProblem.noPrivateKey) { try DKIMPublicKey(ofPrivateKey: []) }
    #expect(throws: DKIMKeyFileProblem.unreadable("/nowhere")) { try DKIMPublicKey(ofPrivateKeyAt: "/nowhere") }
  }
}
