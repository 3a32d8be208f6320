import Diagnosis
import Testing

@testable import HostEvidence

@Suite struct `A unit of which systemd says nothing` {
  private static func state(_ load: String) -> UnitLook.State {
    UnitLook.State(
      name: "opendkim.service", load: load, active: "inactive", sub: "dead", result: "success", status: 0, pid: 0)
  }

  @Test func `is not a missing one`() {
    let names = ["opendkim.service", "opendkim2.service"]
    #expect(UnitLook.silence(names, [nil, Self.state("not-found")])?.verdict == .unknown)
    #expect(UnitLook.silence(names, [Self.state("not-found"), Self.state("not-found")]) == nil)
    #expect(UnitLook.silence(names, [nil, Self.state("loaded")]) == nil)
  }
}
