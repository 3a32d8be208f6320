import Foundation
import Testing

@Suite struct `A log made safe to show` {
  private static let noon = "12:00:00+00:00 smtp postfix/cleanup[1]: warning: connect to Milter service inet:127.0.0.1:"
  private static let threeDays = """
    2026-01-30T\(noon)1111: Connection refused
    2026-01-31T\(noon)2222: Connection refused
    2026-02-01T\(noon)3333: Connection refused
    2026-01-31T12:00:00+00:00 smtp sudo[1]: root : TTY=pts/0

    """

  @Test func `keeps to the time that was asked for`() throws {
    let run = try Maillogd.run(
      ["scan", "--redact", "--since", "2026-01-31", "--until", "2026-01-31 23:59", "-"],
      input: Data(Self.threeDays.utf8))
    #expect(run.status == 0)
    #expect(run.lines.count == 1)
    #expect(run.text.contains("127.0.0.1:2222"))
    #expect(run.errors == "1 lines of other programs are left out\n")
  }

  @Test func `may come from a journal, and keeps to the time there too`() throws {
    let remote = "/lib/systemd/systemd-journal-remote"
    guard FileManager.default.isExecutableFile(atPath: remote) else {
      return print("SKIPPED: a redacted journal: \(remote) is missing")
    }
    let folder = try TemporaryFolder()
    // Entries an hour apart, from 2026-01-31T22:00:00Z on.
    let export = (0..<3).map { hour in
      """
      __REALTIME_TIMESTAMP=\(1_769_896_800_000_000 + hour * 3_600_000_000)
      __MONOTONIC_TIMESTAMP=\(1_000_000_000 + hour * 3_600_000_000)
      _BOOT_ID=22222222222222222222222222222222
      _MACHINE_ID=11111111111111111111111111111111
      _HOSTNAME=annas-mail
      SYSLOG_FACILITY=2
      SYSLOG_IDENTIFIER=postfix/qmgr
      _PID=99
      MESSAGE=4F3A2B1C0\(hour): from=<anna@example.net>, size=1\(hour), nrcpt=1 (queue active)


      """
    }.joined()
    let input = try folder.file("export", export)
    _ = try folder.file("journal/README", "")
    let made = try Maillogd.shell("\(remote) -o '\(folder.path)/journal/system.journal' '\(input)'")
    #expect(made.status == 0, "\(made.errors)")
    let run = try Maillogd.run([
      "scan", "--redact", "--journal", "--directory", folder.path + "/journal", "--since", "2026-01-31 22:30",
      "--until", "2026-01-31 23:30",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count == 1)
    #expect(run.text.contains("size=11,") && !run.text.contains("anna"), "\(run.text)")
  }

  @Test(arguments: [
    "scan --redact mail.log -o mail.log", "scan mail.log -o mail.log", "scan --format json other mail.log -o link",
    "scan --redact - -o hard < mail.log", "scan --redact mail.log >> mail.log", "scan mail.log -o - 1<> mail.log",
  ]) func `and a report never take the place of the log itself`(command: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("mail.log", Self.threeDays)
    _ = try folder.file("other", Self.threeDays)
    let run = try Maillogd.shell("cd '\(folder.path)'; ln -s mail.log link; ln mail.log hard; \"$maillogd\" \(command)")
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.errors.contains("would destroy the log"))
    #expect(try String(contentsOfFile: folder.path + "/mail.log", encoding: .utf8) == Self.threeDays)
  }

  @Test func `is not begun when the rules are faulty or the log is missing`() throws {
    let folder = try TemporaryFolder()
    let kept = try folder.file("kept", "what was there before")
    _ = try folder.file("rules/bad.yaml", "id: [")
    let log = try folder.file("mail.log", Self.threeDays)
    #expect(try Maillogd.run(["scan", "--redact", "--rules", folder.path + "/rules", "-o", kept, log]).status == 65)
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "what was there before")
  }

  @Test func `holds no password, and nor does a report or an event`() throws {
    let line =
      "2026-01-31T12:00:00+00:00 smtp dovecot: auth: Error: passwd-file(anna,192.0.2.1): Password mismatch (given password: hunter2)\n"
    for command in [["scan", "--redact"], ["scan", "--format", "json"], ["scan", "--format", "html"], ["parse"]] {
      let run = try Maillogd.run(command + ["-"], input: Data(line.utf8))
      #expect(run.status == 0)
      #expect(run.text.contains("given password"), "\(command)")
      #expect(!run.text.contains("hunter2"), "\(command)")
    }
  }
}
