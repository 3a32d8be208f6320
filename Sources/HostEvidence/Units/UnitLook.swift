import Diagnosis
import Glibc

/// Answers the `unit` checks, from systemd itself.
struct UnitLook {
  let machine: Machine

  struct State {
    let name: String
    let load: String
    let active: String
    let sub: String
    let result: String
    let status: UInt32
    let pid: UInt32

    var isInstalled: Bool { load == "loaded" || load == "masked" }
    var isActive: Bool { active == "active" || active == "reloading" }

    var english: String { "\(name) is \(active) (\(sub))" + exitSaid(" last exit: ") }
    var french: String { "\(name) est \(active) (\(sub))" + exitSaid(" dernière fin : ") }

    private func exitSaid(_ label: String) -> String {
      result.isEmpty || result == "success" ? "" : "," + label + "\(result), \(status)"
    }

    var facts: [String: String] {
      [
        "unit": name, "unit.state": active, "unit.result": result, "unit.status": String(status),
        "unit.pid": String(pid),
      ]
    }
  }

  func observe(_ check: MachineCheck) -> Observation {
    guard machine.isThisOne, let bus = SystemBus() else {
      return .unknown(
        "systemd cannot be asked here (no system bus)", "systemd ne peut être interrogé ici (pas de bus système)")
    }
    let names = check.values("name").map { $0.contains(".") ? $0 : $0 + ".service" }
    var states = names.map { Self.state($0, bus) }
    if states.contains(where: { $0?.isActive == true }), let young = names.compactMap({ Self.youth($0, bus) }).min() {
      // A forking service counts as started before it has bound its socket, and may end a moment later.
      usleep(UInt32(max(0, Self.proof - young)))
      states = names.map { Self.state($0, bus) }
    }
    let installed = states.compactMap { $0 }.filter(\.isInstalled)
    if let silence = Self.silence(names, states) { return silence }
    if check["is"] != nil, check["setting"] == nil { return presence(check["is"] ?? "", names, installed) }
    guard let unit = installed.first else {
      return Observation(
        holds: false, "\(names.joined(separator: ", ")): no such unit",
        "\(names.joined(separator: ", ")) : pas d'unité de ce nom")
    }
    if check["result"] != nil {
      let match = installed.first { check.values("result").contains($0.result) }
      let told = match ?? unit
      return Observation(holds: match != nil, told.english, told.french, facts: told.facts)
    }
    if check["at-limit"] != nil { return tasks(unit, bus) }
    return setting(unit, check["setting"] ?? "", check.values("is"), bus)
  }

  /// A bus that is silent or closed says nothing about what is installed.
  static func silence(_ names: [String], _ states: [State?]) -> Observation? {
    guard !states.contains(where: { $0?.isInstalled == true }),
      let (name, _) = zip(names, states).first(where: { $0.1 == nil })
    else { return nil }
    return .unknown("systemd does not answer about \(name)", "systemd ne répond pas au sujet de \(name)")
  }

  private static let proof: Int64 = 2_000_000

  /// For how many microseconds the unit has been active, if it is not long.
  private static func youth(_ name: String, _ bus: borrowing SystemBus) -> Int64? {
    guard let since = bus.number("ActiveEnterTimestampMonotonic", of: name, interface: "Unit"), since > 0 else {
      return nil
    }
    var now = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return nil }
    let age = Int64(now.tv_sec) &* 1_000_000 &+ Int64(now.tv_nsec) / 1_000 &- Int64(clamping: since)
    return (0..<proof).contains(age) ? age : nil
  }

  private func presence(_ wanted: String, _ names: [String], _ installed: [State]) -> Observation {
    guard let first = installed.first else {
      let list = names.joined(separator: ", ")
      // What runs without a unit, or on another machine, may be down all the same.
      if wanted == "not-active" {
        return .unknown("systemd knows no \(list)", "systemd ne connaît pas \(list)")
      }
      return Observation(
        holds: wanted == "missing", "systemd knows no \(list)", "systemd ne connaît pas \(list)")
    }
    let match: State? =
      switch wanted {
      case "active": installed.first(where: \.isActive)
      case "failed": installed.first { $0.active == "failed" || $0.sub == "auto-restart" }
      case "not-active": installed.contains(where: \.isActive) ? nil : first
      default: nil
      }
    let told = match ?? installed.first(where: \.isActive) ?? first
    return Observation(holds: match != nil, told.english, told.french, facts: told.facts)
  }

  private func tasks(_ unit: State, _ bus: borrowing SystemBus) -> Observation {
    guard let now = bus.number("TasksCurrent", of: unit.name), let most = bus.number("TasksMax", of: unit.name),
      now != .max
    else { return .unknown("systemd does not count its tasks", "systemd ne compte pas ses tâches") }
    let limit = most == .max ? "∞" : String(most)
    return Observation(
      holds: now >= most, "\(unit.name) has \(now) tasks of \(limit)", "\(unit.name) a \(now) tâches sur \(limit)",
      facts: unit.facts)
  }

  private func setting(_ unit: State, _ name: String, _ wanted: [String], _ bus: borrowing SystemBus) -> Observation {
    let value: String? =
      switch name {
      case "NoNewPrivileges":
        bus.word(name, of: unit.name, type: UInt8(ascii: "b")).map { $0 == 0 ? "no" : "yes" }
      default: bus.text(name, of: unit.name, interface: "Service")
      }
    guard let value else {
      return .unknown("systemd does not tell \(name)", "systemd ne dit pas \(name)")
    }
    return Observation(
      holds: wanted.contains(value), "\(unit.name) has \(name)=\(value)", "\(unit.name) a \(name)=\(value)",
      facts: unit.facts)
  }

  /// `nil` when systemd does not say; a unit that it does not know is `not-found`.
  private static func state(_ name: String, _ bus: borrowing SystemBus) -> State? {
    guard let load = bus.text("LoadState", of: name) else { return nil }
    return State(
      name: name, load: load, active: bus.text("ActiveState", of: name) ?? "unknown",
      sub: bus.text("SubState", of: name) ?? "", result: bus.text("Result", of: name, interface: "Service") ?? "",
      status: bus.word("ExecMainStatus", of: name, type: UInt8(ascii: "i")) ?? 0,
      pid: bus.word("MainPID", of: name, type: UInt8(ascii: "u")) ?? 0)
  }
}
