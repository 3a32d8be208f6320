import Foundation
import Testing

@Suite struct `The sample log` {
  static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../samples/mail.log").standardized.path

  @Test func `has four problems, each with its right cause`() throws {
    let report = try Maillogd.scan(Self.path)
    let raised = report.incidents.filter(\.isRaised)
    #expect(
      raised.map(\.rule) == [
        "postfix.milter.connection-refused", "gmail.ipv6-ptr", "postfix.smtp.certificate-not-verified",
        "dovecot.lmtp.quota-exceeded",
      ])
    #expect(raised.map { $0.causes.first?.id } == ["other-address-family", "no-ptr", "expired", "mailbox-full"])
    #expect(report.unexplained == [])
    #expect(report.inputs.map(\.unparsed) == [0])
  }

  @Test func `passes greylisting, guessed passwords and scanners by as harmless`() throws {
    let harmless = try Maillogd.scan(Self.path).incidents.filter { !$0.isRaised }.map(\.rule)
    #expect(harmless.contains("remote.greylisted"))
    #expect(harmless.contains("postfix.smtpd.sasl.password-wrong"))
    #expect(harmless.contains("postfix.smtpd.relay-access-denied"))
  }

  @Test func `is reported as the README shows it`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let block = try #require(readme.split(separator: "```text\n").dropFirst().first?.split(separator: "```").first)
    let report = try Maillogd.shell("cd '\(root.path)' && \"$maillogd\" scan --lang en samples/mail.log").text
    // A line with nothing but "…" stands for what is left out.
    let parts = block.split(separator: "\n\n…\n\n")
    #expect(parts.count == 2)
    for part in parts { #expect(report.contains(part), "the README shows something else:\n\(report)") }
  }
}
