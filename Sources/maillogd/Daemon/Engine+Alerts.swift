import Diagnosis
import Foundation
import IncidentStore
import LogParsing
import Logging
import Reporting

/// Alerts: what is told is decided here; sending happens in tasks that report back as events.
extension Engine {
  /// Every incident that goes on or ended lately, as the dispatcher sees it.
  private func subjects(_ now: EventTime) -> [AlertSubject] {
    let (ledger, silences) = (ledger, silences)
    return ledger.records.values.filter { $0.isActive(at: now) || ledger.memories[$0.id] != nil }.map { record in
      AlertSubject(
        id: record.id, rule: record.rule, severity: record.severity, domains: record.domains,
        isActive: record.isActive(at: now), isSilenced: silences.contains { $0.mutes(record, at: now) },
        isAcknowledged: record.acknowledgement != nil, causedBy: record.causedBy)
    }
  }

  mutating func decide(_ now: Int64) {
    let time = EventTime(microseconds: now * 1_000_000)
    let subjects = subjects(time)
    let (ledger, rules) = (ledger, rules)
    let decisions = dispatcher.step(subjects, at: now)
    if !decisions.isEmpty { isDirty = true }
    for decision in decisions {
      let incidents = (decision.firing + decision.resolved).compactMap { ledger.incident($0, rules) }
      guard !incidents.isEmpty else {
        // Their rules are gone, or the database was: there is nothing to be said of them.
        let ids = (decision.firing + decision.resolved).joined(separator: ", ")
        logger.warning("\(decision.group): no alert (\(decision.kind.rawValue)), for nothing more is known of \(ids)")
        continue
      }
      for name in decision.channels {
        guard let channel = configuration.channels.first(where: { $0.name == name }), !channel.isAlertmanager else {
          continue
        }
        let notice = AlertNotice(
          decision, channel: name, incidents: incidents, host: configuration.host, sent: AlertTime.rfc3339(now),
          language: channel.language)
        outbox.add(notice, channel: name, at: now)
      }
    }
    for channel in configuration.channels where channel.isAlertmanager {
      let alerts = feeds[channel.name]?.due(subjects, at: now, incident: { ledger.incident($0, rules) }) ?? []
      guard !alerts.isEmpty else { continue }
      let queue = queue
      Task {
        do throws(ChannelFault) {
          let missed = try await channel.push(alerts)
          queue.send(.pushed(channel: channel.name, missed: missed, fault: nil))
        } catch { queue.send(.pushed(channel: channel.name, missed: [], fault: error)) }
      }
    }
  }

  /// Begins to send what is due. It has been stored by now, or cannot be.
  mutating func sendDue(_ now: Int64) {
    for entry in outbox.due(at: now) {
      guard let channel = configuration.channels.first(where: { $0.name == entry.channel }) else { continue }
      let queue = queue
      let mark = mark
      Task {
        do throws(ChannelFault) {
          let missed = try await channel.send(entry.notice, mark: mark, at: now)
          queue.send(.sent(key: entry.notice.key, missed: missed, fault: nil))
        } catch { queue.send(.sent(key: entry.notice.key, missed: [], fault: error)) }
      }
    }
  }

  mutating func settle(_ key: String, _ missed: [ChannelFault], _ fault: ChannelFault?, _ now: Int64) {
    let channel = outbox.entries[key]?.channel ?? "?"
    for fault in missed { logger.warning("the alert channel \(channel) could not reach every receiver: \(fault)") }
    if let fault {
      logger.warning("the alert channel \(channel) fails: \(fault)")
      outbox.failed(key, fault.reason, isPermanent: fault.isPermanent, retryAfter: fault.retryAfter, at: now)
    } else {
      if outbox.health[channel]?.brokenSince != nil { logger.notice("the alert channel \(channel) works again") }
      outbox.succeeded(key, at: now)
    }
    commit(now)
    sendDue(now)
  }

  /// An Alertmanager that does not listen is told again in a minute; here it is only said.
  mutating func settlePush(_ channel: String, _ missed: [ChannelFault], _ fault: ChannelFault?, _ now: Int64) {
    let before = pushes[channel] ?? PushHealth()
    var push = before
    if let fault {
      push.brokenSince = before.brokenSince ?? now
      push.lastFault = fault.reason
      if before.lastFault != fault.reason { logger.warning("the alert channel \(channel) fails: \(fault)") }
    } else {
      push = PushHealth(lastSuccess: now, missed: missed.map(\.reason))
      if before.brokenSince != nil { logger.notice("the alert channel \(channel) works again") }
      for reason in push.missed where !before.missed.contains(reason) {
        logger.warning("the alert channel \(channel) could not reach every receiver: \(reason)")
      }
    }
    pushes[channel] = push
  }
}

/// How telling an Alertmanager goes; its alerts never wait in the outbox, which keeps the health of the other channels.
struct PushHealth {
  /// Seconds since 1970.
  var brokenSince: Int64?
  var lastFault: String?
  var lastSuccess: Int64?
  /// Why some servers of the cluster could not be told, while others could.
  var missed: [String] = []
}
