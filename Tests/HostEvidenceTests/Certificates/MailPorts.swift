import Diagnosis
import Foundation
import Glibc
import Testing

@testable import HostEvidence

/// A real Postfix on three ports of 127.0.0.1: STARTTLS, TLS from the first byte, and no TLS. It ends with the value.
final class MailPorts {
  static let isPossible = geteuid() == 0 && FixedCommand("postfix") != nil && FixedCommand("openssl") != nil
  static let absence: Comment = "NOT RUN: needs root, postfix and openssl"

  let folder: MachineFolder
  let startTLS: ShownCertificate.Place
  let implicit: ShownCertificate.Place
  let plain: ShownCertificate.Place

  var log: String { (try? String(contentsOfFile: folder.path + "/data/mail.log", encoding: .utf8)) ?? "" }

  init(certificate: String = "leaf", days: Int = 30) throws {
    folder = try MachineFolder()
    let ports = try [Self.freePort(), Self.freePort(), Self.freePort()]
    let address = try #require(IPAddress("127.0.0.1"))
    startTLS = ShownCertificate.Place(address: address, port: ports[0], isImplicit: false)
    implicit = ShownCertificate.Place(address: address, port: ports[1], isImplicit: true)
    plain = ShownCertificate.Place(address: address, port: ports[2], isImplicit: false)
    try Self.makeCertificates(folder.path, days)
    try folder.write(
      "/conf/main.cf",
      """
      compatibility_level = 3.6
      queue_directory = \(folder.path)/queue
      data_directory = \(folder.path)/data
      maillog_file = \(folder.path)/data/mail.log
      maillog_file_prefixes = \(folder.path)
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      myhostname = mail.example.org
      mynetworks = 127.0.0.0/8
      alias_maps =
      smtpd_tls_security_level = may
      smtpd_tls_cert_file = \(folder.path)/\(certificate).pem
      smtpd_tls_key_file = \(folder.path)/key.pem

      """)
    try folder.write(
      "/conf/master.cf",
      """
      127.0.0.1:\(ports[0]) inet n - n - - smtpd
      127.0.0.1:\(ports[1]) inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
      127.0.0.1:\(ports[2]) inet n - n - - smtpd -o smtpd_tls_security_level=none
      postlog unix-dgram n - n - 1 postlogd
      tlsmgr unix - - n 1000? 1 tlsmgr
      anvil unix - - n - 1 anvil
      rewrite unix - - n - - trivial-rewrite
      proxymap unix - - n - - proxymap
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      bounce unix - - n - 0 bounce

      """)
    for name in ["queue", "data"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    try FileManager.default.setAttributes(
      [.ownerAccountName: "postfix"], ofItemAtPath: folder.path + "/data")
    let started = try postfix("start")
    try #require(started.status == 0, "\(String(decoding: started.output, as: UTF8.self))\n\(log)")
  }

  deinit { _ = try? postfix("stop") }

  @discardableResult func postfix(_ word: String) throws -> FixedCommand.Result {
    try #require(FixedCommand("postfix")).run(["-c", folder.path + "/conf", word], seconds: 120, withErrors: true)
  }

  /// ca.pem, with which leaf.pem is made for mail.example.org; alone.pem is self-signed; all have key.pem.
  private static func makeCertificates(_ path: String, _ days: Int) throws {
    let openssl = try #require(FixedCommand("openssl"))
    let key = "-newkey rsa:2048 -nodes"
    for arguments in [
      "req -x509 \(key) -subj /CN=authority -days 60 -keyout \(path)/ca-key.pem -out \(path)/ca.pem",
      "req -x509 \(key) -subj /CN=mail.example.org -days \(days) -keyout \(path)/key.pem -out \(path)/alone.pem",
      "req -new -key \(path)/key.pem -subj /CN=mail.example.org -out \(path)/request.pem",
      "x509 -req -in \(path)/request.pem -CA \(path)/ca.pem -CAkey \(path)/ca-key.pem -days \(days) -out \(path)/leaf.pem",
      "x509 -req -in \(path)/request.pem -CA \(path)/ca.pem -CAkey \(path)/ca-key.pem -days -1 -out \(path)/old.pem",
    ] {
      let made = try openssl.run(arguments.split(separator: " ").map(String.init), seconds: 120, withErrors: true)
      try #require(made.status == 0, "\(String(decoding: made.output, as: UTF8.self))")
    }
  }

  private static func freePort() throws -> UInt16 {
    guard let listener = TCPPort() else { throw StartFailure(description: "no free port on loopback") }
    return listener.port
  }
}

/// A listening TCP port of 127.0.0.1 that answers nothing; closed with the value.
struct TCPPort: ~Copyable {
  let descriptor: Int32
  let port: UInt16

  init?() {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let error = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, length) | listen(descriptor, 5) | getsockname(descriptor, $0, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    if error != 0 { return nil }
  }

  deinit { close(descriptor) }
}
