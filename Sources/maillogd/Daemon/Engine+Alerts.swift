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
          try await channel.push(alerts)
          queue.send(.pushed(channel: channel.name, fault: nil))
        } catch { queue.send(.pushed(channel: channel.name, fault: error)) }
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
          try await channel.send(entry.notice, mark: mark, at: now)
          queue.send(.sent(key: entry.notice.key, fault: nil))
        } catch { queue.send(.sent(key: entry.notice.key, fault: error)) }
      }
    }
  }

  mutating func settle(_ key: String, _ fault: ChannelFault?, _ now: Int64) {
    let channel = outbox.entries[key]?.channel ?? "?"
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
  mutating func settlePush(_ channel: String, _ fault: ChannelFault?) {
    let place = status.channels.firstIndex { $0.name == channel }
    let before = place.flatMap { status.channels[$0].lastFault }
    if let fault, before != fault.reason { logger.warning("the alert channel \(channel) fails: \(fault)") }
    pushFaults[channel] = fault?.reason
  }
}
