internal import CUnbound

/// One question on its way. Only the resolver's queue touches it.
final class OpenQuestion {
  /// More records than any honest name has; the rest of an answer is left unread.
  private static let mostRecords = 256

  let name: DomainName
  let type: RecordType
  /// libunbound's number, to cancel it.
  var query: Int32 = 0
  private var continuation: CheckedContinuation<DNSAnswer, Never>?

  init(_ name: DomainName, _ type: RecordType, _ continuation: CheckedContinuation<DNSAnswer, Never>) {
    self.name = name
    self.type = type
    self.continuation = continuation
  }

  var isOpen: Bool { continuation != nil }

  func close(_ outcome: DNSAnswer.Outcome) { close(DNSAnswer(name, type, outcome)) }

  func close(_ answer: DNSAnswer) {
    continuation?.resume(returning: answer)
    continuation = nil
  }

  @unsafe
  func answer(_ result: ub_result) -> DNSAnswer {
    var answer = DNSAnswer(name, type, unsafe outcome(result))
    answer.isSecure = unsafe result.secure != 0
    if let alias = unsafe result.canonname, let target = unsafe DomainName(String(cString: alias)), target != name {
      answer.canonicalName = target
    }
    return answer
  }

  @unsafe
  private func outcome(_ result: ub_result) -> DNSAnswer.Outcome {
    if unsafe result.bogus != 0 {
      let reason = unsafe result.why_bogus.map { unsafe String(cString: $0) } ?? "no reason given"
      return .failed(.bogus(String(reason.prefix(500))))
    }
    if unsafe result.nxdomain != 0 { return .noName }
    switch unsafe result.rcode {
    case 0: break
    case 2: return .failed(.serverFailure)
    default: return .failed(.refused(code: Int(unsafe result.rcode)))
    }
    guard unsafe result.havedata != 0, let data = unsafe result.data, let lengths = unsafe result.len else {
      return .noData
    }
    var records: [RecordData] = []
    for index in 0..<Self.mostRecords {
      guard let bytes = unsafe data[index] else { break }
      let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: max(0, Int(lengths[index])))
      guard let record = unsafe RecordData(type, wire: Array(raw)) else { return .failed(.malformed) }
      records.append(record)
    }
    return records.isEmpty ? .noData : .records(records)
  }
}

/// What libunbound calls, from within `ub_process`, when a question is answered.
@unsafe
func deliver(_ owner: UnsafeMutableRawPointer?, _ error: Int32, _ result: UnsafeMutablePointer<ub_result>?) {
  defer { unsafe cunbound_free(result) }
  guard let owner = unsafe owner else { return }
  let question = unsafe Unmanaged<OpenQuestion>.fromOpaque(owner).takeRetainedValue()
  guard error == 0, let result = unsafe result else {
    question.close(.failed(.noResolver(unsafe String(cString: cunbound_error(error)))))
    return
  }
  question.close(unsafe question.answer(result.pointee))
}
