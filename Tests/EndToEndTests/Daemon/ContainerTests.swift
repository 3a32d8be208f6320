import Foundation
import Testing

/// A booted container with Postfix, OpenDKIM and maillogd as packaging/ would install it.
private final class Service {
  private let machine: BootedContainer

  static let obstacle = BootedContainer.obstacle(programs: ["/usr/sbin/smtp-sink", "/usr/bin/python3", "/usr/bin/curl"])

  /// `configuration` becomes /etc/maillogd/maillogd.yaml.
  init(_ configuration: String) throws {
    machine = try BootedContainer()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "mail-server.sh").path
    try machine.install(script, as: "mail-server")
    let server = try run("mail-server")
    #expect(server.status == 0, "\(server.errors)")
    let packaging = BootedContainer.project + "/packaging"
    _ = try Maillogd.shell(
      """
      set -e
      install -m 755 \(Maillogd.path) \(root)/usr/bin/maillogd
      install -m 644 \(packaging)/maillogd.service \(root)/etc/systemd/system/maillogd.service
      install -m 644 \(packaging)/maillogd.sysusers \(root)/usr/lib/sysusers.d/maillogd.conf
      install -m 644 \(packaging)/maillogd.tmpfiles \(root)/usr/lib/tmpfiles.d/maillogd.conf
      """)
    try run("systemd-sysusers; systemd-tmpfiles --create maillogd.conf; systemctl daemon-reload")
    try write("/etc/maillogd/maillogd.yaml", configuration)
    try run("chown root:maillogd /etc/maillogd/maillogd.yaml && chmod 640 /etc/maillogd/maillogd.yaml")
  }

  var root: String { machine.root }
  @discardableResult func run(_ script: String) throws -> Maillogd.Outcome { try machine.run(script) }
  func write(_ path: String, _ text: String) throws { try machine.write(path, text) }
  func read(_ path: String) -> String { machine.read(path) }

  func wait(_ isSo: () throws -> Bool) throws -> Bool {
    for _ in 0..<600 {
      if (try? isSo()) == true { return true }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return try isSo()
  }
}

private let receiver = """
  import http.server
  class Handler(http.server.BaseHTTPRequestHandler):
      def do_POST(self):
          body = self.rfile.read(int(self.headers["Content-Length"]))
          open("/var/tmp/hooks", "ab").write(body + b"\\n")
          self.send_response(200)
          self.end_headers()
      def log_message(self, *arguments):
          pass
  http.server.HTTPServer(("127.0.0.1", 18080), Handler).serve_forever()

  """

private let configuration = """
  host: mail.example.org
  sources: {journal: true}
  channels:
    hook: {webhook: {url: "http://127.0.0.1:18080/x"}}
    mail: {smtp: {server: 127.0.0.1, port: 2525, encryption: none, from: maillogd@mail.example.org, to: [admin@example.net]}}
  routes:
    - {channels: [hook, mail], severity: warning, wait: 3s, interval: 4s}
  metrics: {socket: /run/maillogd/metrics.sock}

  """

@Suite(.serialized) struct `The service on a booted machine` {
  @Test(.enabled(if: Service.obstacle == nil, "SKIPPED: \(Service.obstacle ?? "")"))
  func `alerts once when the milter breaks, once when it works again, and a restart in between changes nothing`() throws
  {
    let container = try Service(configuration)
    try container.write("/usr/local/bin/hook.py", receiver)
    try container.run("systemd-run -q --unit=hook /usr/bin/python3 /usr/local/bin/hook.py")
    try container.run(
      "mkdir /var/tmp/mails && systemd-run -q --unit=sink smtp-sink -u root -R /var/tmp/mails -d %M. 127.0.0.1:2525 10")
    let start = try container.run("systemctl start maillogd && systemctl is-active hook sink")
    let log = try container.run("journalctl -u maillogd -n 20 -o cat").text
    #expect(start.status == 0, "\(start.errors) \(log)")
    #expect(try container.wait { try container.run("maillogd status").text.contains("journal: read to its end") })

    func hooks() throws -> [[String: Any]] {
      try container.read("/var/tmp/hooks").split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
    }
    func mails() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: container.root + "/var/tmp/mails").count
    }
    let send = "printf 'Subject: test\\n\\nhello\\n' | sendmail -f a@example.org root@mail.example.org"

    try container.run("systemctl stop opendkim; \(send)")
    #expect(try container.wait { try hooks().count >= 1 && mails() >= 1 })
    try container.run("systemctl restart maillogd")
    try container.run(send)
    Thread.sleep(forTimeInterval: 12)
    #expect(try hooks().map { $0["kind"] as? String } == ["firing"])
    #expect(try mails() == 1)
    let incidents = try #require(try hooks().first?["incidents"] as? [[String: Any]])
    #expect(incidents.map { $0["rule"] as? String } == ["postfix.milter.connection-refused"])
    let cause = try #require(incidents.first?["cause"] as? [String: Any])
    #expect(cause["id"] as? String == "not-running" && cause["status"] as? String == "confirmed")

    try container.run("systemctl start opendkim; sleep 1; \(send)")
    #expect(try container.wait { try hooks().count >= 2 && mails() >= 2 })
    try container.run("systemctl restart maillogd")
    Thread.sleep(forTimeInterval: 12)
    #expect(try hooks().map { $0["kind"] as? String } == ["firing", "resolved"])
    #expect(try mails() == 2)
    #expect(Set(try hooks().compactMap { $0["key"] as? String }).count == 2)

    let metrics = try container.run("curl -s --unix-socket /run/maillogd/metrics.sock http://x/metrics").text
    #expect(metrics.contains("maillogd_open_incidents{severity=\"critical\"} 0"))
    let security = try container.run("systemd-analyze security maillogd --no-pager | tail -n 1").text
    print(security)
    let level = try #require(security.split(separator: " ").compactMap { Double($0) }.first)
    #expect(level <= 1.5)
    let reload = try container.run(
      "systemctl reload maillogd && sleep 2 && journalctl -u maillogd -o cat | grep 'read again'")
    #expect(reload.status == 0)
    let stop = try container.run("time systemctl stop maillogd; systemctl show -p Result --value maillogd")
    #expect(stop.text.contains("success"))
  }

  @Test(.enabled(if: Service.obstacle == nil, "SKIPPED: \(Service.obstacle ?? "")"))
  func `is started again by the watchdog when its pipeline is stuck, and goes on where it stopped`() throws {
    let container = try Service("sources: {journal: true}\n")
    try container.run(
      """
      mkdir -p /etc/systemd/system/maillogd.service.d
      printf '[Service]\\nWatchdogSec=3\\nRestartSec=1\\n' > /etc/systemd/system/maillogd.service.d/test.conf
      systemctl daemon-reload && systemctl start maillogd
      """)
    Thread.sleep(forTimeInterval: 7)
    let before = try container.run("systemctl show -p MainPID --value maillogd").text
    #expect(try container.run("systemctl show -p NRestarts --value maillogd").text == "0\n")
    try container.run("kill -STOP $(systemctl show -p MainPID --value maillogd)")
    #expect(try container.wait { try container.run("systemctl show -p NRestarts --value maillogd").text == "1\n" })
    #expect(try container.wait { try container.run("systemctl is-active maillogd").status == 0 })
    #expect(try container.run("systemctl show -p MainPID --value maillogd").text != before)
  }
}
