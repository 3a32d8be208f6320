import LogSources
import Testing

@Suite struct `Rotated logs` {
  @Test(arguments: [
    ["mail.log.10.gz", "mail.log.9.gz", "mail.log.2.gz", "mail.log.1", "mail.log"],
    ["/var/log/maillog.1.bz2", "/var/log/maillog.0", "/var/log/maillog"],
    ["mail.log-20251231.gz", "mail.log-20260101.xz", "mail.log-20260102", "mail.log"],
    ["mail.log-2025-12-31.zst", "mail.log-2026-01-01", "mail.log"],
    ["mail.log-20260102-1767312000.gz", "mail.log-20260102-1767398400.gz", "mail.log"],
    ["maillog.20260101T000000.bz2", "maillog.20260102T000000.bz2", "maillog"],
    ["mail-20260101.log.gz", "mail-20260102.log.gz", "mail.log"],
    ["mail.2.log", "mail.1.log", "mail.log"],
    ["mail.log.2.gz", "mail.log.1", "mail.log-20260102", "mail.log"],
    ["logs-2026/mx-1.example.com.log.1", "logs-2026/mx-1.example.com.log"],
  ])
  func `come oldest first`(paths: [String]) {
    #expect(RotatedSet.inOrder(paths.reversed()) == paths)
    #expect(RotatedSet.inOrder(paths.sorted()) == paths)
  }

  @Test func `of two sets stay apart, in the order in which they were named`() {
    #expect(
      RotatedSet.inOrder(["b/mail.log", "a/mail.log", "b/mail.log.1", "a/mail.log.1"])
        == ["b/mail.log.1", "b/mail.log", "a/mail.log.1", "a/mail.log"])
  }

  @Test(arguments: [["x", "b", "a"], ["mail.log", "mail.err", "mail.info"], ["-", "2", ".1", "mail.log."], []])
  func `that are none keep their order`(paths: [String]) {
    #expect(RotatedSet.inOrder(paths) == paths)
  }
}
