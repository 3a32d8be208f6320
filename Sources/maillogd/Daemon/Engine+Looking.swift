import Diagnosis
import HostEvidence
import IncidentStore
import LogParsing

/// Looking at the machine for the causes of incidents, in a task that reports back as an event: nothing waits for it.
extension Engine {
  /// Begins a look if one is due. Until the log has been caught up with, what it tells of may long be over.
  mutating func lookAtMachine(_ now: Int64) {
    guard configuration.verifies, isCaughtUp else { return }
    let (ledger, rules, host) = (ledger, rules, configuration.host)
    var names: [String] = []
    let incidents = looks.due(at: now) { id in
      guard let incident = ledger.unseen(id, rules) else { return nil }
      if names.isEmpty { names = OwnMachine.hostNames() + [host] }
      // Without a host in the line the log can only be this machine's.
      let isOwn = incident.facts["host"].map { OwnMachine.isOwn($0, names) } ?? true
      return isOwn ? incident : nil
    }
    guard !incidents.isEmpty else { return }
    let (queue, dns) = (queue, configuration.dns)
    Task {
      var limits = Verification.Limits()
      // All is over after about twenty seconds: the last look at the DNS takes at most four times its three seconds.
      limits.patience = .seconds(8)
      let witness = HostWitness(others: ["dns": DNSWitness(dns, seconds: 3)])
      var verification = Verification(witness: witness, limits: limits)
      let judged = await verification.verify(incidents)
      let at = EventTime(microseconds: Engine.now * 1_000_000)
      queue.send(
        .looked(zip(incidents, judged).map { ($0.id, MachineLook(at: at, logged: $0, judged: $1)) }))
    }
  }

  mutating func keep(_ found: [(id: String, look: MachineLook)], _ now: Int64) {
    looks.ended()
    for (id, look) in found { ledger.keep(look, of: id) }
    commit(now)
  }
}
