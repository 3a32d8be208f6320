import Foundation
import Testing

@Suite struct `A scan` {
  static let log = Recording.path("map_db_missing")

  @Test(arguments: [
    ("gz", "gzip -c"), ("xz", "xz -c"), ("zst", "zstd -qc"), ("bz2", "bzip2 -c"),
  ]) func `reads what is packed like what is plain`(ending: String, packer: String) throws {
    let folder = try TemporaryFolder()
    let packed = try Maillogd.shell("\(packer) < '\(Self.log)'")
    guard packed.status == 0 else { return print("SKIPPED: .\(ending): \(packed.errors)") }
    let plain = try Maillogd.scan(Self.log)
    let report = try Maillogd.scan(try folder.file("mail.log.\(ending)", packed.output))
    #expect(report.incidents == plain.incidents)
    #expect(report.summary == plain.summary)
    #expect(report.inputs.map(\.lines) == plain.inputs.map(\.lines))
  }

  @Test(arguments: [
    "cat \"$log\" | \"$maillogd\" scan --format json -", "\"$maillogd\" scan --format json < \"$log\"",
    "cat \"$log\" | \"$maillogd\" scan --format json",
  ])
  func `reads standard input like a file`(script: String) throws {
    let piped = try Maillogd.shell(script, environment: ["log": Self.log])
    #expect(piped.status == 0)
    #expect(try piped.report().incidents == Maillogd.scan(Self.log).incidents)
  }

