import Diagnosis

/// Answers the `opendkim` checks.
struct OpenDKIMLook {
  let machine: Machine
  let postfix: PostfixSettings

  func observe(_ check: MachineCheck) -> Observation {
    let configuration: OpenDKIMConfiguration
    do { configuration = try OpenDKIMConfiguration(machine) } catch {
      return error.observation(of: machine.path(OpenDKIMConfiguration.path))
    }
    if let option = check["option"] { return self.option(option, configuration, check) }
    if let key = check["key"] { return self.key(key, configuration, check["is"] ?? "") }
    if let domain = check["signs-for"] { return signs(domain, check["selector"], configuration) }
    if let sender = check["sender"] {
      return self.sender(sender, configuration, isSignedWanted: check["is"] == "signed")
    }
    if let client = check["client"] {
      return self.client(client, configuration, isInternalWanted: check["is"] == "internal")
    }
    return socket(check["milter"] ?? "", configuration, isSameWanted: check["is"] == "its-socket")
  }

  // MARK: Settings

  private func option(_ name: String, _ configuration: OpenDKIMConfiguration, _ check: MachineCheck) -> Observation {
    let value = configuration[name] ?? ""
    let words =
      value.isEmpty
      ? ("opendkim.conf does not set \(name)", "opendkim.conf ne fixe pas \(name)")
      : ("opendkim.conf has \(name) \(value)", "opendkim.conf a \(name) \(value)")
    func answer(_ holds: Bool) -> Observation {
      Observation(holds: holds, words.0, words.1, facts: ["opendkim.\(name)": value])
    }
    if check["is"] != nil { return answer(check.values("is").contains { $0.lowercased() == value.lowercased() }) }
    if check["is-not"] != nil {
      return answer(!check.values("is-not").contains { $0.lowercased() == value.lowercased() })
    }
    guard let prefix = check["lacks-prefix"], !value.isEmpty, !value.hasPrefix(prefix) else { return answer(false) }
    guard let text = check["containing"] else { return answer(true) }
    guard let path = OpenDKIMDataSet(value).path else { return answer(false) }
    do {
      let holds = try BoundedFile.text(machine.path(path), cutting: true).contains(text)
      let facts = ["opendkim.\(name)": value, "opendkim.table": path]
      return Observation(
        holds: holds, words.0 + (holds ? ", and \(path) has '\(text)'" : ", and \(path) has no '\(text)'"),
        words.1 + (holds ? ", et \(path) contient « \(text) »" : ", et \(path) ne contient pas « \(text) »"),
        facts: facts)
    } catch { return error.observation(of: machine.path(path)) }
  }

  // MARK: Keys

  private func key(_ path: String, _ configuration: OpenDKIMConfiguration, _ wanted: String) -> Observation {
    let place = machine.path(path)
    let accounts = Accounts(machine)
    guard let user = accounts[configuration.user] else {
      return .unknown(
        "UserID names \(configuration.user), who is no user here",
        "UserID nomme \(configuration.user), qui n'est pas un utilisateur d'ici")
    }
    do {
      if let breach = try SafeKeyRule(accounts: accounts, user: user).breach(of: place), configuration.requiresSafeKeys
      {
        return said(breach, accounts, user, holds: wanted == "unsafe")
      }
    } catch {
      guard error == .missing else { return error.observation(of: place) }
      return Observation(
        holds: wanted == "missing", "\(place) does not exist", "\(place) n'existe pas", facts: ["key": place])
    }
    let rights = AccessRights(accounts: accounts)
    if case .closed(let obstacle) = rights.answer(user, .read, at: place) {
      let words = rights.words(obstacle, user.name)
      return Observation(
        holds: wanted == "unreadable", words.english, words.french,
        facts: rights.facts(obstacle).merging(["opendkim.user": user.name]) { old, _ in old })
    }
    if (try? FileStatus(place))?.kind == .folder {
      return Observation(holds: wanted == "good", "\(place) is safe", "\(place) est sûr", facts: ["key": place])
    }
    let text: String
    do { text = try BoundedFile.text(place, most: 65_536) } catch { return error.observation(of: place) }
    guard PrivateKeyFile.isKey(text) else {
      return Observation(
        holds: wanted == "garbage", "\(place) holds no private key in PEM form",
        "\(place) ne contient pas de clé privée au format PEM", facts: ["key": place])
    }
    return Observation(
      holds: wanted == "good", "\(place) is safe and readable for \(user.name)",
      "\(place) est sûre et lisible pour \(user.name)", facts: ["key": place])
  }

  private func said(
    _ breach: SafeKeyRule.Breach, _ accounts: Accounts, _ user: Accounts.User, holds: Bool
  ) -> Observation {
    let owner = accounts.name(ofUser: breach.status.owner)
    let group = accounts.name(ofGroup: breach.status.group)
    let place = "\(breach.path) (\(owner):\(group), mode \(breach.status.octal))"
    let words: (String, String) =
      switch breach.why {
      case .openToOthers: ("\(place) is open to other users", "\(place) est ouvert à d'autres utilisateurs")
      case .sharedGroup(let group, let member):
        (
          "\(place) is open to the group \(group), in which \(member) is too",
          "\(place) est ouvert au groupe \(group), dont \(member) fait partie"
        )
      case .foreignOwner(let other):
        (
          "\(place) belongs to \(other), not to \(user.name) or root",
          "\(place) appartient à \(other), ni à \(user.name) ni à root"
        )
      }
    return Observation(
      holds: holds, words.0 + "; the smallest repair: \(breach.repair)",
      words.1 + " ; la plus petite réparation : \(breach.repair)",
      facts: ["unsafe": breach.path, "unsafe.repair": breach.repair, "opendkim.user": user.name])
  }

