import Diagnosis
import HostEvidence

/// Zones in memory, for what is decided without a network.
struct ZoneData: DNSAnswers {
  enum Entry {
    case records([RecordData])
    case failure(DNSFailure)
  }

  private var entries: [DomainName: [RecordType: [RecordData]]] = [:]
  private var silent: Set<DomainName> = []

  init() {}

  init(_ records: [(String, RecordType, RecordData)]) {
    for (name, type, data) in records { DomainName(name).map { add($0, type, data) } }
  }

  mutating func add(_ name: DomainName, _ type: RecordType, _ data: RecordData) {
    entries[name, default: [:]][type, default: []].append(data)
  }

  mutating func touch(_ name: DomainName) { entries[name, default: [:]][.soa, default: []] += [] }

  /// Questions about types that `name` does not have are not answered.
  mutating func silence(_ name: DomainName) { silent.insert(name) }

  func answer(_ name: DomainName, _ type: RecordType) async -> DNSAnswer {
    var target = name
    for _ in 0..<10 {
      if let found = entries[target]?[type], !found.isEmpty { return DNSAnswer(name, type, .records(found)) }
      guard case .cname(let next)? = entries[target]?[.cname]?.first else { break }
      target = next
    }
    if silent.contains(target) { return DNSAnswer(name, type, .failed(.timedOut(seconds: 5))) }
    let exists = entries.keys.contains { target.contains($0) }
    return DNSAnswer(name, type, exists ? .noData : .noName)
  }
}
