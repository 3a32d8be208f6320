import Foundation
import Testing

@Suite struct `Input that is no good log` {
  @Test func `an empty file is a report with nothing in it`() throws {
    let folder = try TemporaryFolder()
    let report = try Maillogd.scan(try folder.file("mail.log", ""))
    #expect(report.inputs.map(\.lines) == [0])
    #expect(report.incidents == [])
    #expect(try Maillogd.run(["parse", folder.path + "/mail.log"]).output.isEmpty)
  }

  @Test func `a binary file is said to hold no mail log`() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let run = try Maillogd.run(["scan", "--lang", "en", try folder.file("core", bytes)])
    #expect(run.status == 0)
    #expect(run.flowing.contains("no mail log line among"))
    #expect(!run.output.contains(0x1B))
  }

  @Test func `a directory without logs is refused with 66`() throws {
    let folder = try TemporaryFolder()
    let run = try Maillogd.run(["scan", folder.path])
    #expect(run.status == 66)
    #expect(run.errors.hasPrefix("maillogd: \(folder.path): is a directory, and no log file was found in it."))
    #expect(run.output.isEmpty)
  }

  @Test(arguments: ["scan", "parse"]) func `a missing file is refused with 66`(command: String) throws {
    let run = try Maillogd.run([command, "/nonexistent/mail.log"])
    #expect(run.status == 66)
    #expect(run.errors.hasPrefix("maillogd: /nonexistent/mail.log: there is no such file."))
    #expect(run.output.isEmpty)
  }

  @Test func `of two files the missing one is told and the other is read`() throws {
    let run = try Maillogd.run(["scan", "--format", "json", "/nonexistent/mail.log", Recording.path("conn_refused")])
    #expect(run.status == 66)
    #expect(try run.report().incident("postfix.smtp.connection-refused") != nil)
  }

  @Test func `a file without permission is refused with 77`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("mail.log", "secret\n")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: log)
    // Root may read everything, so the program runs as nobody, from a place that nobody can reach.
    let script = """
      if [ "$(id -u)" -ne 0 ]; then exec "$maillogd" scan "$log"; fi
      copy=$(mktemp -d) && trap 'rm -rf "$copy"' EXIT && chmod 755 "$copy" "$(dirname "$log")"
      install -m 755 "$maillogd" "$copy/maillogd" && ldd "$copy/maillogd" | grep -q 'not found' && exit 99
      setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/maillogd" scan "$log"
      """
    let run = try Maillogd.shell(script, environment: ["log": log])
    guard run.status != 99, run.status != 127, run.status != 126 else {
      print("SKIPPED: unreadable file: this is root, and nobody cannot run the program here: \(run.errors)")
      return
    }
    #expect(run.status == 77)
    #expect(run.errors.hasPrefix("maillogd: \(log): "))
    #expect(run.errors.lowercased().contains("permission") || run.errors.contains("sudo"))
  }

  @Test func `a gzip file cut short is read as far as it goes, and told with 65`() throws {
    let folder = try TemporaryFolder()
    let packed = try Maillogd.shell("gzip -c '\(Recording.path("healthy_200"))'").output
    let run = try Maillogd.run([
      "scan", "--format", "json", try folder.file("mail.log.1.gz", packed.prefix(packed.count / 2)),
    ])
    #expect(run.status == 65)
    #expect(run.errors.contains("mail.log.1.gz: the gzip data ends in the middle"))
    #expect(try run.report().summary.sent > 20)
  }

  @Test func `NUL bytes and broken UTF-8 hide no line`() throws {
    let folder = try TemporaryFolder()
    let line =
      "Jan 31 22:04:20 smtp postfix/cleanup[13497]: warning: connect to Milter service inet:[::1]:12345: Connection refused\n"
    var log = Data("Jan 31 22:04:19 smtp postfix/smtpd[1]: connect from \u{0}\u{0}[192.0.2.1]\n".utf8)
    log += Data([0xFF, 0xFE, 0x00, 0xC3, 0x28, 0x0A]) + Data(line.utf8) + Data([0x80, 0x0A])
    let path = try folder.file("mail.log", log)
    let report = try Maillogd.scan(path)
    #expect(report.incident("postfix.milter.connection-refused")?.count == 1)
    #expect(report.inputs.first?.lines == 4)
    let parsed = try Maillogd.run(["parse", path])
    #expect(parsed.lines.count == 4)
    for line in parsed.lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test func `a line of two megabytes hides no line`() throws {
    let folder = try TemporaryFolder()
    var log = Data("Jan 31 22:04:19 smtp postfix/smtpd[1]: warning: ".utf8)
    log += Data(repeating: UInt8(ascii: "x"), count: 2 << 20)
    log += Data("\n\(`A milter that refuses connections`.line)\n".utf8)
    let path = try folder.file("mail.log", log)
    let run = try Maillogd.run(["scan", "--format", "json", path])
    #expect(run.status == 0)
    #expect(try run.report().incident("postfix.milter.connection-refused")?.count == 1)
    #expect(try Maillogd.run(["parse", path]).lines.count == 2)
    #expect(try Maillogd.run(["scan", path]).output.count < 100_000)
  }

  @Test func `the line ends of Windows change nothing`() throws {
    let folder = try TemporaryFolder()
    let log = try String(contentsOfFile: Recording.path("gmail_ipv6_ptr"), encoding: .utf8)
    let unix = try Maillogd.scan(try folder.file("a/mail.log", log))
    let windows = try Maillogd.scan(try folder.file("b/mail.log", log.replacing("\n", with: "\r\n")))
    #expect(windows.incidents.map(\.rule) == unix.incidents.map(\.rule))
    #expect(windows.incidents.map(\.captures) == unix.incidents.map(\.captures))
    #expect(windows.summary == unix.summary)
  }

  @Test func `a last line without an end is read`() throws {
    let folder = try TemporaryFolder()
    let report = try Maillogd.scan(try folder.file("mail.log", `A milter that refuses connections`.line))
    #expect(report.incidents.map(\.rule) == ["postfix.milter.connection-refused"])
  }

  @Test(arguments: ["text", "json", "ndjson"]) func `escape sequences never reach the terminal`(format: String) throws {
    let folder = try TemporaryFolder()
    let evil = "\u{1B}]0;owned\u{7}\u{1B}[31m\u{9B}2J"
    let log = """
      Jan 31 22:04:20 smtp postfix/smtp[7]: 3F0C12A0B1: to=<\(evil)bob@example.com>, relay=mx.example.com[192.0.2.9]:25, \
      delay=1, delays=0/0/1/0, dsn=5.2.2, status=bounced (host mx.example.com[192.0.2.9] said: 552 5.2.2 \(evil) Mailbox full \
      (in reply to RCPT TO command))
      Jan 31 22:04:21 smtp postfix/smtp[7]: warning: \(evil) unknown to all rules
      Jan 31 22:04:22 \(evil) postfix/cleanup[7]: warning: connect to Milter service inet:\(evil):1: Connection refused

      """
    let path = try folder.file("mail.log", log)
    for run in [
      try Maillogd.run(["scan", "--severity", "info", "--format", format, path]), try Maillogd.run(["parse", path]),
      try Maillogd.run(["explain", "--trace"], input: Data(log.utf8)),
      try Maillogd.run(["scan", folder.path + "/\(evil)"]), try Maillogd.run(["rules", "show", evil]),
    ] {
      #expect(!run.output.contains(0x1B))
      #expect(!run.output.contains(0x07))
      #expect(!run.text.unicodeScalars.contains("\u{9B}"))
      #expect(!run.errors.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\u{9B}" })
    }
  }
}
