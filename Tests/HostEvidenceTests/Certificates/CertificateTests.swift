import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

@Suite struct `A certificate` {
  private static func folder() throws -> MachineFolder {
    let folder = try MachineFolder()
    try folder.write("/etc/postfix/main.cf", "smtpd_tls_cert_file = /cert.pem\nsmtpd_tls_key_file = /key.pem\n")
    let openssl = try #require(FixedCommand("openssl"))
    func make(_ arguments: String) throws {
      let result = try openssl.run(arguments.split(separator: " ").map(String.init), seconds: 60)
      #expect(result.status == 0)
    }
    let subject = "req -x509 -newkey rsa:2048 -nodes -subj /CN=mail.example.org"
    try make("\(subject) -days 30 -keyout \(folder.path)/key.pem -out \(folder.path)/cert.pem")
    try make("\(subject) -days 30 -keyout \(folder.path)/other-key.pem -out \(folder.path)/other.pem")
    try make("x509 -in \(folder.path)/cert.pem -signkey \(folder.path)/key.pem -days -1 -out \(folder.path)/old.pem")
    try make("pkey -in \(folder.path)/key.pem -aes128 -passout pass:secret -out \(folder.path)/locked.pem")
    try folder.write("/junk.pem", "no certificate at all")
    return folder
  }

  @Test func `says when it ends, who made it, and which key is its own`() throws {
    guard FixedCommand("openssl") != nil else { return skipped("openssl is not installed") }
    let folder = try Self.folder()
    let look = CertificateLook(machine: folder.machine, settings: PostfixSettings(machine: folder.machine))
    func verdict(_ parameters: [String: String]) -> Observation.Verdict {
      look.observe(MachineCheck(name: "certificate", parameters: parameters.mapValues { [$0] })).verdict
    }
    #expect(verdict(["file": "/cert.pem", "is": "valid"]) == .holds)
    #expect(verdict(["file": "/cert.pem", "is": "self-signed"]) == .holds)
    #expect(verdict(["file": "/old.pem", "is": "expired"]) == .holds)
    #expect(verdict(["file": "/cert.pem", "is": "expired"]) == .fails)
    #expect(verdict(["file": "/junk.pem", "is": "unreadable"]) == .holds)
    #expect(verdict(["file": "/none.pem", "is": "unreadable"]) == .holds)
    #expect(verdict(["parameter": "smtpd_tls_cert_file", "is": "valid"]) == .holds)
    let isTrusting = !TrustStore.system.isEmpty
    #expect(verdict(["parameter": "smtpd_tls_cert_file", "chain": "incomplete"]) == (isTrusting ? .holds : .unknown))
    let name = ["parameter": "smtpd_tls_cert_file", "name": "mail.example.org", "is": "covered"]
    #expect(verdict(name) == .holds)
    #expect(verdict(name.merging(["name": "www.example.org"]) { $1 }) == .fails)
    #expect(verdict(name.merging(["name": "www.example.org", "is": "not-covered"]) { $1 }) == .holds)
    #expect(verdict(["parameter": "smtpd_tls_cert_file", "key": "smtpd_tls_key_file", "is": "matching"]) == .holds)
    #expect(verdict(["parameter": "smtpd_tls_cert_file", "key": "/other-key.pem", "is": "mismatched"]) == .holds)
    #expect(verdict(["parameter": "smtpd_tls_cert_file", "key": "/locked.pem", "is": "mismatched"]) == .unknown)
  }
}
