import Foundation
import Testing

/// A line of the last minute or so: what is older than half an hour has ended by itself.
private let began = Date().addingTimeInterval(-60)

private func refused(_ number: Int) -> String {
  let time = began.addingTimeInterval(Double(number) / 1_000)
  let stamp = time.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
  return "\(stamp) mail postfix/cleanup[7]: warning: connect to Milter service inet:[::1]:12345: Connection refused\n"
}

private let hookless = """
  sources: {files: [FOLDER/mail.log]}
  channels: {page: {exec: [/bin/sh, -c, "cat >> FOLDER/alerts"]}}
  routes: [{channels: [page], severity: warning, wait: 2s, interval: 3s}]

  """

@Suite(.serialized) struct `The daemon` {
  @Test func `counts every line once though it is killed again and again`() throws {
    var random = SystemRandomNumberGenerator()
    let daemon = try RunningDaemon(hookless)
    let log = daemon.folder + "/mail.log"
    try Data().write(to: URL(filePath: log))
    let file = try FileHandle(forWritingTo: URL(filePath: log))
    var written = 0
    for _ in 0..<12 {
      try daemon.start()
      let deadline = Date().addingTimeInterval(Double.random(in: 0.3...2.5, using: &random))
      while Date() < deadline {
        let count = Int.random(in: 1...400, using: &random)
        try file.write(contentsOf: Data((written..<written + count).map(refused).joined().utf8))
        written += count
        Thread.sleep(forTimeInterval: 0.03)
      }
      daemon.kill()
    }
    try daemon.start()
    let isDone = try daemon.wait { try daemon.incidents().first?["count"] as? Int == written }
    let found = try daemon.incidents()
    #expect(isDone, "written \(written), counted \(found.map { $0["count"] ?? "?" }): \(daemon.errors)")
    #expect(found.count == 1)
    #expect(try daemon.wait { try daemon.status()["lines"] as? Int == written })
    // One alert for one failure, however often it was killed; a second copy would bear the same key.
    #expect(try daemon.wait { FileManager.default.fileExists(atPath: daemon.folder + "/alerts") })
    Thread.sleep(forTimeInterval: 5)
    let alerts = try String(contentsOfFile: daemon.folder + "/alerts", encoding: .utf8).split(separator: "\n")
    let keys = try alerts.map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }.compactMap { $0["key"] as? String }
    #expect(Set(keys).count == 1)
  }

  @Test func `stops at once when it is told to, with everything stored`() throws {
    let daemon = try RunningDaemon(hookless)
    try Data((0..<5_000).map(refused).joined().utf8).write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { try daemon.incidents().first?["count"] as? Int == 5_000 })
    let end = daemon.stop()
    #expect(end.status == 0)
    #expect(end.seconds < 2)
    #expect(daemon.errors.contains("stopped; everything up to "))
    #expect(!FileManager.default.fileExists(atPath: daemon.folder + "/state/incidents.sqlite-wal"))
  }

  @Test func `keeps the old configuration when the new one has a fault, and says so`() throws {
    let daemon = try RunningDaemon(hookless)
    try Data(refused(0).utf8).write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { try daemon.incidents().count == 1 })
    let path = daemon.folder + "/maillogd.yaml"
    let good = try String(contentsOfFile: path, encoding: .utf8)
    try Data((good + "chanels: {}\n").utf8).write(to: URL(filePath: path))
    daemon.reload()
    #expect(try daemon.wait { daemon.errors.contains("reload refused") })
    #expect(daemon.errors.contains("did you mean 'channels'?"))
    try Data(good.utf8).write(to: URL(filePath: path))
    #expect(try daemon.wait { (try daemon.status()["refusedReload"] as? String)?.contains("chanels") == true })
    daemon.reload()
    #expect(try daemon.wait { try daemon.status()["refusedReload"] == nil })
    #expect(daemon.stop().status == 0)
  }

  @Test func `builds a damaged database anew from the log, and keeps the old one aside`() throws {
    let daemon = try RunningDaemon(hookless)
    try Data((0..<100).map(refused).joined().utf8).write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { try daemon.incidents().first?["count"] as? Int == 100 })
    _ = daemon.stop()
    let path = daemon.folder + "/state/incidents.sqlite"
    var bytes = try Data(contentsOf: URL(filePath: path))
    for index in stride(from: 4_096, to: bytes.count, by: 7) { bytes[index] = 0xA5 }
    try bytes.write(to: URL(filePath: path))
    try daemon.start()
    #expect(try daemon.wait { try daemon.incidents().first?["count"] as? Int == 100 })
    #expect(daemon.errors.contains("It is kept as \(path).corrupt-"))
    _ = daemon.stop()
  }

  @Test func `takes an acknowledgement and a silence from another process`() throws {
    let daemon = try RunningDaemon(hookless.replacing("wait: 2s", with: "wait: 60s"))
    try Data(refused(0).utf8).write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { try daemon.incidents().count == 1 })
    #expect(
      try daemon.command("incidents", "ack", "postfix.milter", "--author", "anna", "--comment", "on it").status == 0)
    let shown = try daemon.command("incidents", "show", "postfix.milter", "--lang", "en")
    #expect(shown.flowing.contains("Seen by anna"))
    #expect(try daemon.command("incidents", "list", "--lang", "en").text.contains(" acknowledged "))
    #expect(try daemon.command("incidents", "list", "--lang", "fr").text.contains("critique  pris en charge "))
    let seen = try daemon.incidents().first?["acknowledgement"] as? [String: Any]
    #expect(seen?["by"] as? String == "anna")
    let french = try daemon.command("incidents", "show", "postfix.milter", "--lang", "fr").flowing
    #expect(french.contains("Vu par anna à ") && french.contains("ouvert critique"))
    #expect(shown.flowing.contains("Postfix cannot connect to the milter at inet:[::1]:12345"))
    let silence = try daemon.command(
      "incidents", "silence", "add", "--rule", "postfix.*", "--for", "2h", "--comment", "known", "--author", "anna")
    #expect(silence.text.hasPrefix("silence 1 until "))
    #expect(try daemon.command("incidents", "silence", "list").text.contains("rule postfix.*"))
    #expect(try daemon.command("incidents", "silence", "end", "1").status == 0)
    #expect(try daemon.command("incidents", "ack", "no.such").status == 65)
    _ = daemon.stop()
  }

  @Test func `raises nothing about its own mails, even when every mail bounces`() throws {
    let daemon = try RunningDaemon(
      """
      sources: {files: [FOLDER/mail.log]}
      channels: {local: {exec: [/bin/sh, -c, "cat >> FOLDER/alerts"]}, mail: {sendmail: {path: /bin/false, from: maillogd@mail.example.org, to: [admin@example.net]}}}
      routes: [{channels: [local], severity: info, wait: 1s, interval: 1s, group-by: incident}]

      """)
    try Data().write(to: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { daemon.errors.contains("caught up") })
    let file = try FileHandle(forWritingTo: URL(filePath: daemon.folder + "/mail.log"))
    let minute = String(began.ISO8601Format(.iso8601(timeZone: .gmt)).prefix(17))
    for round in 0..<50 {
      let id = String(format: "4F3A2B%04X", round)
      let stamp = minute + String(format: "%02dZ mail postfix/", round)
      let lines = [
        "pickup[7]: \(id): uid=0 from=<maillogd@mail.example.org>",
        "cleanup[8]: \(id): message-id=<maillogd.alert.x.\(round)@mail.example.org>",
        "qmgr[9]: \(id): from=<maillogd@mail.example.org>, size=296, nrcpt=1 (queue active)",
        "smtp[10]: \(id): to=<admin@example.net>, relay=mx.example.net[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.9] said: 550 5.1.1 no such user (in reply to RCPT TO command))",
        "bounce[11]: \(id): sender non-delivery notification: A\(id)",
        "cleanup[8]: A\(id): message-id=<20261123.A\(id)@mail.example.org>",
        "qmgr[9]: A\(id): from=<>, size=2960, nrcpt=1 (queue active)",
        "local[12]: A\(id): to=<maillogd@mail.example.org>, relay=local, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (unknown user: \"maillogd\")",
        "qmgr[9]: \(id): removed",
      ]
      try file.write(contentsOf: Data(lines.map { stamp + $0 + "\n" }.joined().utf8))
    }
    #expect(try daemon.wait { try daemon.status()["lines"] as? Int == 450 })
    Thread.sleep(forTimeInterval: 4)
    #expect(try daemon.incidents().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: daemon.folder + "/alerts"))
    _ = daemon.stop()
  }
}
