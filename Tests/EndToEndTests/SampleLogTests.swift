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
}
