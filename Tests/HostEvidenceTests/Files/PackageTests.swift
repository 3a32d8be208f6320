import Diagnosis
import Testing

@testable import HostEvidence

@Suite struct `A package` {
  private static func look(_ parameters: [String: [String]], list: String? = status) throws -> Observation {
    let folder = try MachineFolder()
    if let list { try folder.write("/var/lib/dpkg/status", list) }
    return PackageLook(machine: folder.machine).observe(MachineCheck(name: "package", parameters: parameters))
  }

  private static let status = """
    Package: postfix
    Status: install ok installed
    Architecture: amd64
    Version: 3.7.11-0+deb12u1

    Package: postfix-pcre
    Status: deinstall ok config-files
    Version: 3.7.11-0+deb12u1

    """

  @Test(arguments: [
    (["name": ["postfix"], "is": ["installed"]], Observation.Verdict.holds),
    (["name": ["postfix"], "is": ["missing"]], .fails),
    // What was removed and left its configuration is not installed.
    (["name": ["postfix-pcre"], "is": ["missing"]], .holds),
    (["name": ["exim4", "postfix"], "is": ["installed"]], .holds),
    (["name": ["postfix"], "older-than": ["3.8"]], .holds),
    (["name": ["postfix"], "older-than": ["3.7.11-0"]], .fails),
    (["name": ["exim4"], "older-than": ["5"]], .fails),
  ])
  func `is installed, missing or too old`(parameters: [String: [String]], verdict: Observation.Verdict) throws {
    let seen = try Self.look(parameters)
    #expect(seen.verdict == verdict, "\(seen.found.english)")
  }

  @Test func `is unknown where dpkg is not`() throws {
    #expect(try Self.look(["name": ["postfix"], "is": ["missing"]], list: nil).verdict == .unknown)
  }

  @Test(arguments: [
    ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.9", "1.10"), ("9", "1:0"), ("1.0a", "1.0+b"), ("1.0-1", "1.0-1+deb12u1"),
    ("1.0.1", "1.0.a"), ("09.1", "9.2"),
  ])
  func `has versions in dpkg's order`(older: String, newer: String) {
    #expect(PackageVersion(older) < PackageVersion(newer))
    #expect(!(PackageVersion(newer) < PackageVersion(older)))
  }
}
