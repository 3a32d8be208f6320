import Foundation
import Testing

@Suite struct `A scan of several logs` {
  /// All recordings as the logs of two servers, each in the order of time.
  private static func servers() throws -> [String: [String]] {
    var logs: [String: [String]] = [:]
    for (number, name) in try FileManager.default.contentsOfDirectory(atPath: Recording.folder).sorted().enumerated() {
      let host = number.isMultiple(of: 2) ? "mx1" : "mx2"
      for line in try String(contentsOfFile: Recording.path(name), encoding: .utf8).split(separator: "\n") {
        var words = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[0].count == 32 else { continue }
        words[1] = host
        logs[host, default: []].append(words.joined(separator: " "))
      }
    }
    return logs.mapValues { $0.inOrderOfTime }
  }

  /// What is told without the places of lines, which are others in other files.
  private static func told(_ outcome: Maillogd.Outcome) throws -> [String] {
    let report = try outcome.report()
    return ["\(report.summary)", "\(report.unexplained.map(\.count))"]
      + report.incidents.map {
        "\($0.id) \($0.severity) \($0.count) \($0.causes) \($0.causedBy) \($0.lines.map(\.text))"
      }
  }

  @Test(arguments: ["1", "2", "5"]) func `reads those of two servers as if they were one`(threads: String) throws {
    let logs = try Self.servers()
    let folder = try TemporaryFolder()
    let one = try folder.file(
      "all.log", logs.sorted { $0.key < $1.key }.flatMap(\.value).inOrderOfTime.joined(separator: "\n"))
    let whole = try Maillogd.run(["scan", "--no-verify", "--format", "json", one])
    var paths: [String] = []
    for (host, lines) in logs {
      let (third, half) = (lines.count / 3, lines.count / 2)
      let parts = [lines[..<third], lines[third..<half], lines[half...]].map { $0.joined(separator: "\n") + "\n" }
      for (name, text) in zip(["mail.log.2", "mail.log.1", "mail.log"], parts) {
        try folder.file("\(host)/\(name)", text)
      }
      paths.append(folder.path + "/" + host)
    }
    let apart = try Maillogd.run(
      ["scan", "--no-verify", "--format", "json", "--threads", threads] + paths.sorted())
    #expect(apart.status == 0)
    #expect(try Self.told(apart) == Self.told(whole))
    #expect(
      try apart.report().inputs.map(\.path)
        == paths.sorted().flatMap { path in ["mail.log.2", "mail.log.1", "mail.log"].map { "\(path)/\($0)" } })
  }

  @Test func `names the servers that an incident is from`() throws {
    let folder = try TemporaryFolder()
    func log(_ host: String) -> String {
      "2026-11-23T17:45:03.000000+00:00 \(host) postfix/cleanup[7]: warning: connect to Milter service "
        + "inet:[::1]:12345: Connection refused\n"
    }
    let first = try folder.file("a.log", log("mx1"))
    let second = try folder.file("b.log", log("mx2"))
    let text = try Maillogd.run(["scan", "--no-verify", first, second]).flowing
    #expect(text.contains("Servers mx1, mx2"))
    #expect(!(try Maillogd.run(["scan", "--no-verify", first]).flowing.contains("Servers")))
  }

  @Test func `takes rotated files in the order of their age, however they are named`() throws {
    let folder = try TemporaryFolder()
    let names = ["mail.log", "mail.log.1", "mail.log.2.gz", "mail.log.10.gz"]
    for name in names { try folder.file(name, "Nov 23 17:45:03 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\n") }
    let report = try Maillogd.run(["scan", "--format", "json"] + names.map { folder.path + "/" + $0 }).report()
    #expect(
      report.inputs.map(\.path)
        == ["mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log"].map { folder.path + "/" + $0 })
  }

  @Test func `finds the mail logs in a folder, and leaves what is not`() throws {
    let folder = try TemporaryFolder()
    let line = "Nov 23 17:45:03 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\n"
    for name in ["mail.log", "mail.err", "mail.log.1", "syslog", ".mail.log.swp"] { try folder.file(name, line) }
    try folder.file("wtmp", [0, 1, 2, 3])
    let report = try Maillogd.scan(folder.path)
    #expect(report.inputs.map(\.path) == ["mail.log.1", "mail.log"].map { folder.path + "/" + $0 })

    let other = try TemporaryFolder()
    for name in ["syslog", "messages"] { try other.file(name, line) }
    try other.file("wtmp", [0, 1, 2, 3])
    #expect(try Maillogd.scan(other.path).inputs.map(\.path) == ["messages", "syslog"].map { other.path + "/" + $0 })
  }

  @Test func `tells of a folder without logs, and reads the rest`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("mail.log", "Nov 23 17:45:03 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\n")
    try folder.folder("empty")
    let outcome = try Maillogd.run(["scan", "--format", "json", folder.path + "/empty", log])
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("no log file was found in it"))
    #expect(try outcome.report().inputs.map(\.lines) == [1])
  }

  @Test func `goes on when one of two servers' logs ends in the middle of its archive`() throws {
    let folder = try TemporaryFolder()
    for host in ["mx1", "mx2"] {
      let lines = (10..<60).map { "Nov 23 17:45:\($0) \(host) postfix/qmgr[7]: 4F3A2B1C\($0): removed\n" }
      try folder.file("\(host)/mail.log", lines.joined())
    }
    let cut = try Maillogd.shell("gzip -c '\(folder.path)/mx1/mail.log' | head -c 100").output
    try FileManager.default.removeItem(atPath: folder.path + "/mx1/mail.log")
    try folder.file("mx1/mail.log.gz", cut)
    let outcome = try Maillogd.run(["scan", "--format", "json", folder.path + "/mx1", folder.path + "/mx2"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("ends in the middle"))
    #expect(try outcome.report().inputs.last?.lines == 50)
  }
}

extension [String] {
  /// Lines that begin with a stamp of ISO 8601; those of the same time stay as they are.
  fileprivate var inOrderOfTime: [String] {
    enumerated().sorted { ($0.element.prefix(32), $0.offset) < ($1.element.prefix(32), $1.offset) }.map(\.element)
  }
}
