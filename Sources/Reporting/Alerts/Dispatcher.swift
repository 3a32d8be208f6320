import Diagnosis

/// Decides when whom to tell of what. A value: time comes in as a number, so a test lives through days in a moment.
///
/// The meaning is that of Prometheus Alertmanager: groups, inhibition by root cause, one notice when something begins, one
/// when it has ended, reminders. What ended before anybody was told of it is not told of at all.
public struct Dispatcher: Sendable {
  /// What has been told, to be stored with the notices themselves.
  public struct Memory: Sendable, Codable, Equatable {
    var groups: [String: Group] = [:]

    public init() {}
  }

  struct Group: Sendable, Codable, Equatable {
    let route: String
    /// Seconds since 1970.
    let began: Int64
    var nextFlush: Int64
    var lastNotice: Int64?
    /// The incidents that people believe to go on, with the severity that they were told.
    var told: [String: String] = [:]
    var notices = 0
  }

  /// One notice to be sent.
  public struct Decision: Sendable, Equatable {
    public enum Kind: String, Sendable { case firing, reminder, resolved }
    public let kind: Kind
    public let route: String
    public let channels: [String]
    public let group: String
    /// Incidents that go on, those told for the first time among them.
    public let firing: [String]
    public let resolved: [String]
    /// The same however often this is decided: a receiver who has seen it may drop the second copy.
    public let key: String
  }

  public private(set) var memory: Memory
  /// The incidents of which people have been told that they go on, and not yet that they have ended.
  public var believed: Set<String> { Set(memory.groups.values.flatMap(\.told.keys)) }
  private let routes: [AlertRoute]

  public init(routes: [AlertRoute], memory: Memory = Memory()) {
    self.routes = routes
    self.memory = memory
    let names = Set(routes.map(\.name))
    self.memory.groups = memory.groups.filter { names.contains($0.value.route) }
  }

  /// Looks at all incidents at `now` (seconds since 1970); those that are not among `subjects` have ended.
  public mutating func step(_ subjects: [AlertSubject], at now: Int64) -> [Decision] {
    let all = Dictionary(subjects.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let active = all.filter { $0.value.isActive }
    var eligible: [String: [String]] = [:]
    for subject in active.values where !subject.isSilenced && !isInhibited(subject, active) {
      for (route, group) in paths(of: subject) {
        eligible[group, default: []].append(subject.id)
        if memory.groups[group] == nil, !subject.isAcknowledged {
          memory.groups[group] = Group(route: route.name, began: now, nextFlush: now &+ route.timing.groupWait)
        }
      }
    }
    var decisions: [Decision] = []
    for name in memory.groups.keys.sorted() {
      guard var group = memory.groups[name], let route = routes.first(where: { $0.name == group.route }) else {
        continue
      }
      // A clock set back must not silence a group until the old time comes again.
      if group.nextFlush &- now > route.timing.groupInterval &+ route.timing.groupWait { group.nextFlush = now }
      if now >= group.nextFlush {
        if let decision = flush(&group, name, route, eligible[name] ?? [], all, now) { decisions.append(decision) }
        group.nextFlush = now &+ route.timing.groupInterval
      }
      let isOver = group.told.isEmpty && eligible[name] == nil
      memory.groups[name] = isOver ? nil : group
    }
    return decisions
  }

  private func flush(
    _ group: inout Group, _ name: String, _ route: AlertRoute, _ eligible: [String], _ all: [String: AlertSubject],
    _ now: Int64
  ) -> Decision? {
    var resolved: [String] = []
    for id in group.told.keys.sorted() where all[id]?.isActive != true {
      group.told[id] = nil
      if all[id]?.isSilenced != true { resolved.append(id) }
    }
    let subjects = eligible.sorted().compactMap { all[$0] }
    let unheard = subjects.filter { subject in
      guard let told = group.told[subject.id] else { return !subject.isAcknowledged }
      return told.severityRank < subject.severity.rawValue.severityRank && !subject.isAcknowledged
    }
    let pressing = subjects.filter { !$0.isAcknowledged }
    let isReminder =
      route.timing.repeatInterval > 0 && !pressing.isEmpty
      && now &- (group.lastNotice ?? now) >= route.timing.repeatInterval
    guard !resolved.isEmpty || !unheard.isEmpty || isReminder else { return nil }
    let firing = subjects.filter { group.told[$0.id] != nil || !$0.isAcknowledged }
    for subject in firing { group.told[subject.id] = subject.severity.rawValue }
    group.lastNotice = now
    group.notices += 1
    let kind: Decision.Kind = !unheard.isEmpty ? .firing : firing.isEmpty || !resolved.isEmpty ? .resolved : .reminder
    return Decision(
      kind: kind, route: route.name, channels: route.channels, group: name, firing: firing.map(\.id),
      resolved: resolved, key: Self.key("\(name)|\(group.began)|\(group.notices)"))
  }

  /// The routes that an incident takes, with its group on each.
  private func paths(of subject: AlertSubject) -> [(route: AlertRoute, group: String)] {
    var paths: [(AlertRoute, String)] = []
    for route in routes where route.takes(subject) {
      paths.append((route, route.group(subject)))
      if !route.goesOn { break }
    }
    return paths
  }

  /// Who is told of the root need not be told of what follows from it. Of two that name each other, both are told.
  private func isInhibited(_ subject: AlertSubject, _ active: [String: AlertSubject]) -> Bool {
    subject.causedBy.contains { id in
      guard id != subject.id, let cause = active[id], !paths(of: cause).isEmpty else { return false }
      return !cause.causedBy.contains(subject.id)
    }
  }

  /// 16 hexadecimal digits (FNV-1a).
  static func key(_ text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension String {
  fileprivate var severityRank: Int { ["info", "warning", "error", "critical"].firstIndex(of: self) ?? 0 }
}
