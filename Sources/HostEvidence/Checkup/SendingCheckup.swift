public import Diagnosis
import Dispatch

/// Looks at a sending host as Gmail and others will, before anything fails: `maillogd check`.
///
/// Nothing is written. Questions to the DNS leave the machine, nothing else does; its own ports for mail are asked for their
/// certificates. Each look has a deadline; what did not answer in time is
/// unknown.
public struct SendingCheckup: Sendable {
  let dns: DNSWitness
  let host: HostWitness
  let postfix: PostfixSettings
  let blockLists: [CheckedList]
  private let seconds: Int

  public init(_ source: DNSSource) {
    self.init(DNSWitness(source), blockLists: CheckedList.usual)
  }

  /// `seconds`: the deadline of a look.
  init(_ dns: DNSWitness, blockLists: [CheckedList], seconds: Int = 25) {
    self.dns = dns
    self.blockLists = blockLists
    self.seconds = seconds
    host = HostWitness(machine: dns.machine)
    postfix = PostfixSettings(machine: dns.machine)
  }

  private typealias Look = @Sendable () async -> [CheckFinding]

  public func run(_ request: CheckRequest) async -> CheckReport {
    let sender = SendingHost(request, machine: dns.machine, postfix: postfix)
    let looks =
      (request.isElsewhere ? [] : machineLooks(sender)) + addressLooks(sender) + domainLooks(sender, request.selectors)
    let found = await withTaskGroup(of: (Int, [CheckFinding]).self) { group in
      for (index, look) in looks.enumerated() {
        group.addTask { (index, await Self.within(seconds, look.topic, look.subject, look.run)) }
      }
      var found: [(Int, [CheckFinding])] = []
      for await findings in group { found.append(findings) }
      return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
    return CheckReport(
      helo: sender.helo, addresses: sender.addresses, domains: sender.domains.map(\.description), findings: found)
  }

  private struct Named: Sendable {
    let topic: CheckTopic
    let subject: String
    let run: Look
  }

  // MARK: The looks

  private func addressLooks(_ sender: SendingHost) -> [Named] {
    var looks: [Named] = []
    if let reason = sender.unknownAddresses {
      for topic in [CheckTopic.reverseName, .helo, .spf, .blockList] where sender.addresses.isEmpty {
        looks.append(Named(topic: topic, subject: "-") { [CheckFinding(topic, "-", .unknown, reason)] })
      }
      if !sender.addresses.isEmpty {
        looks.append(
          Named(topic: .reverseName, subject: "-") { [CheckFinding(.reverseName, "-", .unknown, reason)] })
      }
    }
    let checkup = AddressCheckup(dns: dns, helo: sender.helo)
    for address in sender.addresses {
      looks.append(Named(topic: .reverseName, subject: address.text) { [await checkup.reverseName(of: address)] })
      looks.append(Named(topic: .helo, subject: address.text) { [await checkup.helo(of: address)] })
      for list in blockLists where address.bytes.count == 4 || list.knowsIPv6 {
        looks.append(
          Named(topic: .blockList, subject: address.text) { [await checkup.blockList(address, list.zone)] })
      }
    }
    return looks
  }

  private func domainLooks(_ sender: SendingHost, _ selectors: [String]) -> [Named] {
    guard !sender.domains.isEmpty else {
      let reason = Wording(
        "no sending domain is known from Postfix or OpenDKIM; name it: maillogd check DOMAIN",
        french: "aucun domaine d'envoi n'est connu par Postfix ou OpenDKIM ; nommez-le : maillogd check DOMAINE")
      return [CheckTopic.spf, .dkim, .dmarc, .mailExchange].map { topic in
        Named(topic: topic, subject: "-") { [CheckFinding(topic, "-", .unknown, reason)] }
      }
    }
    return leftOut(sender)
      + sender.domains.flatMap { domain in
        let checkup = DomainCheckup(dns: dns, domain: domain)
        let signing = SigningCheckup(dns: dns, host: host, setup: sender.signing, domain: domain)
        let name = domain.description
        return [
          Named(topic: .spf, subject: name) { await checkup.spf(sender.addresses, helo: sender.helo) },
          Named(topic: .dkim, subject: name) { await signing.keys(selectors) },
          Named(topic: .dmarc, subject: name) { [await checkup.dmarc()] },
          Named(topic: .mailExchange, subject: name) { [await checkup.mailExchange(helo: sender.helo)] },
          Named(topic: .mtaSTS, subject: name) { await checkup.mtaSTS() },
        ]
      }
  }

  private func leftOut(_ sender: SendingHost) -> [Named] {
    guard sender.leftOut > 0 else { return [] }
    let reason = Wording(
      "\(sender.leftOut) more domains are not looked at; name them: maillogd check DOMAIN…",
      french: "\(sender.leftOut) autres domaines ne sont pas regardés ; nommez-les : maillogd check DOMAINE…")
    return [Named(topic: .spf, subject: "-") { [CheckFinding(.spf, "-", .unknown, reason)] }]
  }

  private func machineLooks(_ sender: SendingHost) -> [Named] {
    let checkup = MachineCheckup(host: host, postfix: postfix, machine: dns.machine)
    let setup = sender.signing
    let helo = sender.helo
    return [
      Named(topic: .sendingTLS, subject: "Postfix") { [checkup.sendingTLS()] },
      Named(topic: .certificate, subject: "Postfix") { await checkup.certificate(helo: helo) },
      Named(topic: .certificate, subject: "Postfix") { await checkup.shownCertificates(helo: helo) },
      Named(topic: .milter, subject: "Postfix") { await checkup.milters(signing: setup) },
      Named(topic: .keySafety, subject: "OpenDKIM") { await checkup.keys(setup, of: sender.domains) },
      Named(topic: .queue, subject: postfix.queueDirectory) { await checkup.queue() },
      Named(topic: .dane, subject: helo ?? "-") { await checkup.dane(helo: helo, dns: dns) },
    ]
  }

  /// The findings of a look, or `unknown` once its time is over.
  private static func within(_ seconds: Int, _ topic: CheckTopic, _ subject: String, _ look: @escaping Look) async
    -> [CheckFinding]
  {
    await withCheckedContinuation { continuation in
      let answer = FirstAnswer(continuation)
      Task { answer.give(await look()) }
      DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) {
        answer.give([
          CheckFinding(
            topic, subject, .unknown,
            Wording("no answer within \(seconds) s", french: "pas de réponse en \(seconds) s"))
        ])
      }
    }
  }
}
