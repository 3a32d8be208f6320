import Foundation
import Testing

@Suite struct `The configuration` {
  private func check(_ folder: borrowing TemporaryFolder, command: String = "config check") throws -> Maillogd.Outcome {
    // Root reads what it likes, unless it is kept from it.
    try Maillogd.shell(
      """
      rights=; [ $(id -u) != 0 ] || rights='setpriv --bounding-set=-dac_override,-dac_read_search'
      $rights $maillogd \(command) --config \(folder.path)/maillogd.yaml
      """)
  }

  @Test func `that may not be read is a fault, and not taken for none`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("maillogd.yaml", Data("language: fr\n".utf8))
    #expect(try check(folder).status == 0)
    let more = folder.path + "/maillogd.d"
    try FileManager.default.createDirectory(atPath: more, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: more)
    let hidden = try check(folder)
    #expect(hidden.status == 78)
    #expect(hidden.errors.contains("\(more): the configuration cannot be read: permission denied"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: more)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
    let denied = try check(folder)
    #expect(denied.status == 78)
    #expect(denied.errors.contains("\(file): the configuration cannot be read: permission denied"))
    try FileManager.default.removeItem(atPath: file)
    #expect(try check(folder).errors.contains("there is no such file"))
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
    #expect(try check(folder).errors.contains("Too many levels of symbolic links"))
  }

  @Test func `names who answers about the DNS, or has a fault`() throws {
    let folder = try TemporaryFolder()
    for (name, status) in [("own", 0), ("host", 0), ("192.0.2.53@5353", 0), ("resolver.example.org", 78)] {
      _ = try folder.file("maillogd.yaml", Data("dns: \(name)\n".utf8))
      let outcome = try check(folder)
      #expect(outcome.status == Int32(status), "\(name): \(outcome.errors)")
      if status != 0 { #expect(outcome.errors.contains("maillogd.yaml:1:") && outcome.errors.contains("\(name)' is")) }
    }
  }

  @Test func `shows every key that holds`() throws {
    let folder = try TemporaryFolder()
    let text = """
      verify: false
      dns: 192.0.2.53
      sources: {journal: {directory: /var/log/journal/remote, namespaces: [mail], units: ["podman-*"]}}
      routes: [{name: r, channels: [journal], rules: ["gmail.*"], domains: ["*.example.org"], continue: true}]
      channels: {journal: {journal: {}}}

      """
    _ = try folder.file("maillogd.yaml", Data(text.utf8))
    let shown = try check(folder, command: "config show")
    #expect(shown.status == 0, "\(shown.errors)")
    for line in [
      "verify: false", "dns: 192.0.2.53",
      "  journal: {directory: /var/log/journal/remote, namespaces: [\"mail\"], units: [\"podman-*\"]}",
    ] { #expect(shown.lines.contains(line), "\(line)") }
    let route = try #require(shown.lines.first { $0.contains("name: r,") })
    for part in ["rules: [\"gmail.*\"]", "domains: [\"*.example.org\"]", "continue: true"] {
      #expect(route.contains(part))
    }
  }

  @Test func `that is installed as an example is the one that the program prints`() throws {
    let installed = URL(filePath: BootedContainer.project + "/packaging/maillogd.yaml")
    #expect(try Maillogd.run(["config", "example"]).text == String(contentsOf: installed, encoding: .utf8))
  }

  @Test func `of a sendmail that cannot work under the unit has a fault, and says what to write`() throws {
    let folder = try TemporaryFolder()
    let program = try folder.file("sendmail", Data("#!/bin/sh\ncat > /dev/null\n".utf8))
    let helper = try folder.file("postdrop", Data())
    let text = "channels: {local: {sendmail: {path: \(program), from: a@example.org, to: [b@example.org]}}}\n"
    _ = try folder.file("maillogd.yaml", Data(text.utf8))
    let test = "$maillogd alert test --config \(folder.path)/maillogd.yaml"
    _ = try Maillogd.shell("chmod 755 \(program); chmod 2755 \(helper)")
    let kept = try Maillogd.shell("setpriv --no-new-privs \(test)")
    #expect(kept.status == 78)
    #expect(kept.errors.contains("NoNewPrivileges=") && kept.errors.contains("smtp: {server: 127.0.0.1, port: 25"))
    // A sendmail that takes no rights, such as msmtp's, works.
    _ = try Maillogd.shell("chmod 755 \(helper)")
    let free = try Maillogd.shell("setpriv --no-new-privs \(test)")
    #expect(free.status == 0, "\(free.errors)")
  }

  @Test(arguments: [("90s", 66), ("7d", 66), ("2w", 64), ("-1h", 64), ("h", 64)])
  func `and the command line write durations alike`(duration: String, status: Int) throws {
    let outcome = try Maillogd.run([
      "incidents", "silence", "add", "--rule", "gmail.*", "--for=\(duration)", "--comment", "x", "--database",
      "/nonexistent/incidents.sqlite",
    ])
    #expect(outcome.status == Int32(status), "\(outcome.errors)")
  }
}
