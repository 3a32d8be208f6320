import Diagnosis
import Foundation
import Reporting
import Testing

@testable import HostEvidence

@Suite(.enabled(if: NameServer.isInstalled, NameServer.absence), .timeLimit(.minutes(10)))
struct `A check of the sending host` {
  @Test func `gives a good host all 10 points`() async throws {
    let report = try await SendingServer().report()
    #expect(report.tenths == 100, "\(report.faults)")
    #expect(report.faults.isEmpty, "\(report.faults)")
    #expect(report.helo == "mail.example.org" && report.domains == ["example.org"])
    #expect(report.addresses.map(\.text) == [SendingServer.four, SendingServer.six])
    for topic in CheckTopic.allCases where ![.mtaSTS, .dane].contains(topic) {
      #expect(!report.findings(topic).isEmpty, "\(topic) was not looked at")
    }
    for finding in report.findings {
      #expect(!finding.seen.french.isEmpty && finding.why == nil && finding.fix.isEmpty)
    }
  }

  @Test func `tells how OpenDKIM comes to sign where its configuration names no table`() async throws {
    let server = try SendingServer()
    try server.folder.write("/etc/opendkim.conf", "Socket inet:8891@127.0.0.1\n")
    let first = try #require(try await server.report().findings(.dkim).first)
    #expect(first.verdict == .bad)
    let commands = first.fix.flatMap(\.commands)
    #expect(
      commands.contains {
        $0.contains("'Domain example.org' 'Selector mail' 'KeyFile /etc/dkimkeys/example.org-mail.private' >>")
      }, "\(commands)")
    #expect(first.fix.allSatisfy { !$0.commands.isEmpty || $0.file != nil })
    try server.folder.write(
      "/etc/opendkim.conf", "Domain example.net\nSelector mail\nKeyFile /etc/mail.private\nSocket inet:8891@127.0.0.1\n"
    )
    var request = CheckRequest()
    request.domains = ["example.org"]
    let second = try #require(try await server.report(request).findings(.dkim).first)
    #expect(second.fix.first?.file?.line == "Domain example.net,example.org")
  }

  @Test func `says how many domains it leaves out, and looks at an address once`() async throws {
    var request = CheckRequest()
    request.domains = (1...53).map { "d\($0).example.org" }
    request.addresses = [SendingServer.four, SendingServer.four]
    let report = try await SendingServer().report(request)
    #expect(report.addresses.count == 1 && report.domains.count == 50)
    #expect(report.findings(.spf).contains { $0.verdict == .unknown && $0.seen.english.hasPrefix("3 more domains") })
  }

  @Test func `tells what to ask the provider for when an IPv6 address has no PTR`() async throws {
    let server = try SendingServer()
    server.zones["8.b.d.0.1.0.0.2.ip6.arpa"] = ""
    let report = try await server.report()
    #expect(report.tenths == 80)
    let findings = report.findings(.reverseName)
    #expect(findings.map(\.verdict) == [.good, .bad])
    let finding = try #require(findings.last)
    let pointer = try #require(finding.fix.first?.dns.first)
    #expect(pointer.name == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")
    #expect(pointer.type == "PTR" && pointer.value == "mail.example.org.")
    let workaround = try #require(finding.fix.last)
    #expect(workaround.commands.contains("postconf -P 'smtp/unix/inet_protocols=ipv4'"))
    #expect(workaround.text.english.contains("costs") && workaround.text.french.contains("perdez"))
    // The provider's zone is not the admin's: BIND must not read the PTR.
    let zone = ZoneReport(language: .english).text(report)
    #expect(zone.split(separator: "\n").filter { $0.contains(" IN PTR ") }.allSatisfy { $0.hasPrefix(";") })
    #expect(zone.contains("; \(pointer.name) IN PTR mail.example.org."))
  }

  @Test(
    arguments: [
      (
        "v=spf1 ip4:192.0.2.1 mx -all", "no spf here", [CheckFinding.Verdict.bad, .bad],
        "v=spf1 mx ip4:192.0.2.1 ip6:2001:db8::1 ~all"
      ),
      (
        "v=spf1 ip4:192.0.2.1 mx -all", "v=spf1 ip4:192.0.2.1 ~all", [.good, .bad],
        "v=spf1 ip6:2001:db8::1 ip4:192.0.2.1 ~all"
      ),
      (
        "v=spf1 ip4:192.0.2.1 mx -all", "v=spf1 ip4:192.0.2.1 ?all", [.good, .warning],
        "v=spf1 ip6:2001:db8::1 ip4:192.0.2.1 ?all"
      ),
      ("v=spf1 ip4:192.0.2.1 mx -all", "v=spf1 ipv4:192.0.2.1 -all", [.bad, .bad], nil),
      ("v=spf1 ip4:192.0.2.1 mx -all", "v=spf1 mx +all", [.warning, .warning], "v=spf1 mx ~all"),
    ] as [(String, String, [CheckFinding.Verdict], String?)])
  func `writes the SPF record that is missing`(
    old: String, new: String, verdicts: [CheckFinding.Verdict], proposal: String?
  ) async throws {
    let server = try SendingServer()
    try server.replace(old, with: new, in: "example.org")
    let findings = try await server.report().findings(.spf)
    #expect(findings.map(\.verdict) == verdicts, "\(findings.map(\.seen.english))")
    #expect(findings.last?.records.first?.value == proposal)
    #expect(findings.last?.why != nil)
    // The zone has one record of the name: the one to publish, never the old one beside it.
    #expect(findings.flatMap(\.records).allSatisfy { $0.value == proposal })
  }

  @Test func `prints the key that belongs into the DNS when another one is there`() async throws {
    let server = try SendingServer()
    try server.replace(ZoneText.strings(server.record), with: ZoneText.strings(server.otherRecord), in: "example.org")
    let report = try await server.report()
    let finding = try #require(report.findings(.dkim).first)
    #expect(finding.verdict == .bad && finding.seen.english.contains("does not belong to the private key"))
    #expect(finding.fix.first?.dns.first?.value == server.record)
    #expect(report.tenths == 85)
  }

  @Test(arguments: [
    ("news.example.org", "", CheckFinding.Verdict.good),
    ("news.example.org", "; adkim=s", .bad),
    ("example.net", "", .bad),
  ])
  func `follows the signing table to another domain's key, and asks whether it counts`(
    domain: String, tag: String, verdict: CheckFinding.Verdict
  ) async throws {
    let server = try SendingServer()
    try server.replace("p=reject;", with: "p=reject\(tag);", in: "example.org")
    server.zones["net"] = ""
    server.zones["example.net"] = "_dmarc TXT \"v=DMARC1; p=none\""
    try server.folder.write("/etc/signingtable", "*@\(domain) main\n")
    var request = CheckRequest()
    request.domains = [domain]
    let report = try await server.report(request)
    #expect(report.findings(.dkim).map(\.verdict) == [.good], "\(report.faults)")
    #expect(report.findings(.dkim).first?.subject == "mail._domainkey.example.org")
    #expect(report.findings(.dmarc).first?.verdict == verdict, "\(report.faults)")
  }

  @Test func `says what to write when OpenDKIM has no line or no key for a domain`() async throws {
    let server = try SendingServer()
    try server.folder.write("/etc/signingtable", "*@other.example main\n")
    var request = CheckRequest()
    request.domains = ["example.org", "mail.example.org"]
    let findings = try await server.report(request).findings(.dkim)
    #expect(findings.map(\.verdict) == [.good, .bad, .bad])
    #expect(findings[1].fix.first?.file?.line == "*@example.org main")
    #expect(
      findings[2].fix.compactMap(\.file).map(\.line) == [
        "mail._domainkey.mail.example.org mail.example.org:mail:/etc/dkimkeys/mail.example.org-mail.private",
        "*@mail.example.org mail._domainkey.mail.example.org",
      ])
    #expect(findings[2].seen.english.contains("no key of mail.example.org"))
  }

  @Test func `finds the certificate behind the key in smtpd_tls_chain_files`() async throws {
    let server = try SendingServer()
    try server.change(
      "smtpd_tls_cert_file = /etc/cert.pem", to: "smtpd_tls_chain_files = /etc/key.pem, /etc/cert.pem",
      in: "/etc/postfix/main.cf")
    let findings = try await server.report().findings(.certificate)
    #expect(findings.map(\.verdict) == [.good] && findings.first?.subject == "/etc/cert.pem")
  }

  @Test func `asks for a DMARC record where there is none`() async throws {
    let server = try SendingServer()
    try server.replace("_dmarc TXT", with: "_nodmarc TXT", in: "example.org")
    let report = try await server.report()
    let finding = try #require(report.findings(.dmarc).first)
    #expect(finding.verdict == .bad && report.tenths == 90)
    #expect(finding.fix.first?.dns.first?.name == "_dmarc.example.org.")
  }

  @Test func `names the list that has the address, and does not count one that does not answer`() async throws {
    let server = try SendingServer()
    let list = try #require(server.zones[SendingServer.blockList])
    server.zones[SendingServer.blockList] = list + "\n1.2.0.192 A 127.0.0.3\n1.2.0.192 TXT \"listed, see example.org\""
    let listed = try await server.report()
    #expect(listed.findings(.blockList).map(\.verdict) == [.bad, .good])
    #expect(listed.tenths == 85)
    server.zones[SendingServer.blockList] = "* A 127.255.255.254"
    let blocked = try await server.report()
    #expect(blocked.findings(.blockList).map(\.verdict) == [.unknown, .unknown])
    #expect(blocked.tenths == 100)
  }

  @Test func `sees what is wrong on the machine itself`() async throws {
    let server = try SendingServer()
    try server.change(
      "smtp_tls_security_level = may\nsmtpd", to: "smtp_tls_security_level =\nsmtpd", in: "/etc/postfix/main.cf")
    try server.change("RequireSafeKeys no", to: "RequireSafeKeys yes", in: "/etc/opendkim.conf")
    try server.change("0100007F:22BB", to: "0100007F:22BC", in: "/proc/net/tcp")
    try SendingServer.certificate(server.folder, days: "5")
    let report = try await server.report()
    #expect(report.findings(.sendingTLS).map(\.verdict) == [.bad])
    #expect(report.findings(.keySafety).first?.fix.first?.commands.first?.hasPrefix("chmod") == true)
    #expect(report.findings(.milter).first?.fix.first?.commands.first == "systemctl restart opendkim")
    #expect(report.findings(.certificate).map(\.verdict) == [.warning])
    for finding in report.findings where finding.verdict == .bad || finding.verdict == .warning {
      #expect(finding.why != nil && !finding.fix.isEmpty, "\(finding.topic)")
      for words in [finding.why].compactMap({ $0 }) + finding.fix.map(\.text) {
        #expect(!words.french.isEmpty && words.french != words.english)
      }
    }
  }

  @Test func `says what could not be seen, and counts it neither way`() async throws {
    let server = try SendingServer()
    server.zones["2.0.192.in-addr.arpa"] = nil
    try FileManager.default.removeItem(atPath: server.folder.path + "/etc/mail.private")
    try FileManager.default.removeItem(atPath: server.folder.path + "/etc/postfix/main.cf")
    var request = CheckRequest()
    request.domains = ["example.org"]
    let report = try await server.report(request)
    #expect(report.findings(.reverseName).map(\.verdict) == [.unknown])
    #expect(report.findings(.sendingTLS).first?.seen.english.contains("main.cf does not exist") == true)
    #expect(report.findings(.dkim).first?.verdict == .unknown)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(CheckJSONReport(language: .english).text(report))) as? [String: Any])
    #expect(json["helo"] is NSNull && (json["addresses"] as? [String]) == [])
  }

  @Test func `is read back from its zone lines: once published, all is well`() async throws {
    let server = try SendingServer()
    server.zones["example.org"] = "@ MX 10 mail"
    server.zones["8.b.d.0.1.0.0.2.ip6.arpa"] = ""
    let before = try await server.report()
    #expect(before.findings.filter { $0.verdict == .bad }.count >= 5)
    let zone = ZoneReport(language: .french).text(before)
    server.zones["example.org"] = "@ MX 10 mail\n" + zone
    server.zones["8.b.d.0.1.0.0.2.ip6.arpa"] = zone.split(separator: "\n").filter { $0.hasPrefix("; 1.0.0") }
      .map { $0.dropFirst(2) }.joined(separator: "\n")
    let after = try await server.report()
    #expect(after.tenths == 100, "\(after.faults)\n\(zone)")
  }

  @Test func `is one JSON object with the score and every finding`() async throws {
    let server = try SendingServer()
    try server.replace("_dmarc TXT", with: "_nodmarc TXT", in: "example.org")
    let report = try await server.report()
    for language in Language.allCases {
      let text = CheckJSONReport(language: language).text(report)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
      #expect(json["version"] as? Int == 1 && json["score"] as? Double == 9)
      let findings = try #require(json["findings"] as? [[String: Any]])
      #expect(findings.count == report.findings.count)
      let dmarc = try #require(findings.first { $0["id"] as? String == "dmarc" })
      #expect(dmarc["verdict"] as? String == "bad" && (dmarc["fix"] as? [[String: Any]])?.count == 1)
    }
  }

  @Test func `fits a terminal of 80 columns, but for what is to be copied`() async throws {
    let server = try SendingServer()
    server.zones["8.b.d.0.1.0.0.2.ip6.arpa"] = ""
    let report = try await server.report()
    for (language, score) in [(Language.english, "Score: 8 out of 10"), (.french, "Note : 8 sur 10")] {
      let terminal = Terminal(width: 80, hasColour: false)
      let text = CheckTextReport(language: language, terminal: terminal).text(report)
      // A word is never broken, nor a command, which stands deep in the line.
      let words = ["ip6.arpa", server.folder.path]
      let lines = text.split(separator: "\n").filter { line in
        !line.hasPrefix(String(repeating: " ", count: 17)) && !words.contains { line.contains($0) }
      }
      #expect(lines.filter { $0.count > 80 }.isEmpty)
      #expect(text.contains(score), "\(text)")
      #expect(!text.contains("\u{1B}"))
    }
  }
}
