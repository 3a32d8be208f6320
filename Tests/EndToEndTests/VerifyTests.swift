import Foundation
import Testing

@Suite struct `A scan looks at this machine` {
  /// A refused milter on a port where nobody can listen: the look refutes the cause "other family" at once.
  private static func log(host: String, hoursAgo: Double) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'+00:00'"
    let stamp = formatter.string(from: Date(timeIntervalSinceNow: -hoursAgo * 3_600))
    return
      "\(stamp) \(host) postfix/cleanup[2]: warning: connect to Milter service inet:[::1]:1: Connection refused\n"
  }

  private static let ownName: String = {
    let name = (try? Maillogd.shell("hostname").text) ?? ""
    return name.trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  /// Whether somebody looked at the machine for the cause.
  private static func looks(_ log: String, _ options: String...) throws -> Bool {
    let folder = try TemporaryFolder()
    let report = try Maillogd.run(["scan", "--format", "json"] + options + [try folder.file("mail.log", log)]).report()
    let incident = try #require(report.incident("postfix.milter.connection-refused"))
    let cause = try #require(incident.causes.first { $0.id == "other-address-family" })
    return cause.status != "unchecked"
  }

  @Test func `when the log is its own and recent`() throws {
    #expect(try Self.looks(Self.log(host: Self.ownName, hoursAgo: 1)))
    #expect(try Self.looks(Self.log(host: Self.ownName, hoursAgo: 1), "--no-verify") == false)
  }

  @Test func `not when the log is another machine's or old, unless it is told to`() throws {
    for log in [Self.log(host: "elsewhere", hoursAgo: 1), Self.log(host: Self.ownName, hoursAgo: 48)] {
      #expect(try Self.looks(log) == false)
      #expect(try Self.looks(log, "--verify"))
    }
  }

  @Test func `and says in both languages what it saw`() throws {
    let folder = try TemporaryFolder()
    let line =
      "2026-11-23T10:00:00+00:00 mail postfix/smtpd[2]: error: open database /no/such.db: No such file or directory\n"
    let log = try folder.file("mail.log", line)
    func found(_ language: String) throws -> String? {
      let report = try Maillogd.run(["scan", "--verify", "--lang", language, "--format", "json", log]).report()
      return report.incident("postfix.map.missing-db")?.causes.first { $0.id == "never-built" }?.evidence.first?.found
    }
    #expect(try found("en") == "/no/such does not exist")
    #expect(try found("fr") == "/no/such n'existe pas")
  }

  @Test func `as explain does when it is told to`() throws {
    let line = "warning: connect to Milter service inet:[::1]:1: Connection refused"
    func status(_ options: String...) throws -> String? {
      try Maillogd.run(["explain", "--format", "json"] + options + [line]).report()
        .incident("postfix.milter.connection-refused")?.causes.first { $0.id == "other-address-family" }?.status
    }
    #expect(try status() == "unchecked")
    #expect(try status("--verify") != "unchecked")
  }
}
