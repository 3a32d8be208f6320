import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

/// A mail server with everything in order: its files in a folder, its zones on a real name server. Tests break one thing.
final class SendingServer {
  let folder: MachineFolder
  /// Zones by name.
  var zones: [String: String]
  let record: String
  let otherRecord: String

  static let four = "192.0.2.1"
  static let six = "2001:db8::1"
  static let blockList = "zen.test.example"

  init() throws {
    folder = try MachineFolder()
    let tools = try OpenDKIMTools()
    let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    let key = try tools.key("mail.private", rsa)
    record = try DKIMPublicKey(ofPrivateKeyAt: key).record
    otherRecord = try DKIMPublicKey(ofPrivateKeyAt: try tools.key("other.private", rsa)).record
    try Self.fill(folder, key)
    zones = [
      "example.org": """
      @ MX 10 mail
      @ TXT "v=spf1 ip4:192.0.2.1 mx -all"
      mail A 192.0.2.1
      mail AAAA 2001:db8::1
      mail._domainkey TXT \(ZoneText.strings(record))
      _dmarc TXT "v=DMARC1; p=reject; rua=mailto:postmaster@example.org"
      """,
      // The search for a DMARC record goes up to here.
      "org": "",
      "2.0.192.in-addr.arpa": "1 PTR mail.example.org.",
      "8.b.d.0.1.0.0.2.ip6.arpa": "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mail.example.org.",
      Self.blockList: """
      2.0.0.127 A 127.0.0.2
      2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 A 127.0.0.2
      """,
    ]
  }

  private static func fill(_ folder: MachineFolder, _ key: String) throws {
    try folder.write(
      "/etc/postfix/main.cf",
      """
      myhostname = mail.example.org
      mydomain = example.org
      myorigin = $mydomain
      smtp_bind_address = \(four)
      smtp_bind_address6 = \(six)
      smtp_tls_security_level = may
      smtpd_tls_security_level = may
      smtpd_tls_cert_file = /etc/cert.pem
      smtpd_tls_key_file = /etc/key.pem
      smtpd_milters = inet:127.0.0.1:8891
      non_smtpd_milters = $smtpd_milters

      """)
    try folder.write("/etc/postfix/master.cf", "smtp unix - - n - - smtp\n")
    try folder.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    try folder.write("/etc/group", "root:x:0:\n")
    // The folder lies in /tmp, which is open to all, so no key in it is safe.
    try folder.write(
      "/etc/opendkim.conf",
      """
      KeyTable file:/etc/keytable
      SigningTable refile:/etc/signingtable
      Socket inet:8891@127.0.0.1
      RequireSafeKeys no

      """)
    try folder.write("/etc/signingtable", "*@example.org main\n")
    try folder.write(
      "/etc/keytable", "main example.org:mail:\(folder.path)/etc/mail.private\n".replacing(folder.path, with: ""))
    try FileManager.default.copyItem(atPath: key, toPath: folder.path + "/etc/mail.private")
    // A listener on 127.0.0.1:8891, as the kernel shows it.
    try folder.write(
      "/proc/net/tcp",
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:22BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 43210 1

      """)
    try folder.write("/var/spool/postfix/deferred/0/0A1B2C3D4E", "")
    try certificate(folder, days: "60")
  }

  static func certificate(_ folder: MachineFolder, days: String) throws {
    let made = try OpenDKIMTools.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=mail.example.org", "-addext",
        "subjectAltName=DNS:mail.example.org", "-days", days, "-keyout", folder.path + "/etc/key.pem", "-out",
        folder.path + "/etc/cert.pem",
      ])
    try #require(made.status == 0, "\(made.output)")
  }

  func replace(_ text: String, with other: String, in zone: String) throws {
    let records = try #require(zones[zone])
    try #require(records.contains(text))
    zones[zone] = records.replacing(text, with: other)
  }

  func change(_ text: String, to other: String, in file: String) throws {
    let old = try String(contentsOfFile: folder.path + file, encoding: .utf8)
    try #require(old.contains(text))
    try folder.write(file, old.replacing(text, with: other))
  }

  /// What `maillogd check` finds; no question leaves the machine.
  func report(_ request: CheckRequest = CheckRequest()) async throws -> CheckReport {
    let server = try NameServer(zones)
    let resolver = try DNSResolver(.forwarders([server.address]), seconds: 60)
    let witness = DNSWitness(
      world: resolver, host: resolver, hostServers: [server.address], machine: folder.machine,
      ownAddresses: OwnAddresses([]), seconds: 60, patience: 280)
    return await SendingCheckup(witness, blockLists: [CheckedList(zone: Self.blockList, knowsIPv6: true)], seconds: 280)
      .run(request)
  }
}

extension CheckReport {
  func findings(_ topic: CheckTopic) -> [CheckFinding] { findings.filter { $0.topic == topic } }

  /// Every finding that is not good, for a test that expects none.
  var faults: String {
    findings.filter { $0.verdict != .good }.map { "\($0.topic) \($0.verdict): \($0.seen.english)" }
      .joined(separator: "\n")
  }
}
