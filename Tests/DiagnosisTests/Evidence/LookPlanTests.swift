import Diagnosis
import LogParsing
import Testing

@Suite struct `The plan of looks at the machine` {
  private static func incident() throws -> Incident {
    let keys = #"match: [{daemon: cleanup, message: '^connect to Milter service (?P<milter>\S+): refused'}]"#
    let log = "2026-11-23T10:00:10Z mail postfix/cleanup[2]: warning: connect to Milter service inet:a:1: refused\n"
    return try #require(diagnosis(log, try ruleSet(try rule("a.refused", keys)))["a.refused"])
  }

  @Test func `begins no look while another is under way, however long it hangs`() throws {
    let incident = try Self.incident()
    var plan = LookPlan()
    plan.add(["a"])
    #expect(plan.due(at: 0) { _ in incident }.count == 1)
    plan.add(["b"])
    for second: Int64 in [1, 20, 86_400] { #expect(plan.due(at: second) { _ in incident }.isEmpty) }
    plan.ended()
    #expect(plan.due(at: 86_401) { _ in incident }.count == 1)
  }

  @Test func `looks at an incident once in five minutes, and forgets none that has to wait`() throws {
    let incident = try Self.incident()
    var plan = LookPlan()
    var looks: [Int64] = []
    for second: Int64 in 0..<900 {
      plan.add(["a"])
      if !plan.due(at: second, unseen: { _ in incident }).isEmpty {
        looks.append(second)
        plan.ended()
      }
    }
    #expect(looks == [0, 300, 600])
  }

  @Test func `passes over what needs no look, and asks again only when the log tells of it again`() {
    var plan = LookPlan()
    plan.add(["a"])
    var asked = 0
    for second: Int64 in 0..<10 {
      #expect(
        plan.due(at: second) { _ in
          asked += 1
          return nil
        }.isEmpty)
    }
    #expect(asked == 1)
  }

  @Test func `takes a storm in small portions`() throws {
    let incident = try Self.incident()
    var plan = LookPlan()
    plan.add((0..<50).map { "incident \($0)" })
    var portions: [Int] = []
    for second: Int64 in 0..<5 {
      portions.append(plan.due(at: second) { _ in incident }.count)
      plan.ended()
    }
    #expect(portions == [20, 20, 10, 0, 0])
  }

  @Test func `is not held up by a clock set back`() throws {
    let incident = try Self.incident()
    var plan = LookPlan()
    plan.add(["a"])
    #expect(plan.due(at: 10_000) { _ in incident }.count == 1)
    plan.ended()
    plan.add(["a"])
    #expect(plan.due(at: 5) { _ in incident }.count == 1)
  }
}
