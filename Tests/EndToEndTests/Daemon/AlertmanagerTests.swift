import Foundation
import Glibc
import Testing

/// Debian's Alertmanager on loopback, with its data in a folder that goes away with it.
private final class Alertmanager {
  static let path = "/usr/bin/prometheus-alertmanager"
  let url: String
  private let process = Process()
  private let folder = FileManager.default.temporaryDirectory.path + "/Alertmanager-" + UUID().uuidString

  init() throws {
    let port = Int.random(in: 20_000..<30_000)
    url = "http://127.0.0.1:\(port)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let settings = """
      route: {receiver: nobody, group_by: [alertname], group_wait: 1s, group_interval: 1s}
      receivers: [{name: nobody}]
      inhibit_rules: []

      """
    try Data(settings.utf8).write(to: URL(filePath: folder + "/alertmanager.yml"))
    process.executableURL = URL(filePath: Self.path)
    process.arguments = [
      "--config.file=\(folder)/alertmanager.yml", "--storage.path=\(folder)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What its API says.
  func get(_ path: String) throws -> [[String: Any]] {
    let outcome = try Maillogd.shell("curl -sf '\(url)\(path)'")
    return try JSONSerialization.jsonObject(with: outcome.output) as? [[String: Any]] ?? []
  }

  func post(_ path: String, _ body: String) throws -> Int32 {
    try Maillogd.shell("curl -sf -H 'Content-Type: application/json' -d '\(body)' '\(url)\(path)'").status
  }
}

@Suite struct `A real Alertmanager` {
  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: Alertmanager.path),
      "SKIPPED: it needs Debian's prometheus-alertmanager"))
  func `is told of what goes on, by groups, and of its end`() throws {
    let manager = try Alertmanager()
    let daemon = try RunningDaemon(
      """
      sources: {files: [FOLDER/mail.log]}
      channels: {fleet: {alertmanager: {url: "\(manager.url)"}}}

      """)
    let log = daemon.folder + "/mail.log"
    func line(_ text: String) -> String {
      Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)) + " mail " + text + "\n"
    }
    let refused = ["inet:127.0.0.1:8891", "inet:[::1]:8891"].map {
      line("postfix/cleanup[7]: warning: connect to Milter service \($0): Connection refused")
    }
    try Data(refused.joined().utf8).write(to: URL(filePath: log))
    try daemon.start()
    #expect(try daemon.wait { try manager.get("/api/v2/alerts?active=true").count == 2 }, "\(daemon.errors)")
    let alerts = try manager.get("/api/v2/alerts")
    let labels = alerts.compactMap { $0["labels"] as? [String: String] }
    #expect(Set(labels.compactMap { $0["alertname"] }) == ["postfix.milter.connection-refused"])
    #expect(Set(labels.compactMap { $0["instance"] }) == ["mail.example.org"])
    #expect(Set(labels.compactMap { $0["severity"] }) == ["critical"])
    let groups = try manager.get("/api/v2/alerts/groups")
    #expect(groups.map { ($0["alerts"] as? [Any])?.count } == [2])

    let end = Date().addingTimeInterval(3_600).ISO8601Format()
    let silence =
      "{\"matchers\":[{\"name\":\"incident\",\"value\":\"\(try #require(labels[0]["incident"]))\",\"isRegex\":false}],\"startsAt\":\"\(Date().ISO8601Format())\",\"endsAt\":\"\(end)\",\"createdBy\":\"anna\",\"comment\":\"known\"}"
    #expect(try manager.post("/api/v2/silences", silence) == 0)
    #expect(try daemon.wait { try manager.get("/api/v2/alerts?silenced=false").count == 1 })

    let file = try FileHandle(forWritingTo: URL(filePath: log))
    try file.seekToEnd()
    try file.write(
      contentsOf: Data(line("opendkim[9]: 4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.org)").utf8))
    #expect(try daemon.wait { try manager.get("/api/v2/alerts").isEmpty }, "\(daemon.errors)")
    #expect(daemon.stop().status == 0)
  }
}
