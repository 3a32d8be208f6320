import Diagnosis

/// Who this machine is when it sends mail: by what it was told, else by its configuration.
struct SendingHost: Sendable {
  let helo: String?
  let addresses: [IPAddress]
  /// Why some of them are not known.
  var unknownAddresses: Wording?
  let domains: [DomainName]
  let signing: SigningSetup
  /// How many domains more there are than are looked at.
  let leftOut: Int

  init(_ request: CheckRequest, machine: Machine, postfix: PostfixSettings) {
    let isHere = !request.isElsewhere
    helo = request.helo ?? (isHere ? Self.helo(postfix) : nil)
    signing = isHere ? SigningSetup(machine) : .unknown
    if request.addresses.isEmpty, !isHere {
      addresses = []
      unknownAddresses = Wording(
        "the host is another machine; name the address that mail leaves from with --address",
        french: "la machine est une autre ; donnez l'adresse d'où part le courrier avec --address")
    } else if request.addresses.isEmpty {
      (addresses, unknownAddresses) = Self.addresses(machine, postfix)
    } else {
      var addresses: [IPAddress] = []
      for text in request.addresses {
        if let address = IPAddress(text)?.unmapped, !addresses.contains(address) { addresses.append(address) }
      }
      self.addresses = addresses
    }
    let names = request.domains.isEmpty && isHere ? Self.domains(machine, postfix, signing) : request.domains
    var domains: [DomainName] = []
    for name in names { if let name = DomainName(name), !domains.contains(name) { domains.append(name) } }
    self.domains = Array(domains.prefix(Self.mostDomains))
    leftOut = domains.count - self.domains.count
  }

  /// Whoever hosts more names the ones to check.
  static let mostDomains = 50

  private static func helo(_ postfix: PostfixSettings) -> String? {
    for name in ["smtp_helo_name", "myhostname"] {
      if let value = postfix.value(name, service: "smtp/unix"), !value.isEmpty { return value }
    }
    return nil
  }

  // MARK: Addresses

  private static func addresses(_ machine: Machine, _ postfix: PostfixSettings) -> ([IPAddress], Wording?) {
    if let relay = postfix.value("relayhost"), !relay.isEmpty {
      return (
        [],
        Wording(
          "relayhost = \(relay): receivers see the address of that server; name it with --address",
          french: "relayhost = \(relay) : les destinataires voient l'adresse de ce serveur ; donnez-la avec --address")
      )
    }
    let protocols = postfix.value("inet_protocols", service: "smtp/unix") ?? "all"
    var found: [IPAddress] = []
    for isVersion6 in [false, true] {
      guard protocols.contains("all") || protocols.contains(isVersion6 ? "ipv6" : "ipv4") else { continue }
      let bound = bound(isVersion6, postfix)
      if let address = bound ?? (machine.isThisOne ? OutgoingAddress.chosen(isVersion6: isVersion6) : nil) {
        found.append(address)
      }
    }
    let isOutside = { (address: IPAddress) in !address.isPrivate && !address.isLoopback }
    let inside = found.filter { !isOutside($0) }
    let list = inside.map(\.text).joined(separator: ", ")
    let unknown =
      inside.isEmpty
      ? (found.isEmpty
        ? Wording(
          "this machine has no address that reaches the internet; name it with --address",
          french: "cette machine n'a pas d'adresse vers l'internet ; donnez-la avec --address")
        : nil)
      : Wording(
        "mail leaves from \(list), behind NAT; name the address that others see with --address",
        french: "le courrier part de \(list), derrière un NAT ; donnez l'adresse vue de l'extérieur avec --address")
    return (found.filter(isOutside), unknown)
  }

  /// smtp_bind_address, else the one address of the family in inet_interfaces (postconf(5)).
  private static func bound(_ isVersion6: Bool, _ postfix: PostfixSettings) -> IPAddress? {
    let parameter = isVersion6 ? "smtp_bind_address6" : "smtp_bind_address"
    if let value = postfix.value(parameter, service: "smtp/unix"), let address = IPAddress(value) { return address }
    let listed = (postfix.value("inet_interfaces") ?? "all").listed.compactMap { IPAddress($0) }
    let family = listed.filter { ($0.bytes.count == 16) == isVersion6 && !$0.isLoopback }
    return family.count == 1 ? family.first : nil
  }

  // MARK: Domains

  /// Those that OpenDKIM signs for and myorigin; mydomain where myorigin is only the host's own name.
  private static func domains(_ machine: Machine, _ postfix: PostfixSettings, _ signing: SigningSetup) -> [String] {
    var domains = signing.domains
    var origin = postfix.value("myorigin") ?? ""
    if origin.hasPrefix("/") { origin = BoundedFile.lines(machine.path(origin)).first?.trimmed ?? "" }
    let host = postfix.value("myhostname") ?? ""
    domains.append(origin.lowercased() == host.lowercased() ? postfix.value("mydomain") ?? "" : origin)
    let usable = domains.filter { isUsable($0) }
    return usable.isEmpty && isUsable(host) ? [host] : usable
  }

  /// Names such as `localdomain` are nobody's in the DNS.
  private static func isUsable(_ name: String) -> Bool {
    guard let name = DomainName(name), name.labels.count > 1, let last = name.labels.last else { return false }
    return !["localdomain", "local", "localhost", "lan", "internal"].contains(String(decoding: last, as: UTF8.self))
  }
}
