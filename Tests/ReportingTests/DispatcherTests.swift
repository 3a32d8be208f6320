import Diagnosis
import Reporting
import Testing

/// A dispatcher and the incidents it sees, while time goes on.
private struct Scene {
  var dispatcher: Dispatcher
  var subjects: [AlertSubject] = []
  var now: Int64 = 1_795_392_000
  let routes: [AlertRoute]

  init(_ routes: [AlertRoute] = [AlertRoute(name: "all", channels: ["phone"])]) {
    self.routes = routes
    dispatcher = Dispatcher(routes: routes)
  }

  mutating func set(_ id: String, _ change: (inout AlertSubject) -> Void) {
    let place = subjects.firstIndex { $0.id == id }
    var subject =
      place.map { subjects[$0] } ?? AlertSubject(id: id, rule: String(id.prefix { $0 != "#" }), severity: .error)
    change(&subject)
    if let place { subjects[place] = subject } else { subjects.append(subject) }
  }

  mutating func open(_ ids: String...) { for id in ids { set(id) { $0.isActive = true } } }
  mutating func end(_ ids: String...) { for id in ids { set(id) { $0.isActive = false } } }

  /// Lets so many seconds pass, and returns what was decided: `120 firing a,b` is told 120 seconds after the call.
  mutating func pass(_ seconds: Int64) -> [String] {
    var told: [String] = []
    for second in 1...seconds {
      for decision in dispatcher.step(subjects, at: now + second) {
        let ended = decision.resolved.isEmpty ? "" : " -" + decision.resolved.joined(separator: ",")
        told.append("\(second) \(decision.kind.rawValue) \(decision.firing.joined(separator: ","))\(ended)")
      }
    }
    now += seconds
    return told
  }
}

@Suite struct `The dispatcher` {
  @Test func `tells of a failure once, half a minute after it began, and once when it has ended`() {
    var scene = Scene()
    scene.open("a.x")
    #expect(scene.pass(3_600) == ["31 firing a.x"])
    scene.end("a.x")
    // The group is looked at every five minutes.
    #expect(scene.pass(3_600).map { $0.drop { $0 != " " } } == [" resolved  -a.x"])
    #expect(scene.pass(86_400).isEmpty)
  }

  @Test func `says nothing of what had ended before anybody was told`() {
    var scene = Scene()
    scene.open("a.x")
    #expect(scene.pass(20).isEmpty)
    scene.end("a.x")
    #expect(scene.pass(3_600).isEmpty)
    #expect(scene.dispatcher.memory == Dispatcher.Memory())
  }

  @Test func `tells together what begins within the wait, and later news of the group five minutes on`() {
    var scene = Scene()
    scene.open("a.x#1")
    #expect(scene.pass(10).isEmpty)
    scene.open("a.x#2")
    #expect(scene.pass(30) == ["21 firing a.x#1,a.x#2"])
    scene.open("a.x#3")
    scene.end("a.x#1")
    #expect(scene.pass(600) == ["291 firing a.x#2,a.x#3 -a.x#1"])
  }

  @Test func `reminds every four hours, and of nothing that is acknowledged`() {
    var scene = Scene()
    scene.open("a.x")
    #expect(scene.pass(4 * 3_600) == ["31 firing a.x"])
    #expect(scene.pass(4 * 3_600).map { $0.split(separator: " ")[1] } == ["reminder"])
    scene.set("a.x") { $0.isAcknowledged = true }
    #expect(scene.pass(24 * 3_600).isEmpty)
    scene.end("a.x")
    #expect(scene.pass(600).map { $0.split(separator: " ")[1] } == ["resolved"])
  }

  @Test func `swallows an end and a new beginning between two notices`() {
    var scene = Scene()
    scene.open("a.x")
    #expect(scene.pass(60) == ["31 firing a.x"])
    scene.end("a.x")
    #expect(scene.pass(60).isEmpty)
    scene.open("a.x")
    #expect(scene.pass(1_000).isEmpty)
  }

