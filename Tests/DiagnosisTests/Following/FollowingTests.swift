import Diagnosis
import Foundation
import LogParsing
import Testing

/// A pipeline that follows a log, and what it has told so far.
private struct Follower: ~Copyable {
  var pipeline: Pipeline

  init(_ rules: RuleSet) {
    var options = Pipeline.Options()
    options.followsLog = true
    pipeline = Pipeline(rules: rules, options: options, clock: clock)
    pipeline.follow("journal", clock: clock)
  }

  mutating func read(_ lines: String...) -> [IncidentChange] {
    pipeline.consume(Array(lines.map { $0 + "\n" }.joined().utf8).span)
    return pipeline.takeChanges()
  }

  mutating func tick(_ time: String) -> [IncidentChange] {
    pipeline.tick(moment(time))
    return pipeline.takeChanges()
  }
}

/// A time of 23 November 2026, `10:00:00`.
private func moment(_ time: String) -> EventTime {
  let parts = time.split(separator: ":").compactMap { Int64($0) }
  return EventTime(microseconds: (1_795_392_000 + parts[0] * 3_600 + parts[1] * 60 + parts[2]) * 1_000_000)
}

private func refused(_ time: String, _ milter: String = "inet:[::1]:12345") -> String {
  "2026-11-23T\(time)Z mail postfix/cleanup[7]: warning: connect to Milter service \(milter): Connection refused"
}
private func signed(_ time: String) -> String {
  "2026-11-23T\(time)Z mail opendkim[9]: 4F3A2B1C0D: DKIM-Signature field added (s=mail, d=example.org)"
}
private func started(_ time: String) -> String {
  "2026-11-23T\(time)Z mail postfix/master[9]: daemon started -- version 3.7.11, configuration /etc/postfix"
}
private let keys = """
  match: [{daemon: cleanup, message: 'connect to Milter service (?P<milter>\\S+): '}]
  group-by: [milter]
  clears-when: [{daemon: opendkim, message: '^DKIM-Signature field added'}, {rule: a.started}, {quiet-for: 30m}]
  """
private let startedKeys = "match: [{daemon: master, message: '^daemon started -- '}]"

private func rules(_ more: String = "") throws -> RuleSet {
  try ruleSet(try rule("a.milter", keys + more), try rule("a.started", startedKeys))
}

@Suite struct `An incident in a log that is followed` {
  @Test func `is told of when it opens, when it goes on, and not in between`() throws {
    var follower = Follower(try rules())
    let opened = follower.read(refused("10:00:00"), refused("10:00:01"))
    #expect(opened.map(\.incident.count) == [2])
    #expect(opened.allSatisfy { $0.clearing == nil })
    #expect(follower.read(signed("09:00:00").replacing("signature", with: "x")).filter { $0.clearing == nil }.isEmpty)
    var other = Follower(try rules())
    _ = other.read(refused("10:00:00"))
    #expect(other.tick("10:05:00").isEmpty)
    #expect(other.read(refused("10:06:00")).map(\.incident.count) == [2])
  }

  @Test func `ends with its success line, even in the same bytes`() throws {
    var follower = Follower(try rules())
    let changes = follower.read(refused("10:00:00"), signed("10:01:00"), refused("10:02:00"))
    #expect(changes.map { $0.clearing?.reason } == [.line, nil])
    #expect(changes[0].clearing?.at == moment("10:01:00"))
    #expect(changes[0].clearing?.proof.contains("DKIM-Signature field added") == true)
    #expect(changes.map(\.incident.count) == [1, 1])
  }

  @Test func `ends when the rule that ends it matches`() throws {
    var follower = Follower(try rules())
    _ = follower.read(refused("10:00:00"), refused("10:00:00", "inet:127.0.0.1:9"))
    let changes = follower.read(started("10:01:00"))
    let ended = changes.filter { $0.clearing?.reason == .rule }
    #expect(ended.count == 2)
    #expect(ended.allSatisfy { $0.clearing?.proof == "a.started" })
  }

  @Test func `ends by silence, at the moment when it had been silent long enough`() throws {
    var follower = Follower(try rules())
    _ = follower.read(refused("10:00:00"))
    #expect(follower.tick("10:29:59").isEmpty)
    let changes = follower.tick("11:00:00")
    #expect(changes.map { $0.clearing } == [Clearing(reason: .quiet, at: moment("10:30:00"))])
    // Read at once or watched live, the log tells the same.
    var replay = Follower(try rules())
    let replayed = replay.read(refused("10:00:00"), refused("12:00:00"))
    #expect(replayed.map { $0.clearing } == [Clearing(reason: .quiet, at: moment("10:30:00")), nil])
  }

  @Test func `ends what followed from it, unless that goes on or has another root`() throws {
    let effect = "match: [{daemon: cleanup, message: 'milter-reject: '}]\ncaused-by: [a.milter]"
    let all = try ruleSet(try rule("a.milter", keys), try rule("a.started", startedKeys), try rule("a.effect", effect))
    func rejected(_ time: String) -> String {
      "2026-11-23T\(time)Z mail postfix/cleanup[7]: 4F3A2B1C0D: milter-reject: CONNECT from x[192.0.2.1]: 4.7.1 Service unavailable"
    }
    var follower = Follower(all)
    _ = follower.read(refused("10:00:00"), rejected("10:00:00"))
    let ended = follower.read(signed("10:05:00"))
    #expect(ended.map { $0.clearing?.reason } == [.line, .root])
    var other = Follower(all)
    _ = other.read(refused("10:00:00"), refused("10:00:00", "inet:127.0.0.1:9"), rejected("10:00:00"))
    #expect(other.read(refused("10:20:00")).allSatisfy { $0.clearing == nil })
    // One milter has been silent for long enough, the other has not.
    #expect(other.tick("10:31:00").map { $0.clearing?.reason } == [.quiet])
    #expect(other.tick("10:51:00").map { $0.clearing?.reason } == [.quiet, .root])
  }

