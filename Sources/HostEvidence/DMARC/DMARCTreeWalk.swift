/// Finds the records that speak for a domain: RFC 9989, section 4.10.
package struct DMARCTreeWalk: Sendable {
  /// No more questions than this for one domain.
  static let mostSteps = 8

  package struct Place: Sendable, Hashable {
    package let domain: DomainName
    package let record: DMARCRecord
  }

  /// From the domain itself upwards; names without a usable record are left out.
  package private(set) var places: [Place] = []
  /// What went wrong with a record on the way.
  package private(set) var problems: [DomainName: DMARCRecordProblem] = [:]
  /// Domains with more than one record, all of which are void.
  package private(set) var doubled: [DomainName] = []
  package private(set) var failure: DNSFailure?
  private let start: DomainName

  package init(from start: DomainName, in dns: some DNSAnswers) async {
    self.start = start
    var name = start
    for _ in 0..<Self.mostSteps where !name.isRoot && failure == nil {
      if await ask(name, dns) { return }
      guard let next = Self.step(up: name, from: start) else { return }
      name = next
    }
  }

  /// The next name; a long one is cut to seven labels at once.
  private static func step(up name: DomainName, from start: DomainName) -> DomainName? {
    if name == start, name.labels.count > 7 { return DomainName(labels: Array(name.labels.suffix(7))) }
    return name.parent
  }

  /// True when the walk ends here.
  private mutating func ask(_ name: DomainName, _ dns: some DNSAnswers) async -> Bool {
    guard let place = name.prefixed("_dmarc") else { return false }
    let answer = await dns.answer(place, .txt)
    if let failure = answer.failure {
      self.failure = failure
      return true
    }
    let texts = answer.texts.filter(DMARCRecord.isRecord)
    guard let text = texts.first else { return false }
    guard texts.count == 1 else {
      doubled.append(name)
      return false
    }
    do throws(DMARCRecordProblem) {
      let record = try DMARCRecord(text)
      places.append(Place(domain: name, record: record))
      return record.publicSuffix == .no || record.publicSuffix == .yes && name != start
    } catch {
      problems[name] = error
      return false
    }
  }

  /// The domain that is the same for all names of one organisation; alignment compares it.
  package var organizationalDomain: DomainName {
    if let place = places.first(where: { $0.record.publicSuffix == .no }) { return place.domain }
    if let suffix = places.first(where: { $0.record.publicSuffix == .yes && $0.domain != start }) {
      return DomainName(labels: Array(start.labels.suffix(suffix.domain.labels.count + 1))) ?? start
    }
    return places.last?.domain ?? start
  }

  /// The record that decides about mail from this domain: its own, else that of its organisation, else that of the public suffix.
  package var deciding: Place? {
    if let own = places.first, own.domain == start { return own }
    let organisation = organizationalDomain
    return places.first { $0.domain == organisation }
      ?? places.first { $0.record.publicSuffix == .yes && $0.domain != start }
  }

  /// What receivers are asked to do with mail that fails. `exists`: the domain has an address, a mail server or other records.
  package func policy(exists: Bool) -> DMARCRecord.Policy? {
    guard let deciding else { return nil }
    let record = deciding.record
    var policy = record.policy
    if deciding.domain != start {
      policy = record.subdomainPolicy ?? record.policy
      if !exists { policy = record.missingPolicy ?? policy }
    }
    guard record.isTesting else { return policy }
    return policy == .reject ? .quarantine : DMARCRecord.Policy.none
  }
}

/// Whether an authenticated domain speaks for the From domain (RFC 9989, section 4.4).
package struct DMARCAlignment: Sendable {
  package let from: DMARCTreeWalk
  private let domain: DomainName

  package init(from: DomainName, walk: DMARCTreeWalk) {
    domain = from
    self.from = walk
  }

  /// `isStrict` is the record's `adkim=s` or `aspf=s`; relaxed alignment needs the other domain's own tree walk.
  package func holds(for other: DomainName, isStrict: Bool, in dns: some DNSAnswers) async -> Bool {
    if other == domain { return true }
    if isStrict { return false }
    let walk = await DMARCTreeWalk(from: other, in: dns)
    return walk.organizationalDomain == from.organizationalDomain
  }
}
