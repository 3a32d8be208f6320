import Diagnosis
import Foundation
import HostEvidence
import Testing
import Yams

/// The openspf.org test suite; the file is not part of the project.
private let suiteFile = URL(filePath: #filePath).deletingLastPathComponent().appending(
  path: "../../../../shared/corpora/rfc7208-tests.yml"
).standardized

@Suite struct `The SPF test suite of openspf` {
  @Test(
    .enabled(if: FileManager.default.isReadableFile(atPath: suiteFile.path), "NOT RUN: \(suiteFile.path) is not here"))
  func `is passed in every case`() async throws {
    var passed = 0
    for document in try Yams.load_all(yaml: String(contentsOf: suiteFile, encoding: .utf8)) {
      let scenario = try #require(document as? [String: Any])
      let zone = try Self.zone(try #require(scenario["zonedata"] as? [String: Any]))
      let evaluator = SPFEvaluator(zone, receiver: "receiver.example", seconds: 1_400_000_000)
      for (name, value) in try #require(scenario["tests"] as? [String: [String: Any]]) {
        let host = value["host"] as? String ?? ""
        let identity = SPFIdentity(
          address: try #require(IPAddress(host)),
          sender: try #require(value["mailfrom"] as? String), helo: try #require(value["helo"] as? String))
        let verdict = await evaluator.check(identity)
        let expected = (value["result"] as? [String]) ?? [value["result"] as? String ?? ""]
        #expect(expected.contains(verdict.result.rawValue), "\(name): \(verdict)")
        var isRight = expected.contains(verdict.result.rawValue)
        if let words = value["explanation"] as? String {
          #expect((verdict.explanation ?? "DEFAULT") == words, "\(name): \(verdict)")
          isRight = isRight && (verdict.explanation ?? "DEFAULT") == words
        }
        passed += isRight ? 1 : 0
      }
    }
    print("openspf test suite: \(passed) of 203 cases")
    #expect(passed == 203)
  }

  private static func zone(_ source: [String: Any]) throws -> ZoneData {
    var zone = ZoneData()
    for (key, value) in source {
      // A name that the DNS cannot hold is in no zone either.
      guard let name = DomainName(key) else { continue }
      zone.touch(name)
      let entries = try #require(value as? [Any])
      let hasText = entries.contains { ($0 as? [String: Any])?.keys.contains("TXT") == true }
      for entry in entries {
        guard let record = entry as? [String: Any] else {
          zone.silence(name)
          continue
        }
        for (type, data) in record where type != "SPF" || !hasText {
          guard data as? String != "NONE" else { continue }
          let type = type == "SPF" ? "TXT" : type
          zone.add(name, try #require(RecordType(name: type)), try Self.data(type, data))
        }
      }
    }
    return zone
  }

  private static func data(_ type: String, _ value: Any) throws -> RecordData {
    let text = value as? String ?? ""
    switch type {
    case "A", "AAAA": return .address(try #require(IPAddress(text)))
    case "TXT": return .txt(((value as? [String]) ?? [text]).flatMap { Array($0.utf8) })
    case "MX":
      let parts = try #require(value as? [Any])
      let host = try #require(parts[1] as? String)
      return .mx(
        preference: UInt16(try #require(parts[0] as? Int)), host: try #require(DomainName(host.isEmpty ? "." : host)))
    case "PTR": return .ptr(try #require(DomainName(text)))
    default: return .cname(try #require(DomainName(text)))
    }
  }
}
