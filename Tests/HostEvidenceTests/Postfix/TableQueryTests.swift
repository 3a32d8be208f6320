import Diagnosis
import Testing

@testable import HostEvidence

@Suite(.enabled(if: FixedCommand("postmap") != nil, "NOT RUN: postmap is not installed"))
struct `A question to a lookup table` {
  private static func query(_ table: String, _ key: String) throws -> TableLook.Answer {
    TableLook.query(try #require(LookupTable(table)), key, .this)
  }

  @Test func `tells a missing key from a table that cannot be opened`() throws {
    let folder = try MachineFolder()
    try folder.write("/map", "example.org smtp:[192.0.2.1]\n")
    let table = "texthash:\(folder.path)/map"
    guard case .found("smtp:[192.0.2.1]") = try Self.query(table, "example.org") else {
      Issue.record("the key is there")
      return
    }
    guard case .absent = try Self.query(table, "example.net") else {
      Issue.record("the key is not there")
      return
    }
    for broken in ["hash:\(folder.path)/none", "texthash:\(folder.path)/none"] {
      guard case .failed(let reason) = try Self.query(broken, "example.org") else {
        Issue.record("\(broken) cannot be opened, which says nothing about its keys")
        continue
      }
      #expect(reason.english.contains("No such file"), "\(reason.english)")
    }
    guard case .absent = try Self.query(table, "-") else {
      Issue.record("- is a key like any other")
      return
    }
  }

  private static func look(_ main: String, _ parameters: [String: String]) throws -> Observation {
    let folder = try MachineFolder()
    try folder.write("/login", "[smtp.example.org]:587 user:geheim\n")
    try folder.write("/etc/postfix/main.cf", main.replacing("FOLDER", with: folder.path))
    let look = TableLook(machine: .this, settings: PostfixSettings(machine: folder.machine))
    return look.observe(MachineCheck(name: "table", parameters: parameters.mapValues { [$0] }))
  }

  @Test func `finds a login under the next hop as Postfix does, and never tells the password`() throws {
    let main = "smtp_sasl_password_maps = texthash:FOLDER/login\n"
    let key = ["parameter": "smtp_sasl_password_maps", "key": "smtp.example.org", "is": "missing"]
    let seen = try Self.look(main, key)
    #expect(seen.verdict == .fails, "\(seen.found.english)")
    #expect(!seen.found.english.contains("geheim") && !seen.facts.values.contains { $0.contains("geheim") })
    let listed = try Self.look(main, ["parameter": "smtp_sasl_password_maps", "value-contains": "geheim"])
    #expect(listed.verdict == .holds && !listed.found.english.contains("geheim"), "\(listed.found.english)")
  }

  @Test func `knows a domain that the list names without a table`() throws {
    let key = ["parameter": "virtual_mailbox_domains", "key": "example.org", "is": "missing"]
    #expect(try Self.look("virtual_mailbox_domains = example.net, Example.org\n", key).verdict == .fails)
    #expect(try Self.look("virtual_mailbox_domains = example.net\n", key).verdict == .holds)
  }
}
