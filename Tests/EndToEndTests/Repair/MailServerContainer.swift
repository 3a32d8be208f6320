import Foundation

/// A booted container with Postfix and OpenDKIM, to break and to repair.
final class MailServerContainer {
  private let machine: BootedContainer

  init() throws {
    machine = try BootedContainer()
    try machine.install(Maillogd.path, as: "maillogd")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "mail-server.sh").path
    try machine.install(script, as: "mail-server")
  }

  @discardableResult func run(_ command: String) throws -> Maillogd.Outcome { try machine.run(command) }

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
    guard scan.status == 0 else { throw BootedContainer.Fault("scan ended with \(scan.status): \(scan.errors)") }
    return try scan.report()
  }

  /// Changes a file as the report says: the line replaces the one that sets the same name, or is added.
  func apply(_ change: Report.File) throws {
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
    try machine.write("/root/change", content)
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
