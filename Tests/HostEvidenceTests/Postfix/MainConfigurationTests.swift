import Foundation
import Testing

@testable import HostEvidence

@Suite struct `main.cf` {
  @Test func `goes on in lines that begin with blanks, comments between them or not`() {
    let main = MainConfiguration(
      """
      # a comment
      mynetworks = 127.0.0.0/8
        # not a setting = of its own
        [::1]/128
      myhostname=mail.example.org
      relayhost =
      """)
    #expect(main["mynetworks"] == "127.0.0.0/8 [::1]/128")
    #expect(main["myhostname"] == "mail.example.org")
    #expect(main["relayhost"] == "")
    #expect(main["not a setting"] == nil)
  }

  @Test func `keeps the last of two settings of one name`() {
    #expect(MainConfiguration("a = 1\na = 2\n")["a"] == "2")
  }

  @Test(arguments: [
    ("$name", "value"), ("${name}", "value"), ("$(name)", "value"), ("a${name}b", "avalueb"), ("$$name", "$name"),
    ("${name?yes}", "yes"), ("${none?yes}", ""), ("${none:other}", "other"), ("${name:other}", "value"),
    ("${name?{x $name}:{y}}", "x value"), ("${none?{x}:{y}}", "y"), ("${{$name} == {value} ? {same} : {not}}", "same"),
    ("${{3} < {12} ? {less} : {more}}", "less"), ("$unknown", ""), ("${name", ""), ("100$", "100"),
  ])
  func `puts in what names stand for`(value: String, expected: String) {
    let main = MainConfiguration("name = value\n")
    #expect(main.expanded(value) == expected)
  }

  @Test func `that refers to itself ends all the same`() {
    let main = MainConfiguration("a = $b$b\nb = $a$a\n")
    #expect(main.expanded("$a").isEmpty)
  }

  @Test func `is read as postconf reads it`() throws {
    guard FixedCommand("postconf") != nil else { return skipped("postconf is not installed") }
    let folder = try MachineFolder()
    let text = """
      compatibility_level = 3.6
      mydomain = example.org
      myhostname = mail.$mydomain
      mydestination = $myhostname,
         localhost.${mydomain},
      # in between
         localhost
      smtpd_milters = ${stress?{inet:[::1]:1}:{inet:localhost:8891}}
      non_smtpd_milters = $smtpd_milters
      milter_protocol = ${{$compatibility_level} <level {3} ? {2} : {6}}
      """
    try folder.write("/main.cf", text)
    let told = try FixedCommand("postconf")?.run(["-c", folder.path, "-x"])
    let lines = String(decoding: told?.output ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    let main = MainConfiguration(text)
    for name in ["myhostname", "mydestination", "smtpd_milters", "non_smtpd_milters"] {
      let ours = main.expanded(main[name] ?? "")
      #expect(lines.contains("\(name) = \(ours)"), "\(name) = \(ours)")
    }
  }
}

@Suite struct `master.cf` {
  private static let text = """
    # service type  private unpriv  chroot  wakeup  maxproc command + args
    smtp      inet  n       -       y       -       -       smtpd
    submission inet n       -       n       -       -       smtpd
      -o syslog_name=postfix/submission
      -o { smtpd_milters = inet:localhost:8891, inet:localhost:8893 }
    cleanup   unix  n       -       -       -       0       cleanup
    broken line
    """

  @Test func `names its services by name and type`() {
    let master = MasterConfiguration(Self.text)
    #expect(master.services.map(\.name) == ["smtp/inet", "submission/inet", "cleanup/unix"])
    #expect(master["smtp/inet"]?.chroot == "y")
    #expect(master["smtp/unix"] == nil)
  }

  @Test func `overrides settings of main.cf, in braces or not`() {
    let overrides = MasterConfiguration(Self.text)["submission/inet"]?.overrides
    #expect(overrides?["syslog_name"] == "postfix/submission")
    #expect(overrides?["smtpd_milters"] == "inet:localhost:8891, inet:localhost:8893")
  }

  @Test func `decides about the chroot, and the compatibility level about its dash`() throws {
    let folder = try MachineFolder()
    try folder.write("/etc/postfix/master.cf", Self.text)
    try folder.write("/etc/postfix/main.cf", "compatibility_level = 3.6\n")
    let settings = PostfixSettings(machine: folder.machine)
    #expect(settings.isChrooted("smtp/inet") == true)
    #expect(settings.isChrooted("submission/inet") == false)
    #expect(settings.isChrooted("cleanup/unix") == false)
    #expect(settings.isChrooted("none/unix") == nil)
    #expect(settings.value("smtpd_milters", service: "submission/inet") == "inet:localhost:8891, inet:localhost:8893")
  }
}

/// Says aloud what could not be tested here.
func skipped(_ reason: String) {
  FileHandle.standardError.write(Data("SKIPPED: \(reason)\n".utf8))
}
