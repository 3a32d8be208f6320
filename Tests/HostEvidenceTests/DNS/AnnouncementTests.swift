import Diagnosis
import RepeatableNumbers
import Testing

@testable import HostEvidence

@Suite struct `What a domain announces` {
  private static func zone(_ texts: [String]) throws -> ZoneData {
    var zone = ZoneData()
    for text in texts { zone.add(try #require(DomainName("_mta-sts.example.org")), .txt, .txt(Array(text.utf8))) }
    return zone
  }

  @Test(arguments: [
    (["v=STSv1; id=20261123"], MTASTSRecord.announced(id: "20261123")), ([], .missing), (["v=spf1 -all"], .missing),
    (["v=STSv1; id=1", "v=STSv1; id=2"], .unusable), (["v=STSv1;"], .unusable), (["v=STSv1; id=a b"], .unusable),
  ])
  func `about MTA-STS is one record with an id`(texts: [String], expected: MTASTSRecord) async throws {
    #expect(await MTASTSRecord.look(at: try #require(DomainName("example.org")), in: try Self.zone(texts)) == expected)
  }

  @Test(arguments: [
    ("mail.example.org", "192.0.2.1", HELOName.Finding.fits), ("localhost", "192.0.2.1", .notAFullName),
    ("none.example.org", "192.0.2.1", .missing), ("[192.0.2.1]", "192.0.2.1", .fits),
    ("[IPv6:2001:db8::1]", "2001:db8::1", .fits), ("mail_1..example.org", "192.0.2.1", .notAFullName),
  ])
  func `as HELO name must belong to the server`(name: String, address: String, expected: HELOName.Finding) async throws
  {
    let own = try #require(IPAddress("192.0.2.1"))
    let zone = ZoneData([("mail.example.org", .a, .address(own))])
    #expect(await HELOName(name, of: try #require(IPAddress(address)), in: zone).finding == expected)
    let other = try #require(IPAddress("192.0.2.2"))
    #expect(await HELOName("mail.example.org", of: other, in: zone).finding == .otherAddresses([own]))
  }
}

@Suite struct `Bytes from strangers` {
  @Test func `are records or none, and never a crash`() {
    var noise = RepeatableNumbers(state: 0x2026_1123)
    var records = 0
    for round in 0..<2_000 {
      // Half of them have small numbers only, which look like lengths.
      let bytes = (0..<Int.random(in: 0...48, using: &noise)).map { _ in
        UInt8.random(in: round % 2 == 0 ? 0...6 : 0...255, using: &noise)
      }
      for type in RecordType.allCases where RecordData(type, wire: bytes) != nil { records += 1 }
      _ = DomainName(bytes: bytes)?.description
      _ = SPFMacroString(bytes, .explanation)?.expanded { [$0] }
      _ = try? SPFRecord(Array("v=spf1 ".utf8) + bytes, domain: "example.org")
      _ = try? DMARCRecord(Array("v=DMARC1; p=none; ".utf8) + bytes)
      _ = try? DKIMKeyRecord(Array("v=DKIM1; p=".utf8) + bytes)
      _ = try? DKIMPublicKey(ofPrivateKey: bytes)
      _ = TLSAMatch(pem: bytes)
      _ = Base64.decode(bytes)
    }
    #expect(records > 100)
  }

  @Test func `of every length come back from base64 as they were`() {
    var noise = RepeatableNumbers(state: 0x2026_1123)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &noise) }
      #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
    }
    #expect(Base64.encode(Array("ab".utf8)) == "YWI=" && Base64.decode("YW=I".utf8) == nil)
  }
}
