import Diagnosis

/// Answers the `socket` checks: a UNIX socket as the host sees it, or as Postfix's chrooted services do.
struct SocketLook {
  let machine: Machine
  let postfix: PostfixSettings

  func observe(_ check: MachineCheck) -> Observation {
    let path = check["path"] ?? ""
    let view = check["seen-from"] ?? "host"
    if let state = check["is"] { return self.state(path, seenFrom: view, wanted: [state]) }
    return closed(path, view, to: check["closed-to"] ?? "", at: check["at"])
  }

  /// Holds if the socket is in one of the states `wanted`.
  func state(_ path: String, seenFrom view: String, wanted: [String]) -> Observation {
    let place = machine.path(place(of: path, view))
    let status: FileStatus
    do { status = try FileStatus(place) } catch {
      guard error == .missing else { return error.observation(of: place) }
      return Observation(
        holds: wanted.contains("missing"), "there is no socket at \(place)", "il n'y a pas de socket à \(place)",
        facts: ["socket": place])
    }
    guard status.kind == .socket else {
      return Observation(
        holds: false, "\(place) is there, but is no socket", "\(place) existe, mais n'est pas une socket")
    }
    if wanted == ["present"] {
      return Observation(
        holds: true, "the socket \(place) exists", "la socket \(place) existe", facts: ["socket": place])
    }
    guard let listeners = UnixListener.all(on: machine) else {
      return .unknown("/proc/net/unix cannot be read", "/proc/net/unix n'est pas lisible")
    }
    let behind = listeners.filter { $0.isBehind(place) }
    guard let listener = behind.first else {
      return Observation(
        holds: wanted.contains("dead"), "the socket file \(place) is there, but nobody listens on it",
        "le fichier de socket \(place) existe, mais personne n'y écoute", facts: ["socket": place])
    }
    let owner = SocketOwners(of: [listener.inode], on: machine)[listener.inode]
    var facts = ["socket": place, "listener": "unix:\(place)"]
    if let owner {
      facts["listener.program"] = owner.program
      facts["listener.pid"] = String(owner.pid)
    }
    let who = owner.map { "\($0.program) (pid \($0.pid))" }
    return Observation(
      holds: wanted.contains("listening"), "\(who ?? "somebody") listens on \(place)",
      "\(who ?? "quelqu'un") écoute sur \(place)", facts: facts)
  }

  private func closed(_ path: String, _ view: String, to name: String, at part: String?) -> Observation {
    let accounts = Accounts(machine)
    guard let user = accounts[name] else {
      return .unknown("there is no user \(name) here", "il n'y a pas d'utilisateur \(name) ici")
    }
    let place = machine.path(place(of: path, view))
    let rights = AccessRights(accounts: accounts)
    // connect(2) asks for the right to write to the socket (unix(7)).
    switch rights.answer(user, .write, at: place) {
    case .unknown(let reason): return Observation(.unknown, reason)
    case .open:
      return Observation(
        holds: false, "\(place) is open to the user \(name)", "\(place) est accessible à l'utilisateur \(name)")
    case .closed(let obstacle):
      let words = rights.words(obstacle, name)
      let isAsked = part.map { ($0 == "folder") == obstacle.isFolderOnTheWay } ?? true
      return Observation(holds: isAsked, words.english, words.french, facts: rights.facts(obstacle))
    }
  }

  /// Postfix's services stand in queue_directory, and a chrooted one sees nothing above it.
  private func place(of path: String, _ view: String) -> String {
    guard view == "postfix" else { return path }
    let queue = postfix.queueDirectory
    if !path.hasPrefix("/") { return queue + "/" + path }
    return postfix.isChrooted("cleanup/unix") ?? true ? queue + path : path
  }
}
