import Diagnosis
import Dispatch
import Foundation
import Glibc
import HostEvidence
import LogParsing
import Synchronization

/// Looks at this machine and the DNS for the causes of incidents.
enum OwnMachine {
  /// A day: what an older log tells of has been repaired since, or is no longer to be seen.
  private static let recent: Int64 = 86_400

  /// Judges the causes of the incidents that are this machine's and recent; of all of them with `everything`.
  static func verify(_ report: inout DiagnosisReport, everything: Bool, dns: DNSSource) {
    let names = hostNames()
    let now = Int64(Date().timeIntervalSince1970)
    let newest = report.inputs.compactMap(\.last?.seconds).max()
    guard everything || newest.map({ now - $0 <= recent && $0 - now <= recent }) ?? false else { return }
    let own = report.incidents.indices.filter { index in
      everything || report.incidents[index].facts["host"].map { isOwn($0, names) } ?? false
    }
    guard !own.isEmpty else { return }
    let judged = wait(for: own.map { report.incidents[$0] }, dns)
    for (index, incident) in zip(own, judged) { report.incidents[index] = incident }
  }

  /// The log may carry the full name or its first label, whatever of the two the machine calls itself.
  static func isOwn(_ host: String, _ names: [String]) -> Bool {
    let short = host.prefix { $0 != "." }.lowercased()
    return names.contains {
      $0.lowercased() == host.lowercased()
        || $0.prefix { $0 != "." }.lowercased() == short && !($0.contains(".") && host.contains("."))
    }
  }

  static func hostNames() -> [String] {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
    return [String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)]
  }

  /// The command line is not asynchronous; it waits here for the looks, which all have deadlines.
  static func wait(for incidents: [Incident], _ dns: DNSSource) -> [Incident] {
    let answer = Answer(incidents)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      var verification = Verification(witness: HostWitness(others: ["dns": DNSWitness(dns)]))
      let judged = await verification.verify(incidents)
      answer.incidents.withLock { $0 = judged }
      done.signal()
    }
    done.wait()
    return answer.incidents.withLock { $0 }
  }

  private final class Answer: Sendable {
    let incidents: Mutex<[Incident]>
    init(_ incidents: [Incident]) { self.incidents = Mutex(incidents) }
  }
}
