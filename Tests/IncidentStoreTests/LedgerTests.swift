import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Testing

@Suite struct `An incident in the ledger` {
  @Test func `opens, ends, and opens again with its earlier lines remembered`() throws {
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0) + failing.fail(1))
    let id = try #require(ledger.records.keys.first)
    #expect(ledger.records[id]?.state == .open && ledger.records[id]?.count == 2)
    ledger.apply(failing.work(60))
    #expect(ledger.records[id]?.state == .resolved)
    #expect(ledger.records[id]?.clearing?.reason == .line)
    ledger.apply(failing.fail(7_200))
    let record = try #require(ledger.records[id])
    #expect(record.state == .open && record.episode == 2 && record.count == 1 && record.earlier == 2)
    #expect(record.clearing == nil && record.openings == [time(0), time(7_200)])
  }

  @Test func `that was told of twice is counted once`() throws {
    var failing = try Failing()
    var ledger = IncidentLedger()
    let changes = failing.fail(0)
    ledger.apply(changes)
    ledger.apply(changes)
    #expect(ledger.records.values.map(\.count) == [1])
  }

  @Test func `that comes and goes counts as open until it has stayed away for an hour`() throws {
    var failing = try Failing()
    var ledger = IncidentLedger()
    for round in Int64(0)..<4 {
      ledger.apply(failing.fail(round * 300))
      ledger.apply(failing.work(round * 300 + 60))
      let active = ledger.active(at: time(round * 300 + 61))
      #expect(active.count == (round < 3 ? 0 : 1))
    }
    #expect(ledger.active(at: time(900 + 3_600)).count == 1)
    #expect(ledger.active(at: time(900 + 3_601)).isEmpty)
  }

  @Test func `is acknowledged for its episode only`() throws {
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0))
    let id = try #require(ledger.records.keys.first)
    ledger.acknowledge([id: .init(by: "anna", at: time(10), comment: "on it")])
    #expect(ledger.records[id]?.acknowledgement?.by == "anna")
    ledger.apply(failing.work(60))
    ledger.apply(failing.fail(120))
    #expect(ledger.records[id]?.acknowledgement == nil)
  }

  @Test func `is forgotten when it has ended long ago, or when there are too many, and never while it is open`() throws
  {
    var failing = try Failing()
    var ledger = IncidentLedger()
    for number in Int64(0)..<20 { ledger.apply(failing.fail(number, milter: "inet:127.0.0.1:\(number)")) }
    ledger.apply(failing.work(100))
    ledger.apply(failing.fail(200, milter: "inet:127.0.0.1:99"))
    let gone = ledger.forget(before: time(-1), keeping: 5, now: time(20_000))
    #expect(gone.count == 16 && ledger.records.count == 5)
    #expect(ledger.forget(before: time(300), keeping: 5, now: time(20_000)).count == 4)
    #expect(ledger.records.values.map(\.state) == [.open])
  }
}

@Suite struct `A silence` {
  @Test func `holds for what fits all its matchers, in its time`() throws {
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0))
    let record = try #require(ledger.records.values.first)
    func silence(_ matchers: Silence.Matchers) -> Silence {
      Silence(author: "anna", comment: "", starts: time(0), ends: time(100), matchers: matchers)
    }
    #expect(silence(.init(rule: "a.*")).mutes(record, at: time(50)))
    #expect(!silence(.init(rule: "a.*")).mutes(record, at: time(100)))
    #expect(!silence(.init(rule: "a.*", domain: "example.org")).mutes(record, at: time(50)))
    #expect(!silence(.init(rule: "a.*", severity: .warning)).mutes(record, at: time(50)))
    #expect(!silence(.init()).mutes(record, at: time(50)))
  }
}
