import Foundation
import Testing

/// OpenDKIM's own programs and openssl, on files in a folder that goes away with the value.
final class OpenDKIMTools {
  static let testKey = "/usr/sbin/opendkim-testkey"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: testKey) && NameServer.isInstalled
  static let absence: Comment = "NOT RUN: opendkim-testkey or nsd is not installed (apt-get install opendkim-tools nsd)"

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "maillogd-dkim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) } }

  /// A new private key; gives its path.
  func key(_ name: String, _ options: [String]) throws -> String {
    let path = folder.appending(path: name).path
    let result = try Self.run("/usr/bin/openssl", ["genpkey"] + options + ["-out", path])
    guard result.status == 0 else { throw StartFailure(description: "openssl: \(result.output)") }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    return path
  }

  /// What opendkim-testkey says about the key at `path` and the record of `selector`._domainkey.example.org.
  func verdict(selector: String, key path: String, server: NameServer) throws -> (status: Int32, output: String) {
    let resolver = folder.appending(path: "\(selector).unbound")
    let lines = """
      server:
        do-not-query-localhost: no
        module-config: "iterator"
      forward-zone:
        name: "."
        forward-addr: \(server.address)

      """
    try Data(lines.utf8).write(to: resolver)
    let configuration = folder.appending(path: "\(selector).conf")
    try Data("ResolverConfiguration \(resolver.path)\n".utf8).write(to: configuration)
    return try Self.run(
      Self.testKey, ["-d", "example.org", "-s", selector, "-k", path, "-x", configuration.path, "-vv"])
  }

  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
