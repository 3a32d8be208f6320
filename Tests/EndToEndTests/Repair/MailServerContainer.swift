import Foundation

/// A copy of this machine with its own systemd, Postfix and OpenDKIM; what happens in it stays in memory.
final class MailServerContainer {
  private let folder: String
  /// Two runs at once must not share a control group.
  private let name: String
  private static let source = URL(filePath: #filePath).deletingLastPathComponent()
  private static let script = source.appending(path: "../../../scripts/container").standardizedFileURL.path

  /// What is missing for it here, if something is.
  static var obstacle: String? {
    if getuid() != 0 { return "it needs root" }
    for program in ["/usr/bin/systemd-nspawn", "/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/opendkim-genkey"]
    where !FileManager.default.isExecutableFile(atPath: program) {
      return "\(program) is not installed"
    }
    return nil
  }

  init() throws {
    name = "repair-" + UUID().uuidString.prefix(8).lowercased()
    folder = FileManager.default.temporaryDirectory.path + "/maillogd-" + name
    let boot = try Maillogd.shell("'\(Self.script)' up '\(folder)' \(name)")
    guard boot.status == 0 else { throw Fault(boot.errors) }
    for (from, to) in [
      (Maillogd.path, "maillogd"), (Self.source.appending(path: "mail-server.sh").path, "mail-server"),
    ] {
      try FileManager.default.copyItem(atPath: from, toPath: "\(folder)/root/usr/local/bin/\(to)")
    }
  }

  deinit { _ = try? Maillogd.shell("'\(Self.script)' down '\(folder)' \(name)") }

  struct Fault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// Runs a command as an admin would type it; one that waits for a person is ended after a minute.
  @discardableResult func run(_ command: String) throws -> Maillogd.Outcome {
    try Maillogd.shell(
      "exec timeout -k 5 60 '\(Self.script)' run '\(folder)' bash -c \"$command\" </dev/null",
      environment: ["command": command])
  }

  /// A place in the journal, to read from later.
  func journalPlace() throws -> String {
    try run("journalctl -n 0 --show-cursor --no-pager | sed -n 's/^-- cursor: //p'").text
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What `scan` says of the journal since then. Nothing tells it to look at the machine: it knows its own log.
  func scan(since place: String) throws -> Report {
    let log = "/tmp/journal.log"
    try run("journalctl -o short-iso-precise --no-pager --after-cursor='\(place)' > \(log)")
    let scan = try run("maillogd scan --lang en --format json \(log)")
    guard scan.status == 0 else { throw Fault("scan ended with \(scan.status): \(scan.errors)") }
    return try scan.report()
  }

  /// Changes a file as the report says: the line replaces the one that sets the same name, or is added.
  func apply(_ change: Report.File) throws {
    let path = folder + "/root" + change.path
    let text = try run("cat '\(change.path)'").text
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    for line in change.line.split(separator: "\n").map(String.init) {
      if let place = lines.firstIndex(where: { Self.name($0) == Self.name(line) }), !line.hasPrefix("[") {
        lines[place] = line
      } else {
        lines.append(line)
      }
    }
    let content = lines.joined(separator: "\n") + "\n"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let copy = folder + "/root/root/change"
    try Data(content.utf8).write(to: URL(filePath: copy))
    try run("mkdir -p \"$(dirname '\(change.path)')\" && cat /root/change > '\(change.path)'")
  }

  private static func name(_ line: String) -> String {
    String(line.prefix { !$0.isWhitespace && $0 != "=" }).lowercased()
  }

  /// Whether mail sent both ways arrives in the mailbox, signed.
  func mailFlows(_ token: String) throws -> Bool {
    try run("mail-server smtp \(token)-smtp 15")
    try run("mail-server local \(token)-local")
    return try run("mail-server arrived \(token)-smtp && mail-server arrived \(token)-local").status == 0
  }
}
