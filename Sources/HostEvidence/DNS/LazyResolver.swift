/// A resolver that is set up when the first question comes; what cannot be set up is the answer to all of them.
actor LazyResolver: DNSAnswers {
  private let servers: DNSResolver.Servers
  private let seconds: Int
  private var resolver: Result<DNSResolver, DNSFailure>?

  init(_ servers: DNSResolver.Servers, seconds: Int) {
    self.servers = servers
    self.seconds = seconds
  }

  func answer(_ name: DomainName, _ type: RecordType) async -> DNSAnswer {
    switch opened() {
    case .success(let resolver): return await resolver.answer(name, type)
    case .failure(let failure): return DNSAnswer(name, type, .failed(failure))
    }
  }

  private func opened() -> Result<DNSResolver, DNSFailure> {
    if let resolver { return resolver }
    let opened: Result<DNSResolver, DNSFailure>
    do throws(DNSFailure) {
      opened = .success(try DNSResolver(servers, seconds: seconds))
    } catch {
      opened = .failure(error)
    }
    resolver = opened
    return opened
  }
}

/// The world's view of the DNS from a machine that may not be allowed to ask the world: once the first resolver gets no
/// answer even from the root, the second one answers.
actor FallbackAnswers: DNSAnswers {
  private let first: any DNSAnswers
  private let second: any DNSAnswers
  /// From then on, what is told is the second one's view.
  private(set) var isFirstSilent = false

  init(_ first: any DNSAnswers, _ second: any DNSAnswers) {
    self.first = first
    self.second = second
  }

  func answer(_ name: DomainName, _ type: RecordType) async -> DNSAnswer {
    if !isFirstSilent {
      let answer = await first.answer(name, type)
      guard let failure = answer.failure, !failure.isAnswer else { return answer }
      // One domain whose name servers are dead is not the world.
      guard let root = DomainName(labels: []), await first.answer(root, .ns).failure != nil else { return answer }
      isFirstSilent = true
    }
    return await second.answer(name, type)
  }
}