  @Test func `is not ended by what a stranger wrote into a line`() throws {
    var follower = Follower(try rules())
    let forged =
      "2026-11-23T10:01:00Z mail postfix/smtpd[7]: warning: non-SMTP command from x[192.0.2.1]: DKIM-Signature field added"
    #expect(follower.read(refused("10:00:00"), forged).map { $0.clearing } == [nil])
  }

  @Test func `ends once, though two things end it`() throws {
    var follower = Follower(try rules("\ncaused-by: ['a.mil*']"))
    _ = follower.read(refused("10:00:00", "inet:127.0.0.1:1"), refused("10:00:00", "inet:127.0.0.1:2"))
    let ended = follower.read(signed("10:05:00"))
    #expect(ended.map { $0.clearing?.reason } == [.line, .root])
    #expect(Set(ended.map(\.incident.id)).count == 2)
    // Each has a place of its own again.
    let opened = follower.read(refused("11:00:00", "inet:127.0.0.1:3"), refused("11:00:00", "inet:127.0.0.1:4"))
    #expect(opened.map(\.incident.count) == [1, 1])
    #expect(Set(opened.map(\.memory.values)) == [["inet:127.0.0.1:3"], ["inet:127.0.0.1:4"]])
  }

  @Test func `leaves no trace in memory once it has ended`() throws {
    var follower = Follower(try rules())
    for second in 0..<2_000 {
      let time = String(format: "10:%02d:%02d", second / 60 % 60, second % 60)
      _ = follower.read(refused(time, "inet:127.0.0.1:\(second)"), signed(time))
      #expect(follower.pipeline.openMemories.isEmpty)
    }
    // The bound of keys for one rule counts what is open, not what ever was.
    let last = follower.read(refused("11:00:00", "inet:127.0.0.1:99999"))
    #expect(last.first?.memory.values == ["inet:127.0.0.1:99999"])
  }
}

@Suite struct `A pipeline that was stopped` {
  private static let lines = (0..<240).map { second -> String in
    let time = String(format: "10:%02d:%02d", second / 60, second % 60)
    switch second % 40 {
    case 13: return signed(time)
    case 29: return started(time)
    default: return refused(time, second % 3 == 0 ? "inet:127.0.0.1:8891" : "inet:[::1]:12345")
    }
  }
  private static let threshold = "\nthreshold: {count: 5, within: 1m}"

  /// Everything that was told at once, one line a change, whatever the order.
  private static func told(_ changes: [IncidentChange]) -> [String] {
    changes.map {
      "\($0.incident.id) \($0.incident.severity) \($0.incident.count) \($0.incident.last?.rfc3339 ?? "") \($0.clearing?.reason.rawValue ?? "open")"
    }.sorted()
  }

  @Test(arguments: [1, 2, 7, 31, 100, 199]) func `goes on as if nothing had happened`(stop: Int) throws {
    let rules = try rules(Self.threshold)
    var whole = Follower(rules)
    var expected: [String] = []
    for line in Self.lines { expected += Self.told(whole.read(line)) }

    var first = Follower(rules)
    var told: [String] = []
    for line in Self.lines[..<stop] { told += Self.told(first.read(line)) }
    let memory = try JSONDecoder().decode(
      PipelineMemory.self, from: try JSONEncoder().encode(first.pipeline.memory))
    let open = try JSONDecoder().decode(
      [IncidentMemory].self, from: try JSONEncoder().encode(first.pipeline.openMemories))
    var second = Follower(rules)
    second.pipeline.restore(memory, open: open)
    for line in Self.lines[stop...] { told += Self.told(second.read(line)) }
    #expect(told == expected)
    #expect(second.pipeline.counts.lines == whole.pipeline.counts.lines)
    #expect(second.pipeline.summary == whole.pipeline.summary)
  }

  @Test func `still misses what had stopped coming before`() throws {
    let rules = try ruleSet(try rule("a.silent", "match: [{fields: {status: sent}}]\nabsent: {within: 30m}"))
    let sent =
      "2026-11-23T10:00:00Z mail postfix/local[7]: 4F3A2B1C0D: to=<a@example.net>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered)"
    var first = Follower(rules)
    #expect(first.read(sent).isEmpty)
    var second = Follower(rules)
    second.pipeline.restore(first.pipeline.memory, open: first.pipeline.openMemories)
    #expect(second.tick("10:29:00").isEmpty)
    #expect(second.tick("10:31:00").map(\.incident.rule.id) == ["a.silent"])
    #expect(second.tick("10:40:00").isEmpty)
    var third = Follower(rules)
    third.pipeline.restore(second.pipeline.memory, open: second.pipeline.openMemories)
    #expect(third.tick("10:50:00").isEmpty)
    let back = third.read(sent.replacing("10:00:00", with: "10:55:00"))
    #expect(back.map { $0.clearing?.reason } == [.returned])
  }

  @Test func `ends the incidents of rules that are gone, and keeps the others`() throws {
    var follower = Follower(try rules())
    _ = follower.read(refused("10:00:00"))
    follower.pipeline.replaceRules(try rules(Self.threshold), clock: clock)
    #expect(follower.read(refused("10:00:10")).map(\.incident.count) == [2])
    follower.pipeline.replaceRules(try ruleSet(try rule("a.started", startedKeys)), clock: clock)
    #expect(follower.pipeline.takeChanges().map { $0.clearing?.reason } == [.ruleGone])
    #expect(follower.pipeline.openMemories.isEmpty)
  }
}
