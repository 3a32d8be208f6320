import Diagnosis
import Testing

@testable import HostEvidence

@Suite struct `What Postfix is set to` {
  private static func look(_ main: String, _ parameters: [String: [String]], master: String = "") throws -> Observation
  {
    let folder = try MachineFolder()
    try folder.write("/etc/postfix/main.cf", main)
    try folder.write("/etc/postfix/master.cf", master)
    let settings = PostfixSettings(machine: folder.machine)
    return PostfixLook(machine: folder.machine, settings: settings).observe(
      MachineCheck(name: "postfix", parameters: parameters))
  }

  @Test(arguments: [
    (["parameter": ["milter_protocol"], "is-not": ["6"]], "milter_protocol = 2", Observation.Verdict.holds),
    (["parameter": ["milter_protocol"], "is-not": ["6"]], "", .fails),
    (["parameter": ["smtp_tls_security_level"], "is": ["", "none"]], "", .holds),
    (["parameter": ["relayhost"], "lacks": ["["]], "relayhost = smtp.example.net:587", .holds),
    (["parameter": ["message_size_limit"], "above": ["209715200"]], "message_size_limit = 1500000000", .holds),
    (["parameter": ["message_size_limit"], "above": ["209715200"]], "message_size_limit = ten", .unknown),
    (["parameter": ["no_such_parameter"], "is": ["x"]], "", .unknown),
    (["networks": ["mynetworks"], "holds": ["192.0.2.77"]], "mynetworks = 127.0.0.0/8, 192.0.2.0/24", .holds),
    (["networks": ["mynetworks"], "holds": ["192.0.2.7"]], "mynetworks = !192.0.2.7, 192.0.2.0/24", .fails),
    (["networks": ["mynetworks"], "lacks": ["2001:db8::5"]], "mynetworks = [2001:db8::]/32", .fails),
    (["networks": ["mynetworks"], "lacks": ["192.0.2.7"]], "mynetworks = cidr:/etc/postfix/nets", .unknown),
    (["domain": ["Example.org"], "is": ["declared"]], "mydestination = localhost, example.org", .holds),
    (["domain": ["example.net"], "is": ["undeclared"]], "mydestination = example.org", .holds),
  ])
  func `answers what the rules ask`(parameters: [String: [String]], main: String, verdict: Observation.Verdict) throws {
    let seen = try Self.look(main, parameters)
    #expect(seen.verdict == verdict, "\(seen.found.english)")
  }

  @Test func `includes what any service overrides`() throws {
    let master = "submission inet n - n - - smtpd\n  -o smtpd_milters=inet:[::1]:8891\n"
    let seen = try Self.look("", ["parameter": ["smtpd_milters"], "lacks": ["inet:[::1]:8891"]], master: master)
    #expect(seen.verdict == .fails)
  }

  @Test func `is asked of the instance that logged the line`() async throws {
    let folder = try MachineFolder()
    try folder.write(
      "/etc/postfix/main.cf", "multi_instance_directories = /etc/postfix-out\nrelayhost = [a.example.org]\n")
    try folder.write("/etc/postfix-out/main.cf", "multi_instance_name = postfix-out\nrelayhost = [b.example.org]\n")
    let witness = HostWitness(machine: folder.machine)
    for (instance, host) in [
      ("postfix-out", "[b.example.org]"), ("postfix", "[a.example.org]"), ("x", "[a.example.org]"),
    ] {
      let parameters = ["parameter": ["relayhost"], "is": [host], "instance": [instance]]
      let seen = await witness.look(MachineCheck(name: "postfix", parameters: parameters))
      #expect(seen.verdict == .holds, "\(instance): \(seen.found.english)")
    }
  }