  // MARK: Tables

  private func signs(_ domain: String, _ selector: String?, _ configuration: OpenDKIMConfiguration) -> Observation {
    var keys: [(domain: String, selector: String)] = []
    if let table = configuration["KeyTable"] {
      do {
        guard let entries = try OpenDKIMDataSet(table).entries(machine) else { return elsewhere("KeyTable", table) }
        for entry in entries {
          let parts = entry.value.split(separator: ":", maxSplits: 2).map(String.init)
          if parts.count == 3 { keys.append((parts[0], parts[1])) }
        }
      } catch { return error.observation(of: table) }
    } else if let names = configuration["Domain"] {
      let list = (try? OpenDKIMDataSet(names).entries(machine)) ?? []
      keys = list.map { ($0.key, configuration["Selector"] ?? "") }
    }
    let found = keys.first {
      ($0.domain == "%" || $0.domain.lowercased() == domain.lowercased())
        && (selector == nil || $0.selector == selector)
    }
    let name = selector.map { "\(domain) (\($0))" } ?? domain
    return Observation(
      holds: found != nil, found == nil ? "OpenDKIM has no key for \(name)" : "OpenDKIM signs for \(name)",
      found == nil ? "OpenDKIM n'a pas de clé pour \(name)" : "OpenDKIM signe pour \(name)")
  }

  private func sender(_ address: String, _ configuration: OpenDKIMConfiguration, isSignedWanted: Bool) -> Observation {
    guard let table = configuration["SigningTable"] else {
      return .unknown("opendkim.conf has no SigningTable", "opendkim.conf n'a pas de SigningTable")
    }
    let set = OpenDKIMDataSet(table)
    do {
      guard let entries = try set.entries(machine) else { return elsewhere("SigningTable", table) }
      let candidates = SigningTableKeys.of(address)
      let isPattern = if case .patterns = set.kind { true } else { false }
      let found = entries.first { entry in
        isPattern ? Glob(entry.key).matches(address) : candidates.contains(entry.key.lowercased())
      }
      let facts = ["opendkim.table": set.path ?? table]
      guard let found else {
        return Observation(
          holds: !isSignedWanted, "\(table) has no line for \(address)", "\(table) n'a pas de ligne pour \(address)",
          facts: facts)
      }
      return Observation(
        holds: isSignedWanted, "\(table) has '\(found.key) \(found.value)' for \(address)",
        "\(table) a « \(found.key) \(found.value) » pour \(address)", facts: facts)
    } catch { return error.observation(of: set.path ?? table) }
  }

  private func client(_ text: String, _ configuration: OpenDKIMConfiguration, isInternalWanted: Bool) -> Observation {
    guard let address = IPAddress(text)?.unmapped else {
      return .unknown("'\(text)' is no IP address", "« \(text) » n'est pas une adresse IP")
    }
    let value = configuration["InternalHosts"] ?? "127.0.0.1"
    do {
      guard let entries = try OpenDKIMDataSet(value).entries(machine) else { return elsewhere("InternalHosts", value) }
      let isListed = entries.contains {
        Network($0.key)?.contains(address) ?? ($0.key == "localhost" && text == "127.0.0.1")
      }
      return Observation(
        holds: isListed == isInternalWanted,
        isListed ? "\(text) is in InternalHosts \(value)" : "\(text) is not in InternalHosts \(value)",
        isListed ? "\(text) est dans InternalHosts \(value)" : "\(text) n'est pas dans InternalHosts \(value)",
        facts: ["opendkim.table": OpenDKIMDataSet(value).path ?? value])
    } catch { return error.observation(of: OpenDKIMDataSet(value).path ?? value) }
  }

  private func elsewhere(_ option: String, _ value: String) -> Observation {
    .unknown(
      "\(option) \(value) is kept in a database; it is not asked",
      "\(option) \(value) est tenue dans une base ; elle n'est pas consultée")
  }

  // MARK: Socket

  private func socket(_ milter: String, _ configuration: OpenDKIMConfiguration, isSameWanted: Bool) -> Observation {
    guard let value = configuration["Socket"] else {
      return .unknown("opendkim.conf sets no Socket", "opendkim.conf ne fixe pas Socket")
    }
    guard let wanted = ServiceAddress(milter), let own = MilterSocket(value) else {
      return .unknown("'\(value)' cannot be compared with \(milter)", "« \(value) » ne peut être comparé à \(milter)")
    }
    let isSame = own.isReached(by: wanted, queue: postfix.queueDirectory)
    let facts = ["opendkim.Socket": value, "opendkim.milter": own.asPostfixWrites(queue: postfix.queueDirectory)]
    return Observation(
      holds: isSame == isSameWanted, "opendkim.conf has Socket \(value), Postfix connects to \(milter)",
      "opendkim.conf a Socket \(value), Postfix se connecte à \(milter)", facts: facts)
  }
}

/// The keys under which OpenDKIM looks an address up in a plain signing table (opendkim.conf(5), SigningTable).
enum SigningTableKeys {
  static func of(_ address: String) -> [String] {
    let lower = address.lowercased()
    guard let at = lower.lastIndex(of: "@") else { return [lower] }
    let user = lower[..<at]
    let host = lower[lower.index(after: at)...]
    var keys = [lower, String(host)]
    var rest = host
    while let dot = rest.firstIndex(of: ".") {
      keys.append(String(rest[dot...]))
      rest = rest[rest.index(after: dot)...]
      if keys.count > 64 { break }
    }
    return keys + ["\(user)@*", "*"]
  }
}
