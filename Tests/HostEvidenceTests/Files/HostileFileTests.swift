import Diagnosis
import Foundation
import Testing

@testable import HostEvidence

@Suite struct `Files that mean harm` {
  @Test func `are not waited for, followed for ever, or read whole`() throws {
    let folder = try MachineFolder()
    let pipe = folder.path + "/pipe"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileFault.notAFile) { try BoundedFile.bytes(pipe) }
    #expect(throws: FileFault.notAFile) { try BoundedFile.bytes("/dev/zero") }
    #expect(throws: FileFault.missing) { try BoundedFile.bytes(folder.path + "/none") }
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/loop", withDestinationPath: "loop")
    #expect(throws: FileFault.failed(ELOOP)) { try BoundedFile.bytes(folder.path + "/loop") }
    try folder.write("/large", String(repeating: "x", count: 5_000))
    #expect(throws: FileFault.tooLarge(100)) { try BoundedFile.bytes(folder.path + "/large", most: 100) }
    #expect(try BoundedFile.bytes(folder.path + "/large", most: 100, cutting: true).count == 100)
  }

  @Test func `give a verdict of unknown with the reason`() async throws {
    let folder = try MachineFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/loop", withDestinationPath: "loop")
    let witness = HostWitness(machine: folder.machine)
    let seen = await witness.look(MachineCheck(name: "file", parameters: ["path": ["/loop"], "contains": ["x"]]))
    #expect(seen.verdict == .unknown)
    #expect(!seen.found.english.isEmpty && !seen.found.french.isEmpty)
  }

  @Test func `half written as configuration do not trap`() async throws {
    let folder = try MachineFolder()
    let pieces = [
      "=", "${", "${a", "$(", "a = ${a?{b}", "{", "smtp inet n - y - -", " -o", "\u{0}\u{1}", "a\u{301} = é",
    ]
    for text in pieces {
      try folder.write("/etc/postfix/main.cf", text)
      try folder.write("/etc/postfix/master.cf", text + "\nx unix - - - - - y -o {a")
      try folder.write("/etc/opendkim.conf", text + "\nKeyTable\nSocket inet:@\n")
      let witness = HostWitness(machine: folder.machine)
      for (name, parameters) in [
        ("postfix", ["parameter": ["a"], "is": ["x"]]), ("postfix", ["service": ["smtp/inet"], "chroot": ["y"]]),
        ("opendkim", ["milter": ["inet:localhost:1"], "is": ["its-socket"]]),
        ("opendkim", ["signs-for": ["example.org"]]),
        ("table", ["parameter": ["alias_maps"], "value-contains": ["x"]]),
      ] {
        let seen = await witness.look(MachineCheck(name: name, parameters: parameters))
        #expect(!seen.found.english.isEmpty)
      }
    }
  }
}

@Suite struct `A command that reads` {
  @Test func `is stopped when it takes too long or says too much`() throws {
    let sleep = try #require(FixedCommand("sleep"))
    let start = ContinuousClock.now
    #expect(throws: FixedCommand.Fault.tooSlow) { try sleep.run(["60"], seconds: 1) }
    #expect(ContinuousClock.now - start < .seconds(30))
    let yes = try #require(FixedCommand("yes"))
    #expect(throws: FixedCommand.Fault.tooMuch) { try yes.run([], seconds: 30, most: 100_000) }
  }

  @Test func `gives its output and its exit code`() throws {
    let echo = try #require(FixedCommand("echo")).run(["$HOME", "`id`"])
    #expect(String(decoding: echo.output, as: UTF8.self) == "$HOME `id`\n")
    #expect(try #require(FixedCommand("false")).run([]).status == 1)
    #expect(FixedCommand("no-such-program-here") == nil)
  }
}

@Suite struct `What changed shortly before` {
  @Test func `is told by the time stamps of files`() throws {
    let folder = try MachineFolder()
    try folder.write("/etc/postfix/main.cf", "")
    try folder.age("/etc/postfix/main.cf", by: 180)
    let now = Int64(Date().timeIntervalSince1970)
    func look(first: Int64, within: String) -> Observation {
      ChangeLook(machine: folder.machine).observe(
        MachineCheck(
          name: "changed", parameters: ["path": ["/etc/postfix/main.cf"], "within": [within], "first": [String(first)]])
      )
    }
    #expect(look(first: now, within: "10m").verdict == .holds)
    #expect(
      look(first: now, within: "10m").found.english == "/etc/postfix/main.cf changed 3 minutes before the first failure"
    )
    #expect(look(first: now, within: "2m").verdict == .fails)
    #expect(look(first: now - 3_600, within: "10m").verdict == .fails)
  }

  @Test func `is told by the package log`() throws {
    let folder = try MachineFolder()
    let formatter = DateFormatter()
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    formatter.locale = Locale(identifier: "en_US_POSIX")
    let now = Date()
    let stamp = formatter.string(from: now.addingTimeInterval(-600))
    try folder.write("/var/log/dpkg.log", "\(stamp) status installed postfix:amd64 3.7.11-0+deb12u1\n")
    let parameters = [
      "path": ["package:postfix"], "within": ["1h"], "first": [String(Int64(now.timeIntervalSince1970))],
    ]
    let seen = ChangeLook(machine: folder.machine).observe(MachineCheck(name: "changed", parameters: parameters))
    #expect(seen.verdict == .holds)
  }
}
