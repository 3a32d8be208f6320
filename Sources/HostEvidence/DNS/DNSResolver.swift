internal import CUnbound
internal import Dispatch
internal import Glibc

/// Asks the DNS through libunbound, each question with a deadline.
///
/// libunbound works in a thread of its own, follows CNAMEs, asks again over TCP when an answer is cut short, and drops
/// answers with a wrong id or to another question.
@safe
package actor DNSResolver: DNSAnswers {
  /// Who is asked.
  package enum Servers: Sendable, Hashable {
    /// The authoritative servers, from the root down, with DNSSEC.
    case own
    /// Those of /etc/resolv.conf.
    case host
    /// `address` or `address@port`.
    case forwarders([String])
  }

  private nonisolated let executor = ResolverExecutor()
  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  private let context: OpaquePointer
  private let arrivals: any DispatchSourceRead
  private let seconds: Int
  private var openQuestions: [Int: OpenQuestion] = [:]
  private var lastNumber = 0
  /// None for a resolver of our own.
  private let forwarders: [String]
  private var lastSuccess: ContinuousClock.Instant?

  /// Throws only `.noResolver`. `seconds` is the deadline of a question.
  package init(_ servers: Servers, seconds: Int = 5) throws(DNSFailure) {
    unsafe context = try Self.open(servers)
    self.seconds = seconds
    forwarders = Self.forwarders(servers)
    // A copy of the descriptor: the source lets go of its own one only after the context is gone.
    let descriptor = unsafe dup(cunbound_fd(context))
    guard descriptor >= 0 else {
      unsafe cunbound_delete(context)
      throw .noResolver("there are no free file descriptors; raise LimitNOFILE")
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: executor.queue)
    source.setCancelHandler { close(descriptor) }
    arrivals = source
    source.setEventHandler { [weak self] in self?.assumeIsolated { $0.takeAnswers() } }
    source.resume()
  }

  isolated deinit {
    arrivals.cancel()
    unsafe cunbound_delete(context)
  }

  package func answer(_ name: DomainName, _ type: RecordType) async -> DNSAnswer {
    let answer = await ask(name, type)
    guard answer.failure == .serverFailure else {
      if answer.failure == nil { lastSuccess = .now }
      return answer
    }
    if type != .cname, let loop = await aliasLoop(from: name) {
      return DNSAnswer(name, type, .failed(.aliasLoop(loop)))
    }
    return await isConnected() ? answer : DNSAnswer(name, type, .failed(.unreachable))
  }

  /// libunbound says SERVFAIL also when the cable is out; that proves nothing about anybody's zone.
  private func isConnected() async -> Bool {
    if let lastSuccess, ContinuousClock.now - lastSuccess < .seconds(30) { return true }
    guard !forwarders.isEmpty else {
      guard let root = DomainName(labels: []) else { return false }
      return await ask(root, .ns).failure == nil
    }
    for server in forwarders {
      switch await NameServerProbe.ask(server, seconds: Int32(clamping: seconds)) {
      case .answers, .refuses: return true
      case .silent, .unreachable, .notAnAddress: continue
      }
    }
    return false
  }

  /// SERVFAIL does not say why; CNAMEs in a circle are a cause that can be seen.
  private func aliasLoop(from start: DomainName) async -> DomainName? {
    var seen: Set<DomainName> = [start]
    var name = start
    while seen.count <= 12, case .cname(let next)? = await ask(name, .cname).records.first {
      guard seen.insert(next).inserted else { return start }
      name = next
    }
    return nil
  }

  private func ask(_ name: DomainName, _ type: RecordType) async -> DNSAnswer {
    await withCheckedContinuation { begin(OpenQuestion(name, type, $0)) }
  }

  private func begin(_ question: OpenQuestion) {
    let owner = unsafe Unmanaged.passRetained(question)
    let error = unsafe cunbound_resolve(
      context, question.name.description + ".", Int32(question.type.rawValue), owner.toOpaque(), deliver,
      &question.query)
    guard error == 0 else {
      unsafe owner.release()
      question.close(.failed(.noResolver(Self.words(error))))
      return
    }
    lastNumber &+= 1
    let number = lastNumber
    openQuestions[number] = question
    executor.queue.asyncAfter(deadline: .now() + .seconds(seconds)) { [weak self] in
      self?.assumeIsolated { $0.giveUp(number) }
    }
  }

  private func takeAnswers() {
    unsafe cunbound_process(context)
    openQuestions = openQuestions.filter { $0.value.isOpen }
  }

  private func giveUp(_ number: Int) {
    guard let question = openQuestions.removeValue(forKey: number), question.isOpen else { return }
    // What is cancelled is never delivered, so its reference is given back here.
    if unsafe cunbound_cancel(context, question.query) == 0 { unsafe Unmanaged.passUnretained(question).release() }
    question.close(.failed(.timedOut(seconds: seconds)))
  }

  private static func words(_ error: Int32) -> String { unsafe String(cString: cunbound_error(error)) }
}

extension DNSResolver {
  private static func open(_ servers: Servers) throws(DNSFailure) -> OpaquePointer {
    if let missing = unsafe cunbound_load() {
      throw .noResolver(
        "\(unsafe String(cString: missing)); install the library (Debian: apt-get install libunbound8)")
    }
    guard let context = unsafe cunbound_create() else { throw .noResolver("there is not enough memory for libunbound") }
    let error = unsafe configure(context, servers)
    guard let error else { return unsafe context }
    unsafe cunbound_delete(context)
    throw error
  }

  private static func configure(_ context: OpaquePointer, _ servers: Servers) -> DNSFailure? {
    var errors: [Int32] = [unsafe cunbound_silence(context), unsafe cunbound_async_threads(context)]
    // A resolver on this very machine is the usual one; private and documentation addresses have PTR records of their own
    // in many networks.
    for (option, value) in [
      ("do-not-query-localhost:", "no"), ("unblock-lan-zones:", "yes"), ("insecure-lan-zones:", "yes"),
    ] {
      errors.append(unsafe cunbound_set_option(context, option, value))
    }
    switch servers {
    case .own:
      errors += Self.rootAnchors.map { unsafe cunbound_add_trust_anchor(context, $0) }
    case .host:
      errors += Self.forwarders(servers).map { unsafe cunbound_forward(context, $0) }
    case .forwarders(let addresses):
      if addresses.isEmpty { return .noResolver("no name server is given") }
      for address in addresses where unsafe cunbound_forward(context, address) != 0 {
        return .noResolver("'\(address)' is not an address of a name server; write it as 192.0.2.53 or 192.0.2.53@5353")
      }
    }
    return errors.first { $0 != 0 }.map { .noResolver(Self.words($0)) }
  }

  private static func forwarders(_ servers: Servers) -> [String] {
    switch servers {
    case .own: []
    case .host: ResolverConfiguration.ofThisHost().servers
    case .forwarders(let addresses): addresses
    }
  }

  /// The keys of the root that IANA publishes (https://data.iana.org/root-anchors/root-anchors.xml).
  private static var rootAnchors: [String] {
    [
      ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
      ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
    ]
  }
}
