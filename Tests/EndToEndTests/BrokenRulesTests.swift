import Testing

@Suite struct `A folder of rules with a fault` {
  static let sound = """
    id: local.test
    status: stable
    title: A test
    severity: warning
    match:
      - daemon: smtpd
        level: warning
        message: '^the moon is full'
    impact: Nothing stops.
    causes:
      - id: moon
        text: The moon is full.
        fix: [{text: Wait.}]
    references: [https://www.postfix.org/]
    tests:
      - log: "Jan 31 22:04:20 smtp postfix/smtpd[1]: warning: the moon is full"
      - log: "Jan 31 22:04:20 smtp postfix/smtpd[1]: warning: the moon is new"
        match: false
    fr:
      title: Un essai
      impact: Rien ne s'arrête.
      causes:
        moon: {text: La lune est pleine., fix: [Attendez.]}

    """

  /// Runs a scan with the folder of rules; the first line on stderr must begin with the place of the fault.
  private func expectRefused(
    _ files: [String: String], at place: String, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.file(name, text) }
    for command in [
      ["scan", "--format", "json", Recording.path("conn_refused")], ["explain", "anything"], ["rules", "list"],
    ] {
      let run = try Maillogd.run(command + ["--rules", folder.path])
      #expect(run.status == 65, sourceLocation: location)
      #expect(run.output.isEmpty, sourceLocation: location)
      let first = run.errors.split(separator: "\n").first.map(String.init) ?? ""
      #expect(first.hasPrefix("\(folder.path)/\(place): "), "\(first)", sourceLocation: location)
      #expect(first.contains(words), "\(first)", sourceLocation: location)
    }
    let lint = try Maillogd.run(["rules", "lint", folder.path])
    #expect(lint.status == 1, sourceLocation: location)
  }

  @Test func `is told where its YAML breaks`() throws {
    try expectRefused(
      ["a.yaml": "id: local.a\ntitle: [unclosed\nseverity: info\n"], at: "a.yaml:3:9", saying: "not YAML")
  }

  @Test func `is told which key is unknown, and the one that was meant`() throws {
    let text = Self.sound.replacing("severity:", with: "severty:")
    try expectRefused(["test.yaml": text], at: "test.yaml:4:1", saying: "no key 'severty'; did you mean 'severity'")
  }

  @Test func `is told which expression is none`() throws {
    let text = Self.sound.replacing("the moon is full'", with: "the (moon is full'")
    try expectRefused(["test.yaml": text], at: "test.yaml:8:14", saying: "missing )")
  }

  @Test func `is told when an expression looks back, which would take endless time`() throws {
    let text = Self.sound.replacing("the moon is full'", with: #"the (moon) is \1'"#)
    try expectRefused(["test.yaml": text], at: "test.yaml:8:14", saying: "RE2")
  }

  @Test func `is told that two rules have one id`() throws {
    try expectRefused(
      ["a.yaml": Self.sound, "b.yaml": Self.sound], at: "b.yaml:1:5", saying: "'local.test' is already taken")
  }

  @Test func `is told that it holds no rule, or is not there`() throws {
    let folder = try TemporaryFolder()
    let empty = try Maillogd.run(["rules", "list", "--rules", folder.path])
    #expect(empty.status == 65)
    #expect(empty.errors.hasPrefix("\(folder.path): the folder holds no rule"))
    let absent = try Maillogd.run(["rules", "list", "--rules", "/nonexistent"])
    #expect(absent.status == 65)
    #expect(absent.errors.hasPrefix("/nonexistent: there is no such folder"))
  }

  @Test func `is used when it is sound`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("test.yaml", Self.sound)
    let line = "Jan 31 22:04:20 smtp postfix/smtpd[1]: warning: the moon is full"
    #expect(
      try Maillogd.run(["explain", "--format", "json", "--rules", folder.path, line]).report().incidents.map(\.rule)
        == ["local.test"])
    #expect(try Maillogd.run(["rules", "lint", folder.path]).status == 0)
    #expect(try Maillogd.run(["rules", "test", "--only", "local.", folder.path]).lines == ["2 passed, 0 failed"])
    #expect(try Maillogd.run(["rules", "list", "--only-these", "--rules", folder.path]).lines.count == 1)
  }

  @Test func `fails its tests when a sample does not match`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "test.yaml", Self.sound.replacing("warning: the moon is full\"", with: "warning: the sun is full\""))
    let run = try Maillogd.run(["rules", "test", "--only", "local.", folder.path])
    #expect(run.status == 1)
    #expect(run.text.contains("\(folder.path)/test.yaml:"))
    #expect(run.text.contains("1 failed"))
  }
}
