internal import Diagnosis

/// Judges a sender as a receiver does: check_host() of RFC 7208, section 4.
package struct SPFEvaluator: Sendable {
  private let dns: any DNSAnswers
  private let receiver: String
  private let seconds: Int64

  /// `receiver` and `seconds` (since 1970) are what the macros `r` and `t` give.
  package init(_ dns: any DNSAnswers, receiver: String = "unknown", seconds: Int64 = 0) {
    self.dns = dns
    self.receiver = receiver
    self.seconds = seconds
  }

  package func check(_ identity: SPFIdentity) async -> SPFVerdict {
    var run = SPFRun(dns, identity, receiver: receiver, seconds: seconds)
    return await run.verdict()
  }
}

/// One evaluation, with what it has used up.
private struct SPFRun {
  static let mostLookups = 10
  static let mostVoidLookups = 2
  static let mostNames = 10

  let dns: any DNSAnswers
  let address: IPAddress
  let local: [UInt8]
  let senderDomain: [UInt8]
  let helo: String
  let receiver: String
  let seconds: Int64
  var lookups = 0
  var voidLookups = 0
  var trail: [SPFStep] = []

  /// What one record came to.
  struct Judgement {
    var result: SPFResult
    var step: SPFStep?
    var explanation: SPFMacroString?
    /// Whose record it was: redirect= changes it.
    var domain: [UInt8]
  }

  init(_ dns: any DNSAnswers, _ identity: SPFIdentity, receiver: String, seconds: Int64) {
    self.dns = dns
    self.address = identity.address.unmapped
    let sender = identity.sender.isEmpty ? "postmaster@\(identity.helo)" : identity.sender
    let at = sender.utf8.lastIndex(of: UInt8(ascii: "@"))
    let before = at.map { Array(sender.utf8[..<$0]) } ?? []
    local = before.isEmpty ? Array("postmaster".utf8) : before
    senderDomain = at.map { Array(sender.utf8[sender.utf8.index(after: $0)...]) } ?? Array(sender.utf8)
    self.helo = identity.helo
    self.receiver = receiver
    self.seconds = seconds
  }

  mutating func verdict() async -> SPFVerdict {
    var verdict = SPFVerdict(result: .none, domain: String(decoding: senderDomain, as: UTF8.self))
    do throws(SPFProblem) {
      let judgement = try await judge(senderDomain)
      verdict.result = judgement.result
      verdict.decidedBy = judgement.step
      if judgement.result == .fail, let explanation = judgement.explanation {
        verdict.explanation = await explain(explanation, of: judgement.domain)
      }
    } catch {
      verdict.result = error.result
      verdict.problem = error
    }
    verdict.lookups = lookups
    verdict.voidLookups = voidLookups
    verdict.trail = trail
    return verdict
  }

  private mutating func judge(_ domain: [UInt8]) async throws(SPFProblem) -> Judgement {
    var judgement = Judgement(result: .none, domain: domain)
    guard let name = DomainName(bytes: domain), name.labels.count > 1, domain.first != UInt8(ascii: "["),
      let text = try await recordText(of: name)
    else { return judgement }
    let words = name.description
    let record = try SPFRecord(text, domain: words)
    for directive in record.directives {
      let step = SPFStep(domain: words, term: directive.text)
      if trail.count < 200 { trail.append(step) }
      if directive.mechanism.costsLookup { try spendLookup(on: step) }
      guard try await matches(directive.mechanism, domain, step) else { continue }
      judgement.result = directive.result
      judgement.step = step
      judgement.explanation = record.explanation
      return judgement
    }
    guard let redirect = record.redirect else {
      judgement.result = .neutral
      return judgement
    }
    let step = SPFStep(domain: words, term: "redirect=")
    try spendLookup(on: step)
    let target = await expanded(redirect, domain)
    let redirected = try await judge(target)
    guard redirected.result != .none else {
      throw .noRecord(domain: String(decoding: target, as: UTF8.self), step: step)
    }
    return redirected
  }

  private mutating func spendLookup(on step: SPFStep) throws(SPFProblem) {
    lookups += 1
    if lookups > Self.mostLookups { throw .tooManyLookups(step) }
  }

  private func recordText(of name: DomainName) async throws(SPFProblem) -> [UInt8]? {
    let answer = await dns.answer(name, .txt)
    if let failure = answer.failure { throw .dns(failure, name: name.description) }
    let records = answer.texts.filter(SPFRecord.isRecord)
    if records.count > 1 { throw .severalRecords(domain: name.description) }
    return records.first
  }

  private mutating func matches(
    _ mechanism: SPFRecord.Mechanism, _ domain: [UInt8], _ step: SPFStep
  ) async throws(SPFProblem) -> Bool {
    switch mechanism {
    case .all: return true
    case .network(let network, let bits): return Network(network, bits).contains(address)
    case .include(let spec): return try await includes(await expanded(spec, domain), step)
    case .a(let spec, let prefixes):
      guard let name = await name(spec, domain) else { return false }
      let addresses = try await addresses(of: name)
      if addresses.isEmpty { try spendVoidLookup(on: step) }
      return addresses.contains { isEqual($0, prefixes) }
    case .mx(let spec, let prefixes): return try await isExchanger(of: await name(spec, domain), prefixes, step)
    case .exists(let spec):
      guard let name = await name(spec, domain) else { return false }
      let answer = await dns.answer(name, .a)
      if let failure = answer.failure { throw .dns(failure, name: name.description) }
      if answer.isAbsent { try spendVoidLookup(on: step) }
      return !answer.records.isEmpty
    case .ptr(let spec):
      guard let name = await name(spec, domain) else { return false }
      return await validatedNames().contains { name.contains($0) }
    }
  }

