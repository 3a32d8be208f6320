import Diagnosis
import Foundation
import GRDB
import Glibc
import IncidentStore
import LogParsing
import Testing

private func kind<Result>(_ body: () throws -> Result) -> StoreFault.Kind? {
  do {
    _ = try body()
    return nil
  } catch { return (error as? StoreFault)?.kind }
}

@Suite struct `The incident database` {
  @Test func `gives back what was saved, and the pipeline goes on with it`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0) + failing.fail(1))
    var batch = StoreBatch()
    batch.states["position:journal"] = Data("here".utf8)
    batch.outbox["k"] = Data("entry".utf8)
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, batch)
    #expect(!ledger.hasUnsaved)
    store.close()

    let again = try IncidentStore(path: folder.database)
    let read = try again.ledger()
    #expect(read.records == ledger.records)
    #expect(try again.state("position:journal") == Data("here".utf8))
    #expect(try again.outbox() == ["k": Data("entry".utf8)])
    var next = try Failing()
    next.pipeline.restore(PipelineMemory(), open: read.openMemories)
    #expect(next.fail(2).map(\.incident.count) == [3])
    let id = try #require(read.records.keys.first)
    #expect(try again.history(id).map(\.kind) == [.opened])
  }

  @Test func `keeps what people say apart from what the daemon writes`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0))
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, StoreBatch())
    let id = try #require(ledger.records.keys.first)
    let version = try store.version()
    let people = try IncidentStore(path: folder.database)
    #expect(try people.acknowledge(id, .init(by: "anna", at: time(5), comment: "on it")))
    let matchers = Silence.Matchers(rule: "a.*")
    let number = try people.add(
      Silence(author: "anna", comment: "", starts: time(0), ends: time(100), matchers: matchers))
    #expect(try store.version() != version)
    #expect(try store.acknowledgements()[id]?.by == "anna")
    #expect(try store.silences(at: time(50)).map(\.id) == [number])
    #expect(try store.silences(at: time(100)).isEmpty)
    ledger.apply(failing.fail(10))
    try store.save(&ledger, StoreBatch())
    #expect(try store.acknowledgements()[id]?.by == "anna")
    ledger.apply(failing.work(20) + failing.fail(30))
    try store.save(&ledger, StoreBatch())
    #expect(try store.acknowledgements().isEmpty)
    #expect(try people.endSilence(number))
    #expect(!(try people.endSilence(number)))
  }

  @Test func `keeps the texts of what has ended, for a notice that a restart has delayed`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0) + failing.work(60))
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, StoreBatch())
    var read = try store.ledger()
    let id = try #require(read.records.keys.first)
    let rules = try Failing.rules()
    #expect(read.incident(id, rules)?.rule.id == "a.milter")
    #expect(read.openMemories.isEmpty)
    _ = read.forget(before: time(-1), keeping: 10, now: time(90_000), untold: [id])
    #expect(read.incident(id, rules) != nil)
    _ = read.forget(before: time(-1), keeping: 10, now: time(90_000))
    #expect(read.incident(id, rules) == nil && read.records[id] != nil)
  }

  @Test func `lists who works on an incident, and has it in the history`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0))
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, StoreBatch())
    let id = try #require(ledger.records.keys.first)
    #expect(try store.incidents(.open, most: 10).map(\.record.acknowledgement) == [nil])
    #expect(try store.acknowledge(id, .init(by: "anna", at: time(5), comment: "on it")))
    #expect(try store.incidents(.open, most: 10).map(\.record.acknowledgement?.by) == ["anna"])
    #expect(try store.incidents(named: id).map(\.record.acknowledgement?.comment) == ["on it"])
    #expect(try store.history(id).map(\.kind) == [.opened, .acknowledged])
  }

  @Test func `keeps an incident that came again before its forgetting was stored`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0) + failing.work(60))
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, StoreBatch())
    var batch = StoreBatch()
    batch.forgotten = ledger.forget(before: time(1_000), keeping: 10, now: time(90_000))
    #expect(batch.forgotten.count == 1)
    ledger.apply(failing.fail(90_001))
    try store.save(&ledger, batch)
    let read = try store.ledger()
    #expect(read.records.values.map(\.state) == [.open] && read.openMemories.count == 1)
    #expect(try store.history(batch.forgotten[0]).map(\.kind) == [.opened])
  }

  @Test func `forgets silences that have ended`() throws {
    let folder = try TestFolder()
    let store = try IncidentStore(path: folder.database)
    for end in [Int64(100), 200] {
      _ = try store.add(
        Silence(author: "anna", comment: "", starts: time(0), ends: time(end), matchers: .init(rule: "a.*")))
    }
    try store.forgetSilences(endedAt: time(100))
    #expect(try store.silences(at: time(0)).map(\.ends) == [time(200)])
  }

  @Test func `that is damaged is set aside and begun anew`() throws {
    let folder = try TestFolder()
    var failing = try Failing()
    var ledger = IncidentLedger()
    for number in Int64(0)..<200 { ledger.apply(failing.fail(number, milter: "inet:127.0.0.1:\(number)")) }
    let store = try IncidentStore(path: folder.database)
    try store.save(&ledger, StoreBatch())
    store.close()
    var bytes = try Data(contentsOf: URL(filePath: folder.database))
    for index in stride(from: 4_096, to: bytes.count, by: 7) { bytes[index] = 0xA5 }
    try bytes.write(to: URL(filePath: folder.database))
    #expect(kind { try IncidentStore(path: folder.database) } == .corrupt)
    let opened = try IncidentStore.opening(folder.database, now: "now")
    #expect(opened.aside?.path == folder.database + ".corrupt-now")
    let aside = try Data(contentsOf: URL(filePath: folder.database + ".corrupt-now"))
    #expect(aside.dropFirst(4_096) == bytes.dropFirst(4_096))
    #expect(try opened.store.ledger().records.isEmpty)

    try Data("this was never a database, whatever its name says".utf8).write(to: URL(filePath: folder.path + "/x"))
    #expect(try IncidentStore.opening(folder.path + "/x", now: "now").aside != nil)
  }

  @Test func `of a later version is left alone`() throws {
    let folder = try TestFolder()
    let store = try IncidentStore(path: folder.database)
    store.close()
    try DatabaseQueue(path: folder.database).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
    }
    #expect(kind { try IncidentStore(path: folder.database) } == .tooNew)
    #expect(kind { _ = try IncidentStore.opening(folder.database, now: "now") } == .tooNew)
  }

  /// The database as version 0.2 made it; it stays readable for ever.
  @Test func `of the first version is brought up to date`() throws {
    let folder = try TestFolder()
    let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "v1.sqlite")
    try FileManager.default.copyItem(atPath: fixture.path, toPath: folder.database)
    let store = try IncidentStore(path: folder.database)
    let ledger = try store.ledger()
    #expect(ledger.records.count == 2)
    #expect(Set(ledger.records.values.map(\.state)) == [.open, .resolved])
    let open = try #require(ledger.records.values.first { $0.state == .open })
    #expect(open.count == 3 && open.acknowledgement?.by == "anna")
    #expect(ledger.openMemories.count == 1)
    var failing = try Failing()
    failing.pipeline.restore(PipelineMemory(), open: ledger.openMemories)
    #expect(failing.fail(500, milter: "inet:127.0.0.1:2").map(\.incident.count) == [4])
    #expect(try store.silences(at: time(0)).count == 1)
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to mount a small file system"))
  func `on a full disk keeps everything in memory, and catches up`() throws {
    let folder = try TestFolder()
    let disk = folder.path + "/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(unsafe mount("tmpfs", disk, "tmpfs", 0, "size=2m") == 0)
    defer { _ = unsafe umount2(disk, 2) }
    let store = try IncidentStore(path: disk + "/incidents.sqlite")
    var failing = try Failing()
    var ledger = IncidentLedger()
    ledger.apply(failing.fail(0))
    try store.save(&ledger, StoreBatch())
    // The file system takes what fits, and then no more.
    try Data().write(to: URL(filePath: disk + "/ballast"))
    let ballast = try FileHandle(forWritingTo: URL(filePath: disk + "/ballast"))
    while (try? ballast.write(contentsOf: Data(count: 4_096))) != nil {}
    try? ballast.close()
    var batch = StoreBatch()
    batch.states["position:journal"] = Data(count: 100_000)
    for number in Int64(0)..<100 { ledger.apply(failing.fail(number, milter: "inet:127.0.0.1:\(number)")) }
    let before = try store.ledger().records.count
    #expect(kind { try store.save(&ledger, batch) } == .full)
    #expect(ledger.hasUnsaved)
    #expect(try store.state("position:journal") == nil)
    #expect(try store.ledger().records.count == before)
    try FileManager.default.removeItem(atPath: disk + "/ballast")
    batch.states["position:journal"] = Data("here".utf8)
    try store.save(&ledger, batch)
    #expect(try store.ledger().records == ledger.records)
    #expect(try store.state("position:journal") == Data("here".utf8))
  }
}
