internal import Diagnosis

/// What the DNS has at `selector._domainkey.domain`, against the key that signs here.
package struct DKIMKeyCheck: Sendable, Hashable {
  package enum Finding: Sendable, Hashable {
    case good
    case missing
    /// More than one TXT record; a receiver takes any of them.
    case severalRecords(Int)
    case unusable(DKIMRecordProblem)
    /// RFC 8301, section 3.2: receivers must not accept so short a key.
    case tooShort(bits: Int)
    case otherAlgorithm(published: DKIMPublicKey.Algorithm, signing: DKIMPublicKey.Algorithm)
    case mismatch
    case unknown(DNSFailure)
  }

  package let name: String
  package let finding: Finding
  package let record: DKIMKeyRecord?

  /// `key` is the one that signs; without it only the record itself is judged.
  package static func look(
    at selector: String, of domain: DomainName, key: DKIMPublicKey?, in dns: some DNSAnswers
  ) async -> DKIMKeyCheck {
    guard let name = domain.prefixed("\(selector)._domainkey") else {
      return DKIMKeyCheck(name: "\(selector)._domainkey.\(domain)", finding: .missing, record: nil)
    }
    let answer = await dns.answer(name, .txt)
    if let failure = answer.failure {
      return DKIMKeyCheck(name: name.description, finding: .unknown(failure), record: nil)
    }
    return DKIMKeyCheck(name: name.description, texts: answer.texts, key: key)
  }

  private init(name: String, finding: Finding, record: DKIMKeyRecord?) {
    self.name = name
    self.finding = finding
    self.record = record
  }

  init(name: String, texts: [[UInt8]], key: DKIMPublicKey?) {
    guard let text = texts.first else {
      self.init(name: name, finding: .missing, record: nil)
      return
    }
    guard texts.count == 1 else {
      self.init(name: name, finding: .severalRecords(texts.count), record: nil)
      return
    }
    do throws(DKIMRecordProblem) {
      let record = try DKIMKeyRecord(text)
      self.init(name: name, finding: Self.judge(record, key), record: record)
    } catch {
      self.init(name: name, finding: .unusable(error), record: nil)
    }
  }

  private static func judge(_ record: DKIMKeyRecord, _ key: DKIMPublicKey?) -> Finding {
    if let key, key.algorithm != record.key.algorithm {
      return .otherAlgorithm(published: record.key.algorithm, signing: key.algorithm)
    }
    if let key, key != record.key { return .mismatch }
    if record.key.algorithm == .rsa, record.key.bits < 1_024 { return .tooShort(bits: record.key.bits) }
    return .good
  }
}
