import Foundation
import Testing

@Suite struct `Parsing prints` {
  @Test func `one valid object for every line of every recording`() throws {
    let paths = Recording.all.flatMap { recording in
      ["mail.log", "mail.trad.log"].map { Recording.path(recording.name, $0) }
    }
    let files = paths.filter { FileManager.default.fileExists(atPath: $0) }
    #expect(files.count > 200)
    let count = try files.reduce(0) { total, file in
      let bytes = try Data(contentsOf: URL(filePath: file))
      return total + bytes.count { $0 == 0x0A } + (bytes.last == 0x0A || bytes.isEmpty ? 0 : 1)
    }
    let run = try Maillogd.run(["parse"] + files)
    #expect(run.status == 0)
    let lines = run.output.split(separator: 0x0A)
    #expect(lines.count == count)
    var unrecognized = 0
    for line in lines {
      let event = try #require(
        try JSONSerialization.jsonObject(with: line) as? [String: Any], "\(String(decoding: line, as: UTF8.self))")
      #expect(event["kind"] is String && event["fields"] is [String: Any] && event["message"] is String)
      if event["kind"] as? String == "unrecognized" { unrecognized += 1 }
    }
    print("parse: \(lines.count) lines, \(unrecognized) unrecognized")
    #expect(Double(unrecognized) < 0.02 * Double(lines.count))
  }

  @Test func `one valid object for every message of every journal`() throws {
    let files = Recording.all.map { Recording.path($0.name, "journal.export") }.filter(FileManager.default.fileExists)
    let run = try Maillogd.run(["parse"] + files)
    #expect(run.status == 0)
    let lines = run.output.split(separator: 0x0A)
    #expect(lines.count > 1000)
    for line in lines { _ = try JSONSerialization.jsonObject(with: line) }
  }

  @Test func `the fields of a delivery under Postfix's own names`() throws {
    let line =
      "2026-01-31T22:04:20.123456+01:00 smtp postfix-out/smtp[7]: 3F0C12A0B1: to=<bob@example.com>, orig_to=<b@example.org>, "
      + "relay=mx.example.com[192.0.2.9]:25, delay=1.5, delays=0.1/0.2/0.7/0.5, dsn=4.2.2, "
      + "status=deferred (host mx.example.com[192.0.2.9] said: 452-4.2.2 Mailbox 452 4.2.2 full (in reply to RCPT TO command))\n"
    let run = try Maillogd.run(["parse"], input: Data(line.utf8))
    let event = try #require(try JSONSerialization.jsonObject(with: run.output) as? [String: Any])
    #expect(event["time"] as? String == "2026-01-31T22:04:20.123456+01:00")
    #expect(event["host"] as? String == "smtp")
    #expect(event["program"] as? String == "postfix-out/smtp")
    #expect(event["instance"] as? String == "postfix-out")
    #expect(event["pid"] as? Int == 7)
    #expect(event["queueID"] as? String == "3F0C12A0B1")
    #expect(event["kind"] as? String == "delivery")
    let fields = try #require(event["fields"] as? [String: Any])
    #expect(fields["to"] as? String == "bob@example.com")
    #expect(fields["status"] as? String == "deferred")
    #expect(fields["dsn"] as? String == "4.2.2")
    #expect((fields["relay"] as? [String: Any])?["host"] as? String == "mx.example.com")
    #expect((fields["remote"] as? [String: Any])?["text"] as? String == "Mailbox full")
  }
}