  private mutating func includes(_ domain: [UInt8], _ step: SPFStep) async throws(SPFProblem) -> Bool {
    switch try await judge(domain).result {
    case .pass: return true
    case .fail, .softfail, .neutral: return false
    case .none, .temperror, .permerror:
      throw .noRecord(domain: String(decoding: domain, as: UTF8.self), step: step)
    }
  }

  private mutating func isExchanger(
    of name: DomainName?, _ prefixes: SPFPrefixes, _ step: SPFStep
  ) async throws(SPFProblem) -> Bool {
    guard let name else { return false }
    let answer = await dns.answer(name, .mx)
    if let failure = answer.failure { throw .dns(failure, name: name.description) }
    if answer.isAbsent { try spendVoidLookup(on: step) }
    let hosts = answer.exchangers.map(\.host).filter { !$0.isRoot }
    if hosts.count > Self.mostNames { throw .tooManyExchangers(step) }
    for host in hosts where try await addresses(of: host).contains(where: { isEqual($0, prefixes) }) { return true }
    return false
  }

  private mutating func spendVoidLookup(on step: SPFStep) throws(SPFProblem) {
    voidLookups += 1
    if voidLookups > Self.mostVoidLookups { throw .tooManyVoidLookups(step) }
  }

  private func addresses(of name: DomainName) async throws(SPFProblem) -> [IPAddress] {
    let answer = await dns.answer(name, address.bytes.count == 4 ? .a : .aaaa)
    if let failure = answer.failure { throw .dns(failure, name: name.description) }
    return answer.addresses
  }

  private func isEqual(_ other: IPAddress, _ prefixes: SPFPrefixes) -> Bool {
    Network(other, address.bytes.count == 4 ? prefixes.four : prefixes.six).contains(address)
  }

  /// Names of the address that have the address (RFC 7208, section 5.5); what the DNS fails to answer is left out.
  private func validatedNames() async -> [DomainName] {
    guard let reverse = DomainName(address.reverseName) else { return [] }
    var names: [DomainName] = []
    for name in await dns.answer(reverse, .ptr).pointers.prefix(Self.mostNames) {
      let type: RecordType = address.bytes.count == 4 ? .a : .aaaa
      if await dns.answer(name, type).addresses.contains(address) { names.append(name) }
    }
    return names
  }

  /// The name that a mechanism is about; `nil` when what the macros gave can be no name, which then matches nothing.
  private func name(_ spec: SPFMacroString?, _ domain: [UInt8]) async -> DomainName? {
    guard let spec else { return DomainName(bytes: domain) }
    return DomainName(bytes: await expanded(spec, domain))
  }

  /// A name that became too long loses labels on the left (RFC 7208, section 7.3).
  private func expanded(_ spec: SPFMacroString, _ domain: [UInt8]) async -> [UInt8] {
    var text = await values(of: spec, domain)
    while text.count > 253, let dot = text.firstIndex(of: UInt8(ascii: ".")) { text.removeSubrange(...dot) }
    return text
  }

  private func values(of text: SPFMacroString, _ domain: [UInt8]) async -> [UInt8] {
    let validated = text.needsValidatedName ? await validatedName(for: domain) : []
    return text.expanded { letter in
      switch letter {
      case UInt8(ascii: "s"): local + [UInt8(ascii: "@")] + senderDomain
      case UInt8(ascii: "l"): local
      case UInt8(ascii: "o"): senderDomain
      case UInt8(ascii: "d"): domain
      case UInt8(ascii: "i"): Array(address.dotted.utf8)
      case UInt8(ascii: "p"): validated
      case UInt8(ascii: "v"): Array((address.bytes.count == 4 ? "in-addr" : "ip6").utf8)
      case UInt8(ascii: "h"): Array(helo.utf8)
      case UInt8(ascii: "c"): Array(address.text.utf8)
      case UInt8(ascii: "r"): Array(receiver.utf8)
      default: Array(String(seconds).utf8)
      }
    }
  }

  private func validatedName(for domain: [UInt8]) async -> [UInt8] {
    let names = await validatedNames()
    let name = DomainName(bytes: domain)
    let best =
      names.first { $0 == name } ?? names.first { candidate in name.map { $0.contains(candidate) } ?? false }
      ?? names.first
    return Array((best?.description ?? "unknown").utf8)
  }

  /// The domain's words for a refused sender; anything wrong with them means that it has none.
  private func explain(_ spec: SPFMacroString, of domain: [UInt8]) async -> String? {
    guard let name = DomainName(bytes: await expanded(spec, domain)) else { return nil }
    let texts = await dns.answer(name, .txt).texts
    guard texts.count == 1, let text = texts.first.flatMap({ SPFMacroString($0, .explanation) }) else { return nil }
    return String(decoding: await values(of: text, domain), as: UTF8.self)
  }
}
