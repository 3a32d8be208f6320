import Foundation
import Testing

@Suite struct `A milter that refuses connections` {
  static let line =
    "Jan 31 22:04:20 smtp postfix/cleanup[13497]: warning: connect to Milter service inet:[::1]:12345: Connection refused"

  @Test func `is explained from its one log line`() throws {
    let run = try Maillogd.run(["explain", "--format", "json", Self.line])
    #expect(run.status == 0)
    let incident = try #require(try run.report().incident("postfix.milter.connection-refused"))
    #expect(incident.captures["milter"] == "inet:[::1]:12345")
    #expect(incident.severity == "critical")
    let cause = try #require(incident.causes.first)
    #expect(cause.id == "other-address-family")
    #expect(cause.fix.contains { $0.files.contains { $0.line == "Socket inet6:12345@[::1]" } })
    #expect(cause.fix.contains { $0.files.contains { $0.path == "/etc/opendkim.conf" } })
  }

  @Test(arguments: [
    "warning: connect to Milter service inet:[::1]:12345: Connection refused",
    "postfix/cleanup[13497]: warning: connect to Milter service inet:[::1]:12345: Connection refused",
    "> Jan 31 22:04:20 smtp postfix/cleanup[13497]: warning: connect to\n> Milter service inet:[::1]:12345: Connection refused\n",
  ])
  func `is recognised however it was cut out`(text: String) throws {
    let run = try Maillogd.run(["explain", "--format", "json"], input: Data(text.utf8))
    #expect(try run.report().incident("postfix.milter.connection-refused")?.causes.first?.id == "other-address-family")
  }

  @Test func `gives a person the line for opendkim.conf`() throws {
    let run = try Maillogd.run(["explain", Self.line])
    #expect(run.text.contains("in /etc/opendkim.conf:  Socket inet6:12345@[::1]"))
    #expect(run.text.contains("postfix.milter.connection-refused"))
  }

  @Test func `is explained in French`() throws {
    let run = try Maillogd.run(["explain", "--lang", "fr", Self.line])
    #expect(run.flowing.contains("Postfix ne parvient pas à joindre le milter inet:[::1]:12345"))
    #expect(run.text.contains("Socket inet6:12345@[::1]"))
    let byLocale = try Maillogd.run(["explain", Self.line], environment: ["LC_ALL": "fr_FR.UTF-8"])
    #expect(byLocale.text == run.text)
  }

  @Test func `shows with --trace which rules were tried`() throws {
    let run = try Maillogd.run(["explain", "--trace", Self.line])
    #expect(run.status == 0)
    #expect(run.text.contains("postfix.milter.permission-denied"))
  }

  @Test(arguments: ["", " \n\n"]) func `is not to be found in an empty text`(text: String) throws {
    let run = try Maillogd.run(["explain"], input: Data(text.utf8))
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("maillogd: there is nothing to explain"))
  }
}
