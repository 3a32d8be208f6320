public import Diagnosis
import Dispatch
import Synchronization

/// Looks at this machine: read-only, each look with a deadline, nothing ever run that a rule or a log line names.
public final class HostWitness: Witness {
  private let machine: Machine
  private let instances: PostfixInstances
  private let others: [String: any Witness]
  private static let queue = DispatchQueue(label: "maillogd.evidence", attributes: .concurrent)
  private static let patience = DispatchTimeInterval.seconds(5)

  /// `others` answer the checks that are theirs by name, such as `dns`.
  public init(machine: Machine = .this, others: [String: any Witness] = [:]) {
    self.machine = machine
    self.others = others
    instances = PostfixInstances(machine: machine)
  }

  public func look(_ check: MachineCheck) async -> Observation {
    if let other = others[check.name] { return await other.look(check) }
    return await withCheckedContinuation { continuation in
      let answer = FirstAnswer(continuation)
      Self.queue.async { answer.give(self.observe(check)) }
      Self.queue.asyncAfter(deadline: .now() + Self.patience) {
        answer.give(
          .unknown(
            "the machine did not answer within 5 s (a hanging disk or network mount?)",
            "la machine n'a pas répondu en 5 s (disque ou montage réseau bloqué ?)"))
      }
    }
  }

  private func observe(_ check: MachineCheck) -> Observation {
    let postfix = instances[check["instance"]]
    return switch check.name {
    case "listening": ListeningLook(machine: machine, postfix: postfix).observe(check)
    case "address": OwnAddresses(machine: machine).observe(check)
    case "socket": SocketLook(machine: machine, postfix: postfix).observe(check)
    case "unit": UnitLook(machine: machine).observe(check)
    case "file": FileLook(machine: machine).observe(check)
    case "changed": ChangeLook(machine: machine).observe(check)
    case "postfix": PostfixLook(machine: machine, settings: postfix).observe(check)
    case "table": TableLook(machine: machine, settings: postfix).observe(check)
    case "opendkim": OpenDKIMLook(machine: machine, postfix: postfix).observe(check)
    case "disk": DiskLook(machine: machine).observe(check)
    case "certificate": CertificateLook(machine: machine, settings: postfix).observe(check)
    case "package": PackageLook(machine: machine).observe(check)
    case "clock": ClockLook(machine: machine).observe(check)
    default:
      .unknown(
        "this version cannot look at '\(check.name)'", "cette version ne sait pas regarder « \(check.name) »")
    }
  }
}

/// Hands on the first of two answers, and drops the other.
final class FirstAnswer<Answer: Sendable>: Sendable {
  private let waiting: Mutex<CheckedContinuation<Answer, Never>?>

  init(_ continuation: CheckedContinuation<Answer, Never>) { waiting = Mutex(continuation) }

  func give(_ answer: Answer) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: answer)
  }
}

extension Observation {
  static func unknown(_ english: String, _ french: String) -> Observation {
    Observation(.unknown, Wording(english, french: french))
  }

  init(holds: Bool, _ english: String, _ french: String, facts: [String: String] = [:]) {
    self.init(holds ? .holds : .fails, Wording(english, french: french), facts: facts)
  }
}
