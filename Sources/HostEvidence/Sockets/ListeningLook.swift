import Diagnosis

/// Answers the `listening` checks.
struct ListeningLook {
  let machine: Machine
  let postfix: PostfixSettings

  func observe(_ check: MachineCheck) -> Observation {
    if let text = check["endpoint"] {
      return endpoint(text, wantsNobody: check["is"] == "nobody")
    }
    guard let listeners = TCPListener.all(on: machine) else { return Self.noTable }
    if let text = check["not-at"] { return program(check.values("program"), notAt: text, listeners) }
    guard let text = check["port"], let port = HostNames.port(text, on: machine) else {
      return .unknown("'\(check["port"] ?? "")' is no port", "« \(check["port"] ?? "") » n'est pas un port")
    }
    let here = listeners.filter { $0.port == port }
    let owners = SocketOwners(of: Set(here.map(\.inode)), on: machine)
    if let host = check["not-on"] { return notOn(host, port, here, owners) }
    if check["by"] != nil { return by(check.values("by"), wanted: true, port, here, owners) }
    if check["not-by"] != nil { return by(check.values("not-by"), wanted: false, port, here, owners) }
    if let host = check["at"] {
      return endpoint("inet:[\(host.filter { $0 != "[" && $0 != "]" })]:\(port)", wantsNobody: check["is"] == "nobody")
    }
    return presence(port, here, owners, wantsNobody: check["is"] == "nobody")
  }

  private static let noTable = Observation.unknown(
    "/proc/net/tcp cannot be read", "/proc/net/tcp n'est pas lisible")

  private func presence(_ port: UInt16, _ here: [TCPListener], _ owners: SocketOwners, wantsNobody: Bool) -> Observation
  {
    guard !here.isEmpty else { return nobody(on: "\(port)", holds: wantsNobody) }
    let words = said(here, owners)
    return Observation(holds: !wantsNobody, words.0, words.1, facts: facts(here, owners))
  }

  private func notOn(_ host: String, _ port: UInt16, _ here: [TCPListener], _ owners: SocketOwners) -> Observation {
    guard !here.isEmpty else { return nobody(on: "\(port)", holds: false) }
    let targets = reachable(host)
    if let foreign = foreign(targets, host) { return foreign }
    let isCovered = targets.contains { target in here.contains { $0.accepts(target) } }
    let words = said(here, owners)
    return Observation(
      holds: !isCovered, words.0 + (isCovered ? "" : " only"), words.1 + (isCovered ? "" : " seulement"),
      facts: facts(here, owners))
  }

  private func by(
    _ programs: [String], wanted: Bool, _ port: UInt16, _ here: [TCPListener], _ owners: SocketOwners
  ) -> Observation {
    guard !here.isEmpty else { return nobody(on: "\(port)", holds: false) }
    let names = here.compactMap { owners[$0.inode]?.program }
    guard !names.isEmpty else {
      return .unknown(
        "somebody listens on \(port); only root sees who", "quelqu'un écoute sur \(port) ; seul root voit qui")
    }
    let words = said(here, owners)
    let isListed = names.contains { programs.contains($0) }
    return Observation(holds: isListed == wanted, words.0, words.1, facts: facts(here, owners))
  }

  private func endpoint(_ text: String, wantsNobody: Bool) -> Observation {
    guard let address = ServiceAddress(text) else {
      return .unknown("'\(text)' is no address of a service", "« \(text) » n'est pas une adresse de service")
    }
    switch address.kind {
    case .unix(let path):
      let look = SocketLook(machine: machine, postfix: postfix)
      return look.state(path, seenFrom: "postfix", wanted: wantsNobody ? ["missing", "dead"] : ["listening"])
    case .inet(let host, let portText):
      guard let port = HostNames.port(portText, on: machine) else {
        return .unknown("'\(portText)' is no port", "« \(portText) » n'est pas un port")
      }
      guard let listeners = TCPListener.all(on: machine) else { return Self.noTable }
      let targets = reachable(host)
      if let foreign = foreign(targets, host) { return foreign }
      let here = listeners.filter { $0.port == port }
      let owners = SocketOwners(of: Set(here.map(\.inode)), on: machine)
      guard targets.contains(where: { target in here.contains { $0.accepts(target) } }) else {
        guard !here.isEmpty else { return nobody(on: text, holds: wantsNobody) }
        let words = said(here, owners)
        return Observation(
          holds: wantsNobody, words.0 + " only", words.1 + " seulement", facts: facts(here, owners))
      }
      let words = said(here, owners)
      return Observation(holds: !wantsNobody, words.0, words.1, facts: facts(here, owners))
    }
  }

