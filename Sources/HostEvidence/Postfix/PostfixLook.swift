import Diagnosis

/// Answers the `postfix` checks.
struct PostfixLook {
  let machine: Machine
  let settings: PostfixSettings

  func observe(_ check: MachineCheck) -> Observation {
    if let networks = check["networks"] { return network(networks, check) }
    if let domain = check["domain"] { return self.domain(domain, isDeclaredWanted: check["is"] == "declared") }
    if let parameter = check["host-in"] { return host(parameter) }
    if check["parameter"] != nil { return parameters(check) }
    return service(check["service"] ?? "", check)
  }

  // MARK: Parameters

  private func parameters(_ check: MachineCheck) -> Observation {
    let service = check["service"]
    var values: [(name: String, value: String)] = []
    for name in check.values("parameter") {
      guard let value = settings.value(name, service: service) else { return unset(name) }
      values.append((name, Self.withoutSecret(name, value)))
    }
    if service != nil, let fault = settings.masterFault { return Observation(.unknown, fault) }
    func said(_ empty: String) -> String {
      values.map { "\($0.name) = \($0.value.isEmpty ? empty : Self.short($0.value))" }.joined(separator: "; ")
    }
    let place = service.map { " (\($0))" } ?? ""
    var facts: [String: String] = [:]
    for (name, value) in values { facts[name] = value }
    func answer(_ holds: Bool) -> Observation {
      Observation(
        holds: holds, "Postfix has \(said("(nothing)"))\(place)", "Postfix a \(said("(rien)"))\(place)", facts: facts)
    }
    // Without a service, what any service of master.cf overrides counts for what is (not) contained.
    let names = Set(values.map(\.name))
    let overrides =
      service == nil ? settings.services.flatMap { $0.overrides.filter { names.contains($0.key) }.values } : []
    let texts = values.map(\.value)
    let all = texts + overrides
    if check["is"] != nil { return answer(texts.allSatisfy { Self.equals($0, check.values("is")) }) }
    if check["is-not"] != nil { return answer(!texts.contains { Self.equals($0, check.values("is-not")) }) }
    if let part = check["contains"] ?? check["lacks"] {
      let isThere = all.contains { $0.contains(part) }
      if !isThere, service == nil, let fault = settings.masterFault { return Observation(.unknown, fault) }
      return answer(isThere == (check["contains"] != nil))
    }
    guard let limit = check["above"].flatMap({ Int64($0) }), let number = texts.first.flatMap({ Int64($0) }) else {
      return .unknown("\(said("(nothing)")) is no number", "\(said("(rien)")) n'est pas un nombre")
    }
    return answer(number > limit)
  }

  private static func equals(_ value: String, _ words: [String]) -> Bool {
    words.contains { $0 == value || ($0 == "empty" && value.isEmpty) }
  }

  /// A table that stands in the setting itself holds the password itself (DATABASE_README, static and inline).
  private static func withoutSecret(_ name: String, _ value: String) -> String {
    guard name.contains("password"), value.contains("static:") || value.contains("inline:") else { return value }
    return "…"
  }

  private static func short(_ value: String) -> String { value.count > 120 ? value.prefix(117) + "…" : value }

  private func unset(_ name: String) -> Observation {
    if let fault = settings.fault { return Observation(.unknown, fault) }
    return .unknown(
      "\(name) is not set, and postconf is not here to tell its default",
      "\(name) n'est pas fixé, et postconf n'est pas là pour dire sa valeur par défaut")
  }

  // MARK: Services

  private func service(_ name: String, _ check: MachineCheck) -> Observation {
    guard !settings.services.isEmpty else {
      return Observation(
        .unknown,
        settings.fault ?? Wording("master.cf names no service", french: "master.cf ne nomme aucun service"))
    }
    let found = settings.service(name)
    if let state = check["is"] {
      return Observation(
        holds: (found != nil) == (state == "present"),
        found == nil ? "master.cf has no service \(name)" : "master.cf has the service \(name)",
        found == nil ? "master.cf n'a pas de service \(name)" : "master.cf a le service \(name)")
    }
    guard let isChrooted = settings.isChrooted(name) else {
      return .unknown("master.cf has no service \(name)", "master.cf n'a pas de service \(name)")
    }
    return Observation(
      holds: isChrooted == (check["chroot"] == "y"),
      isChrooted ? "\(name) runs chrooted in \(settings.queueDirectory)" : "\(name) does not run chrooted",
      isChrooted ? "\(name) tourne en chroot dans \(settings.queueDirectory)" : "\(name) ne tourne pas en chroot",
      facts: ["queue_directory": settings.queueDirectory])
  }