  @Test func `of rotated files gives the same as of one`() throws {
    let folder = try TemporaryFolder()
    let lines = try String(contentsOfFile: Self.log, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let middle = lines.count / 2
    let first = try folder.file("mail.log.1", lines[..<middle].joined(separator: "\n") + "\n")
    let second = try folder.file("mail.log", lines[middle...].joined(separator: "\n"))
    let parts = try Maillogd.scan(first, second)
    let whole = try Maillogd.scan(Self.log)
    #expect(parts.incidents.map(\.rule) == whole.incidents.map(\.rule))
    #expect(parts.incidents.map(\.count) == whole.incidents.map(\.count))
    #expect(parts.incidents.map { $0.causes.map(\.status) } == whole.incidents.map { $0.causes.map(\.status) })
  }

  @Test(arguments: ["2", "3", "16"]) func `prints the same to the byte with any number of threads`(count: String) throws
  {
    let logs = try FileManager.default.contentsOfDirectory(atPath: Recording.folder).sorted().map { Recording.path($0) }
      .filter { FileManager.default.fileExists(atPath: $0) }
    #expect(logs.count > 100)
    let one = try Maillogd.run(["scan", "--threads", "1", "--format", "json"] + logs)
    let many = try Maillogd.run(["scan", "--threads", count, "--format", "json"] + logs)
    #expect(many.output == one.output)
    #expect(one.output.count > 100_000)
    // One log of many blocks, so that readings come back out of order.
    let folder = try TemporaryFolder()
    let long = try folder.file("mail.log", logs.flatMap { try [UInt8](Data(contentsOf: URL(filePath: $0))) })
    let packed = try Maillogd.shell("for i in 1 2 3 4 5 6 7 8; do cat '\(long)'; done | gzip -1").output
    let archive = try folder.file("mail.log.gz", packed)
    let alone = try Maillogd.run(["scan", "--threads", "1", "--format", "json", archive])
    #expect(try Maillogd.run(["scan", "--threads", count, "--format", "json", archive]).output == alone.output)
  }

  @Test func `of a time in which nothing was logged says so, and does not doubt the log`() throws {
    let run = try Maillogd.run(["scan", "--since", "2030-01-01", Self.log])
    #expect(run.flowing.hasPrefix("No problem found."))
    #expect(run.flowing.contains("lies in the time asked for"))
    #expect(!run.text.contains("Is it a mail log?"))
  }

  @Test func `streams with ndjson the incidents of json`() throws {
    let run = try Maillogd.run(["scan", "--format", "ndjson", Self.log])
    let incidents = try run.lines.map { try JSONDecoder().decode(Report.Incident.self, from: Data($0.utf8)) }
    #expect(incidents == (try Maillogd.scan(Self.log).incidents))
    #expect(incidents.count > 1)
  }

  @Test(arguments: [("critical", 1), ("error", 1), ("warning", 1), ("info", 1)])
  func `fails from the gravity that --fail-on names`(gravity: String, status: Int32) throws {
    #expect(try Maillogd.run(["scan", "--fail-on", gravity, Self.log]).status == status)
  }

  @Test func `does not fail below the gravity that --fail-on names`() throws {
    #expect(try Maillogd.run(["scan", "--fail-on", "warning", Recording.path("healthy_200")]).status == 0)
    #expect(try Maillogd.run(["scan", "--fail-on", "critical", Recording.path("conn_refused")]).status == 0)
    #expect(try Maillogd.run(["scan", "--fail-on", "error", Recording.path("conn_refused")]).status == 1)
    #expect(try Maillogd.run(["scan", Self.log]).status == 0)
  }

  static let threeDays = """
    2026-01-30T12:00:00+00:00 smtp postfix/cleanup[1]: warning: connect to Milter service inet:127.0.0.1:1111: Connection refused
    2026-01-31T12:00:00+00:00 smtp postfix/cleanup[1]: warning: connect to Milter service inet:127.0.0.1:2222: Connection refused
    2026-02-01T12:00:00+00:00 smtp postfix/cleanup[1]: warning: connect to Milter service inet:127.0.0.1:3333: Connection refused

    """

  @Test(arguments: [
    (["--since", "2026-01-31"], ["2222", "3333"]), (["--until", "2026-01-31"], ["1111"]),
    (["--since", "2026-01-31T00:00:00Z", "--until", "2026-01-31 23:59"], ["2222"]),
    (["--since", "2026-02-02"], []), (["--since", "2000-01-01"], ["1111", "2222", "3333"]),
    (["--since", "2026-01-31T13:00:00+01:00", "--until", "2026-01-31T12:00:00Z"], ["2222"]),
  ]) func `keeps to the time between --since and --until`(options: [String], ports: [String]) throws {
    let run = try Maillogd.run(["scan", "--format", "json"] + options + ["-"], input: Data(Self.threeDays.utf8))
    let found = try run.report().incidents.compactMap {
      $0.captures["milter"]?.split(separator: ":").last.map(String.init)
    }
    #expect(found.sorted() == ports)
  }

  @Test func `shows with --severity only what is grave enough in full`() throws {
    let all = try Maillogd.run(["scan", "--lang", "en", "--severity", "info", Self.log]).text
    let some = try Maillogd.run(["scan", "--lang", "en", "--severity", "critical", Self.log]).text
    #expect(all.contains("INFO"))
    #expect(all.contains("CRITICAL"))
    #expect(some.contains("CRITICAL"))
    #expect(!some.contains("ERROR  "))
    #expect(!some.contains("INFO"))
  }

  @Test func `speaks French when asked, with the same commands`() throws {
    let english = try Maillogd.run(["scan", "--lang", "en", "--format", "json", Self.log]).report()
    let french = try Maillogd.run(["scan", "--lang", "fr", "--format", "json", Self.log]).report()
    #expect(french.incidents.map(\.rule) == english.incidents.map(\.rule))
    #expect(
      french.incidents.map { $0.causes.flatMap(\.fix).flatMap(\.commands) }
        == english.incidents.map { $0.causes.flatMap(\.fix).flatMap(\.commands) })
    for (told, other) in zip(french.incidents, english.incidents) { #expect(told.title != other.title) }
    #expect(try Maillogd.run(["scan", "--lang", "fr", Recording.path("healthy_200")]).status == 0)
  }

  @Test func `writes its report to the file of --output`() throws {
    let folder = try TemporaryFolder()
    let run = try Maillogd.run(["scan", "--output", folder.path + "/report.txt", Self.log])
    #expect(run.output.isEmpty)
    let written = try String(contentsOfFile: folder.path + "/report.txt", encoding: .utf8)
    #expect(written == (try Maillogd.run(["scan", Self.log]).text))
  }

  @Test func `gives the same bytes every time`() throws {
    let runs = try (0..<3).map { _ in try Maillogd.run(["scan", "--format", "json", Self.log]).output }
    #expect(Set(runs).count == 1)
  }
}

@Suite struct `Whatever reads the output` {
  @Test(arguments: [[:], ["NO_COLOR": "1"], ["TERM": "xterm-256color"]])
  func `gets plain text when it is no terminal`(environment: [String: String]) throws {
    let run = try Maillogd.run(["scan", `A scan`.log], environment: environment)
    #expect(!run.output.contains(0x1B))
    #expect(run.errors.isEmpty)
  }

