import Foundation
import Testing

/// A real authoritative server (nsd) on a port of its own on loopback, with the zones of a test; it ends with the value.
final class NameServer {
  static let program = "/usr/sbin/nsd"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: program)
  static let absence: Comment = "NOT RUN: nsd is not installed (apt-get install nsd)"

  let port: UInt16
  private let folder: URL
  private let process: ServerProcess

  /// For `DNSResolver.Servers.forwarders`.
  var address: String { "127.0.0.1@\(port)" }

  /// `zones`: name of the zone and its records; SOA and NS are added.
  init(_ zones: [String: String]) throws {
    port = try Self.freePort()
    folder = FileManager.default.temporaryDirectory.appending(path: "maillogd-nsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var configuration = """
      server:
        ip-address: 127.0.0.1
        port: \(port)
        username: ""
        chroot: ""
        server-count: 1
        database: ""
        zonesdir: "\(folder.path)"
        pidfile: "\(folder.path)/pid"
        xfrdfile: "\(folder.path)/xfrd"
        zonelistfile: "\(folder.path)/zones"
        logfile: "\(folder.path)/log"
        rrl-ratelimit: 0
      remote-control:
        control-enable: no

      """
    for (index, (name, records)) in zones.enumerated() {
      let head = "$ORIGIN \(name).\n$TTL 60\n@ SOA ns.invalid. root.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n"
      try Data((head + records + "\n").utf8).write(to: folder.appending(path: "\(index).zone"))
      configuration += "zone:\n  name: \"\(name)\"\n  zonefile: \"\(index).zone\"\n"
    }
    try Data(configuration.utf8).write(to: folder.appending(path: "nsd.conf"))
    process = try ServerProcess([Self.program, "-d", "-c", folder.appending(path: "nsd.conf").path])
    try waitUntilItAnswers()
  }

  deinit {
    process.end()
    do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
  }

  private func waitUntilItAnswers() throws {
    let query = LoopbackSocket.query(id: 1, name: "version.server", type: 16, class: 3)
    for _ in 0..<300 {
      guard process.isRunning else { break }
      if try LoopbackSocket.exchange(query, port: port, milliseconds: 100) != nil { return }
    }
    let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "no log"
    throw StartFailure(description: "nsd does not answer on port \(port): \(log)")
  }

  private static func freePort() throws -> UInt16 { try LoopbackSocket().port }
}

struct StartFailure: Error, CustomStringConvertible { let description: String }
