import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Logging
import Reporting

/// Storing: the work and how far in the log it goes, in one transaction; so that a line counts once whatever happens.
extension Engine {
  private static let pauseAfterFault: Int64 = 5

  /// Takes over what the pipeline has found, decides about alerts, and stores it all. A quiet log stores nothing.
  mutating func commit(_ now: Int64) {
    heedPeople(now)
    let changes = pipeline.takeChanges()
    if !changes.isEmpty {
      take(changes)
      looks.add(changes.filter { $0.clearing == nil }.map(\.incident.id))
      isDirty = true
    }
    if isCaughtUp { decide(now) }
    guard isDirty || ledger.hasUnsaved || !outbox.changed.isEmpty || !pending.isEmpty else { return }
    guard now >= nextStoreTry || nextStoreTry - now > 2 * Self.pauseAfterFault else { return }
    collect()
    save(now)
  }

  private mutating func take(_ changes: [IncidentChange]) {
    for change in changes {
      let before = ledger.lines(of: change.incident.id)
      ledger.apply([change])
      let after = ledger.lines(of: change.incident.id)
      if after > before { failureLines[change.incident.rule.reason ?? "none", default: 0] &+= after - before }
    }
  }

  /// Everything that changes with a batch, as it is now.
  private mutating func collect() {
    do {
      let encoder = JSONEncoder()
      pending.states["pipeline"] = try encoder.encode(pipeline.memory)
      pending.states["dispatcher"] = try encoder.encode(dispatcher.memory)
      pending.states["channels"] = try encoder.encode(outbox.health)
      for (source, position) in positions {
        pending.states[StoredState.positionPrefix + source] = try encoder.encode(position)
      }
      for key in outbox.changed {
        pending.outbox[key] = try outbox.entries[key].map { try encoder.encode($0) } ?? Data()
      }
    } catch {
      // Numbers and texts can always be written as JSON; what cannot is told and not stored.
      logger.error("the daemon's state cannot be written as JSON: \(error)")
    }
  }

  private mutating func save(_ now: Int64) {
    do {
      if store == nil {
        let opened = try IncidentStore.opening(configuration.database, now: String(now))
        store = opened.store
        if let aside = opened.aside { logger.error("\(aside.sentence); all that is known is stored anew") }
      }
      try store?.save(&ledger, pending)
      pending = StoreBatch()
      for reason in outbox.givenUp { logger.error("\(reason)") }
      outbox.wasStored()
      isDirty = false
      nextStoreTry = 0
      if storeFault != nil {
        storeFault = nil
        logger.notice("\(configuration.database): incidents are stored again, nothing was lost")
      }
    } catch {
      let fault = error.description
      nextStoreTry = now + Self.pauseAfterFault
      if storeFault != fault { logger.error("\(fault)") }
      storeFault = fault
      if error.kind == .corrupt {
        // It is opened anew, set aside and filled with all that is known.
        store?.close()
        store = nil
        ledger.forgetThatAnythingWasSaved()
        outbox.forgetThatAnythingWasStored()
        pending.states["mark"] = Data(mark.utf8)
      }
    }
  }

  /// What people have said since: acknowledgements and silences.
  private mutating func heedPeople(_ now: Int64) {
    guard let store else { return }
    let time = EventTime(microseconds: now * 1_000_000)
    do {
      let version = try store.version()
      if version != storeVersion {
        storeVersion = version
        ledger.acknowledge(try store.acknowledgements())
        silences = try store.silences(at: time)
      }
    } catch {
      if storeFault == nil { logger.error("\(error)") }
      storeFault = "\(error)"
    }
  }
}
