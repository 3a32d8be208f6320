import Foundation
import IncidentStore
import Testing

private func refused(_ secondsAgo: Double, _ number: Int = 0) -> String {
  let time = Date().addingTimeInterval(Double(number) / 1_000 - secondsAgo)
  let stamp = time.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
  return "\(stamp) mail postfix/cleanup[7]: warning: connect to Milter service inet:[::1]:12345: Connection refused\n"
}

private let quiet = """
  verify: false
  channels: {page: {exec: [/bin/sh, -c, "cat >> FOLDER/alerts"]}}

  """

extension RunningDaemon {
  fileprivate func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
  }

  fileprivate var state: String? { get throws { try incidents().first?["state"] as? String } }
}

@Suite(.serialized) struct `What the daemon follows` {
  @Test func `is read to its end where a glob names it, and silence ends an incident`() throws {
    let daemon = try RunningDaemon(quiet + "sources: {files: [FOLDER/mail*.log]}\n")
    try daemon.write("mail-a.log", refused(7_200))
    try daemon.start()
    #expect(try daemon.wait { try daemon.state == "resolved" }, "\(daemon.errors)")
    #expect(
      try daemon.wait {
        let sources = try daemon.status()["sources"] as? [[String: Any]] ?? []
        return sources.map { $0["isCaughtUp"] as? Bool } == [true]
      })
    #expect(daemon.stop().status == 0)
  }

  @Test func `is read to its end after a restart though nobody writes, and silence ends an incident`() throws {
    let daemon = try RunningDaemon(quiet + "sources: {files: [FOLDER/mail.log]}\n")
    // The rule ends it after half an hour of silence: half a minute from now.
    try daemon.write("mail.log", refused(1_770))
    try daemon.start()
    try #require(try daemon.wait { try daemon.state == "open" }, "\(daemon.errors)")
    daemon.kill()
    try daemon.start()
    #expect(try daemon.wait { try daemon.state == "resolved" }, "\(daemon.errors)")
    #expect(daemon.stop().status == 0)
  }

  @Test func `leaves no place behind when nothing of a log is left`() throws {
    let daemon = try RunningDaemon(quiet + "sources: {files: [FOLDER/mail*.log]}\n")
    try daemon.write("mail-a.log", refused(60))
    try daemon.write("mail-b.log", refused(50))
    try daemon.start()
    func places() throws -> [String] {
      let store = try IncidentStore(reading: daemon.folder + "/state/incidents.sqlite")
      return try store.states("position:").keys.map { String($0.suffix(10)) }.sorted()
    }
    #expect(try daemon.wait { try places() == ["mail-a.log", "mail-b.log"] }, "\(daemon.errors)")
    // Its writer may have it open still: it is let go of when it has been quiet for half a minute.
    try FileManager.default.removeItem(atPath: daemon.folder + "/mail-a.log")
    #expect(try daemon.wait { try places() == ["mail-b.log"] }, "\(daemon.errors)")
    #expect(daemon.stop().status == 0)
    #expect(try places() == ["mail-b.log"])
  }

  @Test func `changes at a reload, and every line counts once`() throws {
    let daemon = try RunningDaemon(quiet + "sources: {files: [FOLDER/mail.log]}\n")
    try daemon.write("mail.log", "")
    let path = daemon.folder + "/maillogd.yaml"
    let one = try String(contentsOfFile: path, encoding: .utf8)
    let two = one.replacing("/mail.log]", with: "/mail.log, \(daemon.folder)/other.log]")
    let log = try FileHandle(forWritingTo: URL(filePath: daemon.folder + "/mail.log"))
    try daemon.start()
    #expect(try daemon.wait { daemon.errors.contains("caught up") })
    var written = 0
    for round in 0..<40 {
      try daemon.write("maillogd.yaml", round % 2 == 0 ? two : one)
      for burst in 0..<8 {
        try log.write(contentsOf: Data((written..<written + 300).map { refused(60, $0) }.joined().utf8))
        written += 300
        if burst == 4 { daemon.reload() }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
    let isDone = try daemon.wait { try daemon.incidents().first?["count"] as? Int ?? 0 >= written }
    #expect(isDone, "\(daemon.errors)")
    // Whatever would still be counted twice has come by now.
    #expect(try daemon.wait { try daemon.status()["lines"] as? Int ?? 0 >= written })
    #expect(daemon.stop().status == 0)
    #expect(try daemon.incidents().first?["count"] as? Int == written)
  }

  @Test func `is told with its texts when it ends, though a restart comes before the notice`() throws {
    let daemon = try RunningDaemon(
      quiet + """
        sources: {files: [FOLDER/mail.log]}
        routes: [{channels: [page], severity: warning, wait: 1s, interval: 20s}]

        """)
    try daemon.write("mail.log", refused(60))
    try daemon.start()
    let alerts = daemon.folder + "/alerts"
    func told() throws -> [[String: Any]] {
      try String(contentsOfFile: alerts, encoding: .utf8).split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
    }
    #expect(try daemon.wait { try told().count == 1 }, "\(daemon.errors)")
    let stamp = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
    let log = try FileHandle(forWritingTo: URL(filePath: daemon.folder + "/mail.log"))
    try log.seekToEnd()
    let signed = "\(stamp) mail opendkim[9]: 4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.org)\n"
    try log.write(contentsOf: Data(signed.utf8))
    try #require(try daemon.wait { try daemon.state == "resolved" }, "\(daemon.errors)")
    daemon.kill()
    try daemon.start()
    #expect(try daemon.wait { try told().count == 2 }, "\(daemon.errors)")
    let notice = try #require(try told().last)
    #expect(notice["kind"] as? String == "resolved")
    let title = "[mail.example.org] RECOVERED: Postfix cannot connect to the milter at inet:[::1]:12345"
    #expect(notice["title"] as? String == title)
    #expect((notice["incidents"] as? [Any])?.count == 1)
    #expect(daemon.stop().status == 0)
  }
}

@Suite struct `The metrics` {
  @Test func `count failures, and say that an Alertmanager cannot be reached`() throws {
    let daemon = try RunningDaemon(
      """
      verify: false
      sources: {files: [FOLDER/mail.log]}
      channels: {fleet: {alertmanager: {url: "http://127.0.0.1:1"}}}
      metrics: {socket: FOLDER/metrics}

      """)
    try daemon.write("mail.log", refused(60) + refused(59))
    try daemon.start()
    func metrics() throws -> String {
      try Maillogd.shell("curl -s --unix-socket \(daemon.folder)/metrics http://x/metrics").text
    }
    #expect(
      try daemon.wait { try metrics().contains("maillogd_alert_channel_up{channel=\"fleet\"} 0\n") },
      "\(daemon.errors)")
    #expect(try metrics().contains("maillogd_failure_lines_total{reason=\"none\"} 2\n"))
    #expect(daemon.stop().status == 0)
  }

  @Test func `are not served in the place of a file that is no socket, which is left alone`() throws {
    let daemon = try RunningDaemon("sources: {files: [FOLDER/mail.log]}\nmetrics: {socket: FOLDER/precious}\n")
    try daemon.write("precious", "kept")
    try daemon.start()
    #expect(try daemon.wait { daemon.errors.contains("metrics cannot be served") })
    #expect(try String(contentsOfFile: daemon.folder + "/precious", encoding: .utf8) == "kept")
    #expect(daemon.stop().status == 0)
  }
}