  /// The programs listen, but not where Postfix connects to.
  private func program(_ programs: [String], notAt text: String, _ listeners: [TCPListener]) -> Observation {
    let elsewhere = endpoint(text, wantsNobody: true)
    guard elsewhere.verdict == .holds else {
      return Observation(elsewhere.verdict == .fails ? .fails : .unknown, elsewhere.found, facts: elsewhere.facts)
    }
    let unix = (UnixListener.all(on: machine) ?? []).filter { $0.path.hasPrefix("/") }
    let owners = SocketOwners(of: Set(listeners.map(\.inode) + unix.map(\.inode)), on: machine)
    if let found = listeners.first(where: { owners[$0.inode].map { programs.contains($0.program) } ?? false }) {
      let words = said([found], owners)
      return Observation(holds: true, words.0, words.1, facts: facts([found], owners))
    }
    if let found = unix.first(where: { owners[$0.inode].map { programs.contains($0.program) } ?? false }),
      let owner = owners[found.inode]
    {
      let facts = [
        "listener": "unix:\(found.path)", "listener.pid": String(owner.pid), "listener.program": owner.program,
      ]
      return Observation(
        holds: true, "\(owner.program) (pid \(owner.pid)) listens on \(found.path)",
        "\(owner.program) (pid \(owner.pid)) écoute sur \(found.path)", facts: facts)
    }
    let names = programs.joined(separator: ", ")
    if owners.isPartial {
      return .unknown("only root sees where \(names) listens", "seul root voit où écoute \(names)")
    }
    return Observation(holds: false, "\(names) listens nowhere", "\(names) n'écoute nulle part")
  }

  /// The addresses that Postfix would try for the host: those of the families in inet_protocols.
  private func reachable(_ host: String) -> [IPAddress] {
    let addresses = HostNames.addresses(of: host.filter { $0 != "[" && $0 != "]" }, on: machine)
    let protocols = postfix.value("inet_protocols") ?? "all"
    return addresses.filter { address in
      protocols.contains("all") || protocols.contains(address.bytes.count == 4 ? "ipv4" : "ipv6")
    }
  }

  private func foreign(_ targets: [IPAddress], _ host: String) -> Observation? {
    guard !targets.isEmpty else {
      return .unknown("\(host) has no address here", "\(host) n'a pas d'adresse ici")
    }
    let own = OwnAddresses(machine: machine)
    guard targets.contains(where: { own.contains($0) }) else {
      return .unknown("\(host) is another machine", "\(host) est une autre machine")
    }
    return nil
  }

  private func nobody(on place: String, holds: Bool) -> Observation {
    Observation(holds: holds, "nobody listens on \(place)", "personne n'écoute sur \(place)")
  }

  private func said(_ here: [TCPListener], _ owners: SocketOwners) -> (String, String) {
    let places = here.prefix(6).map(\.text).joined(separator: ", ")
    guard let owner = here.lazy.compactMap({ owners[$0.inode] }).first else {
      return ("somebody listens on \(places)", "quelqu'un écoute sur \(places)")
    }
    return (
      "\(owner.program) (pid \(owner.pid)) listens on \(places)",
      "\(owner.program) (pid \(owner.pid)) écoute sur \(places)"
    )
  }

  private func facts(_ here: [TCPListener], _ owners: SocketOwners) -> [String: String] {
    var facts: [String: String] = [:]
    if let first = here.first {
      facts["listener"] = first.text
      facts["listener.address"] = first.address.text
      facts["listener.port"] = String(first.port)
    }
    if let owner = here.lazy.compactMap({ owners[$0.inode] }).first {
      facts["listener.pid"] = String(owner.pid)
      facts["listener.program"] = owner.program
      facts["listener.unit"] = owner.unit
    }
    return facts
  }
}
