import Foundation

/// A copy of this machine booted with its own systemd (scripts/container); what happens in it stays in memory.
final class BootedContainer {
  private let folder: String
  /// Two runs at once must not share a control group.
  private let name = "mld-" + UUID().uuidString.prefix(8).lowercased()
  private static let script = project + "/scripts/container"

  /// The checkout.
  static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL.path

  /// What is missing here for a mail server in a container that also has `programs`, if something is.
  static func obstacle(programs: [String] = []) -> String? {
    if geteuid() != 0 { return "it needs root" }
    let all = ["/usr/bin/systemd-nspawn", "/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/opendkim-genkey"]
    return (all + programs).first { !FileManager.default.isExecutableFile(atPath: $0) }.map { "\($0) is not installed" }
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/maillogd-" + name
    let boot = try Maillogd.shell("'\(Self.script)' up '\(folder)' \(name)")
    guard boot.status == 0 else { throw Fault(boot.errors) }
  }

  deinit { _ = try? Maillogd.shell("'\(Self.script)' down '\(folder)' \(name)") }

  struct Fault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// Its root, seen from here.
  var root: String { folder + "/root" }

  /// Runs a command as an admin would type it; one that waits for a person is ended after a minute.
  @discardableResult func run(_ command: String) throws -> Maillogd.Outcome {
    try Maillogd.shell(
      "exec timeout -k 5 60 '\(Self.script)' run '\(folder)' bash -c \"$command\" </dev/null",
      environment: ["command": command])
  }

  /// Puts a program into /usr/local/bin.
  func install(_ source: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: source, toPath: root + "/usr/local/bin/" + name)
  }

  func write(_ path: String, _ text: String) throws { try Data(text.utf8).write(to: URL(filePath: root + path)) }

  func read(_ path: String) -> String { (try? String(contentsOfFile: root + path, encoding: .utf8)) ?? "" }
}