  // MARK: Networks, domains, hosts

  private func network(_ parameter: String, _ check: MachineCheck) -> Observation {
    guard let value = settings.value(parameter) else { return unset(parameter) }
    let text = check["holds"] ?? check["lacks"] ?? ""
    guard let address = IPAddress(text) else {
      return .unknown("'\(text)' is no IP address", "« \(text) » n'est pas une adresse IP")
    }
    var isListed = false
    for entry in value.listed.reversed() {
      let isExclusion = entry.hasPrefix("!")
      guard let network = Network(isExclusion ? String(entry.dropFirst()) : entry) else {
        return .unknown(
          "\(parameter) holds '\(entry)', which is a table: it is not looked up",
          "\(parameter) contient « \(entry) », une table : elle n'est pas consultée")
      }
      if network.contains(address.unmapped) { isListed = !isExclusion }
    }
    let facts = [parameter: value]
    let words =
      isListed
      ? ("\(text) is in \(parameter) = \(Self.short(value))", "\(text) est dans \(parameter) = \(Self.short(value))")
      : (
        "\(text) is not in \(parameter) = \(Self.short(value))",
        "\(text) n'est pas dans \(parameter) = \(Self.short(value))"
      )
    if check["holds"] != nil { return Observation(holds: isListed, words.0, words.1, facts: facts) }
    guard check["in-own-network"] == "yes" else { return Observation(holds: !isListed, words.0, words.1, facts: facts) }
    guard let own = OwnAddresses(machine: machine).network(of: address.unmapped) else {
      return Observation(
        holds: false, "\(text) is in no network of this machine", "\(text) n'est dans aucun réseau de cette machine")
    }
    return Observation(
      holds: !isListed, "\(words.0); it is in the network of \(own.name)",
      "\(words.1) ; elle est dans le réseau de \(own.name)",
      facts: facts)
  }

  private static let domainLists = [
    "mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains",
  ]

  private func domain(_ domain: String, isDeclaredWanted: Bool) -> Observation {
    for parameter in Self.domainLists {
      guard let value = settings.value(parameter) else { return unset(parameter) }
      for entry in value.listed {
        let isHere: Bool
        if entry.contains(":") || entry.hasPrefix("/") {
          switch LookupTable(entry).map({ TableLook.query($0, domain, machine) }) {
          case .found?: isHere = true
          case .absent?: isHere = false
          case .failed(let reason)?: return Observation(.unknown, reason)
          case nil: return .unknown("\(entry) cannot be looked up", "\(entry) ne peut être consulté")
          }
        } else {
          isHere = entry.lowercased() == domain.lowercased()
        }
        if isHere {
          return Observation(
            holds: isDeclaredWanted, "\(domain) is declared in \(parameter)", "\(domain) est déclaré dans \(parameter)")
        }
      }
    }
    let lists = Self.domainLists.joined(separator: ", ")
    return Observation(
      holds: !isDeclaredWanted, "\(domain) stands in none of \(lists)", "\(domain) ne figure dans aucun de \(lists)")
  }

  private func host(_ parameter: String) -> Observation {
    guard let value = settings.value(parameter) else { return unset(parameter) }
    let name =
      value.hasPrefix("[") ? String(value.dropFirst().prefix { $0 != "]" }) : String(value.prefix { $0 != ":" })
    guard !name.isEmpty else { return Observation(holds: false, "\(parameter) is empty", "\(parameter) est vide") }
    if name.lowercased() == settings.value("myhostname")?.lowercased() {
      return Observation(
        holds: true, "\(parameter) = \(value) is this server's own name",
        "\(parameter) = \(value) est le nom de ce serveur")
    }
    let addresses = HostNames.addresses(of: name, on: machine)
    guard !addresses.isEmpty else {
      return .unknown("\(name) has no address here", "\(name) n'a pas d'adresse ici")
    }
    let own = OwnAddresses(machine: machine)
    let isOwn = addresses.contains { own.contains($0) }
    let list = addresses.prefix(4).map(\.text).joined(separator: ", ")
    return Observation(
      holds: isOwn, "\(parameter) = \(value) leads to \(list)", "\(parameter) = \(value) mène à \(list)")
  }
}