  @Test func `is unknown, with the reason, where main.cf cannot be read`() throws {
    let folder = try MachineFolder()
    let settings = PostfixSettings(machine: folder.machine)
    let check = MachineCheck(name: "postfix", parameters: ["service": ["cleanup/unix"], "is": ["present"]])
    let seen = PostfixLook(machine: folder.machine, settings: settings).observe(check)
    #expect(seen.verdict == .unknown)
    #expect(seen.found.english.contains("main.cf does not exist"))
    // The defaults are Postfix's, not this machine's.
    let relay = MachineCheck(name: "postfix", parameters: ["parameter": ["relayhost"], "is": [""]])
    #expect(PostfixLook(machine: folder.machine, settings: settings).observe(relay).verdict == .unknown)
  }

  @Test func `is unknown where master.cf, which may override it, cannot be read`() throws {
    let folder = try MachineFolder()
    try folder.write("/etc/postfix/main.cf", "smtpd_milters = inet:127.0.0.1:8891\n")
    let look = PostfixLook(machine: folder.machine, settings: PostfixSettings(machine: folder.machine))
    for (parameters, verdict) in [
      (["is": "", "service": "smtp/inet"], Observation.Verdict.unknown), (["lacks": "8892"], .unknown),
      (["lacks": "8891"], .fails), (["contains": "8891"], .holds), (["is-not": ""], .holds),
    ] {
      let all = parameters.merging(["parameter": "smtpd_milters"]) { $1 }
      let seen = look.observe(MachineCheck(name: "postfix", parameters: all.mapValues { [$0] }))
      #expect(seen.verdict == verdict, "\(parameters): \(seen.found.english)")
    }
  }

  @Test func `does not tell a password that stands in the setting`() throws {
    let seen = try Self.look(
      "smtp_sasl_password_maps = static:user:geheim\n", ["parameter": ["smtp_sasl_password_maps"], "is-not": [""]])
    #expect(seen.verdict == .holds && !seen.found.english.contains("geheim"), "\(seen.found.english)")
  }
}

@Suite struct `A lookup table` {
  private static func state(_ prepare: (MachineFolder) throws -> Void) throws -> [String] {
    let folder = try MachineFolder()
    try prepare(folder)
    let look = TableLook(machine: folder.machine, settings: PostfixSettings(machine: folder.machine))
    return ["fresh", "stale", "unbuilt", "source-missing"].filter { state in
      let parameters = ["map": ["hash:/etc/postfix/virtual"], "is": [state]]
      return look.observe(MachineCheck(name: "table", parameters: parameters)).verdict == .holds
    }
  }

  @Test func `is fresh, stale, never built, or without its source`() throws {
    #expect(try Self.state { _ in } == ["source-missing"])
    #expect(try Self.state { try $0.write("/etc/postfix/virtual", "a b") } == ["unbuilt"])
    let built: (MachineFolder) throws -> Void = {
      try $0.write("/etc/postfix/virtual", "a b")
      try $0.write("/etc/postfix/virtual.db", "")
    }
    #expect(
      try Self.state {
        try built($0)
        try $0.age("/etc/postfix/virtual.db", by: 3_600)
      } == ["stale"])
    #expect(
      try Self.state {
        try built($0)
        try $0.age("/etc/postfix/virtual", by: 3_600)
      } == ["fresh"])
  }

  @Test func `is never asked when it is kept elsewhere`() {
    guard case .failed = TableLook.query(LookupTable("mysql:/etc/postfix/sql.cf")!, "a", .this) else {
      Issue.record("a database was asked")
      return
    }
  }

  @Test func `answers for a key that looks like an option or like shell text`() throws {
    guard FixedCommand("postmap") != nil else { return skipped("postmap is not installed") }
    let table = try #require(LookupTable("inline:{-q=found}"))
    guard case .found(let value) = TableLook.query(table, "-q", .this) else {
      Issue.record("postmap took the key for an option")
      return
    }
    #expect(value == "found")
    guard case .absent = TableLook.query(table, "$(touch /tmp/owned); `id`", .this) else {
      Issue.record("a shell saw the key")
      return
    }
  }
}
