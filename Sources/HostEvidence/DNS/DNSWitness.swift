public import Diagnosis
internal import Dispatch

/// Who answers questions to the DNS.
public enum DNSSource: Sendable, Hashable {
  /// The authoritative servers, from the root down, with DNSSEC; where they cannot be reached, the host's.
  case own
  /// The name servers of /etc/resolv.conf.
  case host
  /// `address` or `address@port`.
  case servers([String])
}

/// Answers the `dns` checks of rules: Sources/Diagnosis/Evidence/DNSCheckForms.swift has their forms.
public struct DNSWitness: Witness {
  /// What receivers elsewhere see.
  let world: any DNSAnswers
  /// What Postfix on this machine sees.
  let host: any DNSAnswers
  let hostServers: [String]
  let machine: Machine
  let ownAddresses: OwnAddresses
  private let postfix: PostfixSettings
  private let hostAnswersForWorld: Bool
  let seconds: Int
  private let patience: DispatchTimeInterval

  /// `world` answers for the view that receivers elsewhere have; for what Postfix here sees, the host's name servers do,
  /// unless servers are named. `seconds` is the deadline of one question; a whole check takes at most four times as long.
  public init(_ world: DNSSource = .own, machine: Machine = .this, seconds: Int = 5) {
    let host: DNSSource = if case .servers = world { world } else { .host }
    let hostAnswers = LazyResolver(Self.servers(host), seconds: seconds)
    let worldAnswers: any DNSAnswers =
      world == host ? hostAnswers : LazyResolver(Self.servers(world), seconds: seconds)
    self.init(
      world: world == .own ? FallbackAnswers(worldAnswers, hostAnswers) : worldAnswers, host: hostAnswers,
      hostServers: Self.addresses(host, machine), machine: machine, ownAddresses: OwnAddresses(machine: machine),
      seconds: seconds, hostAnswersForWorld: world == .host)
  }

  init(
    world: any DNSAnswers, host: any DNSAnswers, hostServers: [String], machine: Machine, ownAddresses: OwnAddresses,
    seconds: Int = 5, patience: Int? = nil, hostAnswersForWorld: Bool = false
  ) {
    self.world = world
    self.host = host
    self.hostServers = hostServers
    self.machine = machine
    self.ownAddresses = ownAddresses
    postfix = PostfixSettings(machine: machine)
    self.seconds = seconds
    self.hostAnswersForWorld = hostAnswersForWorld
    self.patience = .seconds(patience ?? 4 * seconds)
  }

  /// Whether the view of the world is only that of this machine's resolver, which may answer out of /etc/hosts.
  var isWorldSeenThroughHost: Bool {
    get async {
      if hostAnswersForWorld { return true }
      return await (world as? FallbackAnswers)?.isFirstSilent ?? false
    }
  }

  private static func servers(_ source: DNSSource) -> DNSResolver.Servers {
    switch source {
    case .own: .own
    case .host: .host
    case .servers(let addresses): .forwarders(addresses)
    }
  }

  private static func addresses(_ source: DNSSource, _ machine: Machine) -> [String] {
    if case .servers(let addresses) = source { return addresses }
    return ResolverConfiguration.ofThisHost(path: machine.path("/etc/resolv.conf")).servers
  }

  public func look(_ check: MachineCheck) async -> Observation {
    await withCheckedContinuation { continuation in
      let answer = FirstAnswer(continuation)
      Task { answer.give(await observe(check)) }
      DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
        answer.give(.unknown("the DNS did not answer in time", "le DNS n'a pas répondu à temps"))
      }
    }
  }

  private func observe(_ check: MachineCheck) async -> Observation {
    if let name = check["record"] { return await RecordLook(witness: self).record(name, check) }
    if check["mx"] != nil { return await MailExchangeLook(witness: self).observe(check) }
    if check["resolver"] != nil { return await ResolverLook(witness: self).observe(check) }
    for form in ["ptr", "fcrdns", "dnsbl", "spf"] {
      if let text = check[form] { return await observe(text, form, check) }
    }
    if let domain = check["dkim"] { return await SenderLook(witness: self).dkim(domain, check) }
    if let domain = check["dmarc"] { return await SenderLook(witness: self).dmarc(domain, check) }
    return await TLSALook(witness: self, postfix: postfix).observe(check)
  }

  /// `this-machine` stands for the public addresses of this machine; what holds for one of them holds.
  private func observe(_ text: String, _ form: String, _ check: MachineCheck) async -> Observation {
    var addresses = IPAddress(text).map { [$0.unmapped] } ?? []
    if text == "this-machine" {
      addresses = ownAddresses.interfaces.map(\.address).filter { !$0.isLoopback && !$0.isPrivate }
      guard !addresses.isEmpty else {
        return .unknown(
          "this machine has no public address of its own (NAT?), and the log does not tell which one others see",
          "cette machine n'a pas d'adresse publique (NAT ?), et le journal ne dit pas laquelle les autres voient")
      }
    }
    var observations: [Observation] = []
    for address in addresses.prefix(8) { observations.append(await observe(address, form, check)) }
    return observations.mostTelling ?? .unknown("'\(text)' is no IP address", "« \(text) » n'est pas une adresse IP")
  }

  private func observe(_ address: IPAddress, _ form: String, _ check: MachineCheck) async -> Observation {
    switch form {
    case "spf": await SenderLook(witness: self).spf(address, check)
    case "dnsbl": await AddressLook(witness: self).blockList(address, check)
    default: await AddressLook(witness: self).reverseName(address, form, check)
    }
  }
}

extension [Observation] {
  /// One that holds, else one that leaves the question open, else any.
  var mostTelling: Observation? {
    first { $0.verdict == .holds } ?? first { $0.verdict == .unknown } ?? first
  }
}

extension Observation {
  /// The DNS did not say.
  static func unknown(_ failure: DNSFailure, of name: String) -> Observation {
    .unknown("\(name): \(failure.wording.english)", "\(name) : \(failure.wording.french)")
  }

  static func notAName(_ text: String) -> Observation {
    .unknown("'\(text)' is no name of the DNS", "« \(text) » n'est pas un nom DNS")
  }
}