  @Test func `tells of the root and not of what follows, until the root has ended and the rest has not`() {
    var scene = Scene()
    scene.open("a.root", "b.effect")
    scene.set("b.effect") { $0.causedBy = ["a.root"] }
    #expect(scene.pass(3_600) == ["31 firing a.root"])
    scene.end("a.root")
    let told = scene.pass(600)
    #expect(told.contains("31 firing b.effect"))
    #expect(told.contains { $0.hasSuffix("resolved  -a.root") })
    #expect(told.count == 2)
  }

  @Test func `tells of both when two incidents name each other`() {
    var scene = Scene()
    scene.open("a.x", "b.x")
    scene.set("a.x") { $0.causedBy = ["b.x"] }
    scene.set("b.x") { $0.causedBy = ["a.x"] }
    #expect(scene.pass(60).sorted() == ["31 firing a.x", "31 firing b.x"])
  }

  @Test func `is silent about what is silenced, and about its end`() {
    var scene = Scene()
    scene.open("a.x")
    scene.set("a.x") { $0.isSilenced = true }
    #expect(scene.pass(3_600).isEmpty)
    scene.set("a.x") { $0.isSilenced = false }
    #expect(scene.pass(3_600) == ["31 firing a.x"])
    scene.set("a.x") { $0.isSilenced = true }
    scene.end("a.x")
    #expect(scene.pass(3_600).isEmpty)
  }

  @Test func `tells again when an incident has become graver`() {
    var scene = Scene()
    scene.set("a.x") { $0.severity = .warning }
    #expect(scene.pass(60) == ["31 firing a.x"])
    scene.set("a.x") { $0.severity = .critical }
    #expect(scene.pass(600) == ["271 firing a.x"])
  }

  @Test func `takes the first route that fits, and the next ones where it goes on`() {
    let grave = AlertRoute(name: "grave", severity: .critical, channels: ["phone"], goesOn: true)
    let gmail = AlertRoute(name: "gmail", rules: [Glob("gmail.*")], channels: ["desk"])
    let domain = AlertRoute(name: "domain", domains: [Glob("*.example.org")], channels: ["customer"])
    var scene = Scene([grave, gmail, domain, AlertRoute(name: "rest", channels: ["mail"])])
    scene.set("gmail.x") { $0.severity = .critical }
    scene.set("b.x") { $0.domains = ["shop.example.org"] }
    scene.set("c.x") { $0.severity = .warning }
    scene.set("d.x") { $0.severity = .info }
    var told: [String] = []
    for second in 1...60 {
      for decision in scene.dispatcher.step(scene.subjects, at: scene.now + Int64(second)) {
        told.append("\(decision.route) \(decision.firing.joined())")
      }
    }
    #expect(told.sorted() == ["domain b.x", "gmail gmail.x", "grave gmail.x", "rest c.x"])
  }

  @Test func `decides the same after a restart at any second, under the same keys`() {
    func decisions(restartAt restart: Int64?) -> [Dispatcher.Decision] {
      var scene = Scene()
      var decided: [Dispatcher.Decision] = []
      for second in Int64(0)..<2_000 {
        if second == 5 { scene.open("a.x") }
        if second == 400 { scene.open("a.y") }
        if second == 900 { scene.end("a.x") }
        if second == restart { scene.dispatcher = Dispatcher(routes: scene.routes, memory: scene.dispatcher.memory) }
        decided += scene.dispatcher.step(scene.subjects, at: scene.now + second)
      }
      return decided
    }
    let whole = decisions(restartAt: nil)
    #expect(whole.count == 3)
    #expect(Set(whole.map(\.key)).count == 3)
    for restart in stride(from: Int64(0), to: 2_000, by: 37) { #expect(decisions(restartAt: restart) == whole) }
  }

  @Test func `survives a clock that is set back by a day`() {
    var scene = Scene()
    scene.open("a.x")
    _ = scene.pass(60)
    scene.now -= 86_400
    scene.open("a.x#2")
    scene.end("a.x")
    let told = scene.pass(700)
    #expect(told.contains { $0.contains("a.x#2") })
    #expect(told.contains { $0.contains("-a.x") })
  }
}
