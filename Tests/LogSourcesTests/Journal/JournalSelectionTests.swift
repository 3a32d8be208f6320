import LogSources
import Testing

@Suite(.enabled(if: Command.isThere("/lib/systemd/systemd-journal-remote"), "systemd-journal-remote is missing"))
struct `What a journal gives` {
  private func lines(_ export: JournalExport, _ change: (inout JournalSelection) -> Void = { _ in }) throws -> [String]
  {
    let folder = try TemporaryFolder()
    try export.write(to: folder.path + "/mail.journal")
    var selection = JournalSelection()
    selection.directory = folder.path
    change(&selection)
    var scan = try JournalScan(selection)
    var read = Following()
    while let batch = try scan.next() { read.add(batch) }
    #expect(read.notices.isEmpty)
    return read.lines
  }

  @Test func `is a line with the time, host, tag and process of each entry`() throws {
    var export = JournalExport()
    export.add("4F0012C: removed", second: 1.5)
    export.add(
      "4F0013C: removed", second: 2,
      [
        "SYSLOG_FACILITY": "2", "SYSLOG_IDENTIFIER": "postfix/qmgr", "SYSLOG_PID": "7",
        "_SOURCE_REALTIME_TIMESTAMP": "\(JournalExport.start + 1_999_000)",
      ])
    export.add("two\nlines", second: 3)
    #expect(
      try lines(export) == [
        "2026-01-31T22:00:01.500000Z mail postfix/qmgr[99]: 4F0012C: removed",
        "2026-01-31T22:00:01.999000Z mail postfix/qmgr[7]: 4F0013C: removed",
        "2026-01-31T22:00:03Z mail postfix/qmgr[99]: two lines",
      ])
  }

  @Test func `is one line, whatever a program says that it is called`() throws {
    var export = JournalExport()
    let forged = "x\n2026-01-31T22:00:00Z mail postfix/smtpd"
    export.add("here", ["SYSLOG_FACILITY": "2", "SYSLOG_IDENTIFIER": forged, "SYSLOG_PID": "7\n8"])
    #expect(
      try lines(export) == ["2026-01-31T22:00:00Z mail x 2026-01-31T22:00:00Z mail postfix/smtpd[7 8]: here"])
  }

  @Test(arguments: [
    ("SYSLOG_IDENTIFIER", "postfix-out/submission/smtpd"), ("SYSLOG_IDENTIFIER", "opendkim"),
    ("_COMM", "rspamd"), ("SYSLOG_FACILITY", "2"), ("_SYSTEMD_UNIT", "postfix@-.service"),
    ("_SYSTEMD_UNIT", "postfix@out.service"), ("_SYSTEMD_UNIT", "clamav-daemon.service"),
  ])
  func `has the entries of mail programs, whatever unit they run in`(field: String, value: String) throws {
    var export = JournalExport()
    export.add("here", [field: value])
    export.add("elsewhere", second: 1, ["SYSLOG_IDENTIFIER": "CRON", "_SYSTEMD_UNIT": "cron.service"])
    #expect(try lines(export).map { $0.suffix(6) } == [": here"])
  }

  @Test func `has what systemd and the kernel say about mail, and nothing else of theirs`() throws {
    var export = JournalExport()
    let systemd = "systemd"
    export.add("Failed to start.", second: 1, ["SYSLOG_IDENTIFIER": systemd, "UNIT": "postfix@-.service"])
    export.add("Starting apache2", second: 2, ["SYSLOG_IDENTIFIER": systemd, "UNIT": "apache2.service"])
    export.add("unbound failed", second: 3, ["SYSLOG_IDENTIFIER": systemd, "UNIT": "unbound.service"])
    export.add("resolving", second: 4, ["SYSLOG_IDENTIFIER": "unbound", "_SYSTEMD_UNIT": "unbound.service"])
    export.add("Out of memory: Killed process 7 (smtpd)", second: 5, ["SYSLOG_IDENTIFIER": "kernel"])
    export.add("eth0: link up", second: 6, ["SYSLOG_IDENTIFIER": "kernel"])
    #expect(
      try lines(export).map { $0.split(separator: ": ", maxSplits: 1).last } == [
        "Failed to start.", "unbound failed", "Out of memory: Killed process 7 (smtpd)",
      ])
  }

  @Test func `is said to be all when nothing more is logged, also after a restart`() async throws {
    let folder = try TemporaryFolder()
    var export = JournalExport()
    export.add("here")
    try export.write(to: folder.path + "/mail.journal")
    var selection = JournalSelection()
    selection.directory = folder.path
    var read = Following()
    await read.read(JournalFollower(selection)) { $0.isCaughtUp }
    #expect(read.lines.count == 1 && read.notices.isEmpty)
    var again = Following()
    await again.read(JournalFollower(selection, from: read.journalPosition)) { $0.isCaughtUp }
    #expect(again.isCaughtUp && again.lines.isEmpty && again.notices.isEmpty)
  }

  @Test func `may be widened to units that do not say that they are about mail`() throws {
    var export = JournalExport()
    export.add("in a container", ["SYSLOG_IDENTIFIER": "podman", "_SYSTEMD_UNIT": "podman-mail7.service"])
    #expect(try lines(export).isEmpty)
    #expect(try lines(export) { $0.units = ["podman-mail?.service"] }.count == 1)
  }

  @Test func `begins and ends where it is told to`() throws {
    var export = JournalExport()
    for second in 0..<10 { export.add("\(second)", second: Double(second)) }
    let read = try lines(export) {
      $0.firstLook = .since(microseconds: JournalExport.start + 3_000_000)
      $0.until = JournalExport.start + 6_000_000
    }
    #expect(read.map { $0.last } == ["3", "4", "5", "6"])
  }

  @Test func `is an error that says what to do where there is no such directory`() throws {
    var selection = JournalSelection()
    selection.directory = "/nonexistent"
    #expect(throws: SourceError.noJournalDirectory(path: "/nonexistent")) { try JournalScan(selection) }
  }
}