  @Test(arguments: [("", true), ("1", false)]) func `gets colour on a terminal unless NO_COLOR says no`(
    value: String, colour: Bool
  ) throws {
    let run = try Maillogd.shell(
      "script -qec '\"$maillogd\" scan \"$log\"' /dev/null < /dev/null",
      environment: ["log": `A scan`.log, "NO_COLOR": value, "TERM": "xterm"])
    guard run.status != 127 else { return print("SKIPPED: colours: script(1) is not installed") }
    // The bar on stderr clears its line; colours end in "m".
    #expect(run.text.contains("\u{1B}[0m") == colour)
  }

  @Test(arguments: [
    "scan --severity info \"$log\"", "parse \"$log\" \"$log\" \"$log\" \"$log\"", "rules list", "rules literals",
  ])
  func `may go away early`(command: String) throws {
    let run = try Maillogd.shell(
      "\"$maillogd\" \(command) 2>\"$errors\" | head -n 1; exit ${PIPESTATUS[0]}",
      environment: ["log": Recording.path("healthy_200"), "errors": "/dev/stderr"])
    #expect(run.lines.count == 1)
    // Death by SIGPIPE is what a shell expects of a program in a pipe, too.
    #expect(run.status == 0 || run.status == 128 + SIGPIPE)
    #expect(!run.errors.contains("failed"))
  }

  @Test(arguments: [
    "scan \"$log\"", "scan --format json \"$log\"", "parse \"$log\"",
    "explain 'connect to Milter service inet:x:1: Connection refused'",
    "rules list", "rules show gmail.ipv6-ptr", "rules literals",
  ]) func `is told with 74 when the disk is full`(command: String) throws {
    let run = try Maillogd.shell("\"$maillogd\" \(command) > /dev/full", environment: ["log": `A scan`.log])
    #expect(run.status == 74)
    #expect(run.errors.contains("writing to standard output failed: No space left on device"))
  }

  @Test(arguments: [
    ["--nonsense"], ["scan", "--nonsense"], ["frobnicate"], ["scan", "--format", "pdf"], ["scan", "--lang", "xx"],
    ["scan", "--fail-on", "dire"], ["scan", "--since", "once upon a time"], ["rules", "show"],
    ["rules", "show", "no.such.rule"],
    ["rules", "frobnicate"], ["scan", "--threads", "0", "/dev/null"],
    ["scan", "--redact", "--format", "json", "/dev/null"], ["scan", "--redact", "--fail-on", "error", "/dev/null"],
    ["scan", "--redact", "--verify", "/dev/null"], ["scan", "--redact", "--directory", "/nonexistent"],
    ["scan", "--redact", "--journal", "/dev/null"],
  ]) func `is told with 64 when the command is wrong`(arguments: [String]) throws {
    let run = try Maillogd.run(arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(!run.errors.isEmpty)
  }

  @Test(arguments: [
    ["--help"], ["scan", "--help"], ["explain", "--help"], ["check", "--help"], ["parse", "--help"],
    ["rules", "--help"],
  ])
  func `finds help on standard output`(arguments: [String]) throws {
    let run = try Maillogd.run(arguments)
    #expect(run.status == 0)
    #expect(run.text.contains("USAGE: maillogd"))
    #expect(run.errors.isEmpty)
  }
}
