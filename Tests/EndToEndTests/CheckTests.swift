import Foundation
import Testing

/// Nothing answers on this port of loopback, so all that the DNS would have to tell is unknown, and no question leaves.
private let silent = ["--dns", "127.0.0.1@9"]

@Suite struct `maillogd check` {
  @Test func `says of every look why it could not be made when the DNS is silent`() throws {
    let outcome = try Maillogd.run(
      ["check", "--elsewhere", "--lang", "en", "--address", "2001:db8::25", "--helo", "mail.example.org"] + silent + [
        "--selector", "mail", "--format", "json", "--fail-on", "warning", "example.org",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let json = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(json["score"] is NSNull && json["helo"] as? String == "mail.example.org")
    let findings = try #require(json["findings"] as? [[String: Any]])
    #expect(findings.count == 7 && findings.allSatisfy { $0["verdict"] as? String == "unknown" })
    #expect(findings.allSatisfy { ($0["seen"] as? String)?.isEmpty == false })
  }

  @Test func `says what to name when it is told of no address and no domain`() throws {
    let outcome = try Maillogd.run(["check", "--elsewhere", "--lang", "fr"] + silent)
    #expect(outcome.status == 0)
    #expect(outcome.flowing.contains("--address") && outcome.flowing.contains("maillogd check DOMAINE"))
    #expect(outcome.flowing.contains("Pas de note"))
  }

  @Test(arguments: [
    (["--address", "192.0.2.300", "example.org"], "--address 192.0.2.300 is no IP address"),
    (["exa mple.org"], "'exa mple.org' is no name of the DNS"),
    (["--selector", "a..b", "example.org"], "'a..b' is no name of the DNS"),
    (["--zone", "--format", "json", "example.org"], "--zone is a format of its own"),
    (["--dns", "elsewhere", "example.org"], "--dns elsewhere"),
  ])
  func `refuses what makes no sense, before it asks anybody`(arguments: [String], words: String) throws {
    let outcome = try Maillogd.run(["check"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
