import Diagnosis
import Glibc

/// Answers the `file` checks.
struct FileLook {
  let machine: Machine

  func observe(_ check: MachineCheck) -> Observation {
    let paths = check.values("path").flatMap { FilePattern.matches(machine.path($0)) }
    guard let path = paths.first else { return .unknown("no file is named", "aucun fichier n'est nommé") }
    if let state = check["is"] { return presence(paths, isMissingWanted: state == "missing") }
    if check["owner-is-not"] != nil { return owner(path, check.values("owner-is-not")) }
    if let mode = check["lacks-mode"] { return lacks(mode, path) }
    if let text = check["contains"] { return contains(path, text) }
    if let other = check["differs-from"] { return differs(path, machine.path(other)) }
    if let option = check["mounted"] { return mounted(path, option) }
    return closed(path, to: check["closed-to"] ?? "", right: check["for"] ?? "read")
  }

  private func presence(_ paths: [String], isMissingWanted: Bool) -> Observation {
    var absent: [String] = []
    for path in paths {
      do {
        _ = try FileStatus(path)
        if !isMissingWanted {
          return Observation(holds: true, "\(path) exists", "\(path) existe", facts: ["file": path])
        }
      } catch {
        if error == .missing { absent.append(path) } else { return error.observation(of: path) }
      }
    }
    guard let path = absent.first else {
      return Observation(holds: false, "\(paths[0]) exists", "\(paths[0]) existe", facts: ["file": paths[0]])
    }
    return Observation(
      holds: isMissingWanted, "\(path) does not exist", "\(path) n'existe pas", facts: ["file": path])
  }

  private func owner(_ path: String, _ names: [String]) -> Observation {
    let accounts = Accounts(machine)
    do {
      let status = try FileStatus(path)
      let owner = accounts.name(ofUser: status.owner)
      let isOther = !names.contains { accounts[$0]?.uid == status.owner }
      return Observation(
        holds: isOther, "\(path) belongs to \(owner) (mode \(status.octal))",
        "\(path) appartient à \(owner) (mode \(status.octal))", facts: ["file": path, "file.owner": owner])
    } catch { return error.observation(of: path) }
  }

  private func lacks(_ bits: String, _ path: String) -> Observation {
    guard let wanted = UInt32(bits, radix: 8) else {
      return .unknown("'\(bits)' is no octal mode", "« \(bits) » n'est pas un mode octal")
    }
    do {
      let status = try FileStatus(path)
      let group = Accounts(machine).name(ofGroup: status.group)
      return Observation(
        holds: status.mode & wanted != wanted, "\(path) has mode \(status.octal), group \(group)",
        "\(path) a le mode \(status.octal), groupe \(group)", facts: ["file": path, "file.mode": status.octal])
    } catch { return error.observation(of: path) }
  }

  private func contains(_ path: String, _ text: String) -> Observation {
    do {
      let holds = try BoundedFile.text(path, cutting: true).contains(text)
      return Observation(
        holds: holds, holds ? "\(path) contains \"\(text)\"" : "\(path) does not contain \"\(text)\"",
        holds ? "\(path) contient « \(text) »" : "\(path) ne contient pas « \(text) »", facts: ["file": path])
    } catch {
      guard error == .missing else { return error.observation(of: path) }
      return Observation(holds: false, "\(path) does not exist", "\(path) n'existe pas")
    }
  }

  private func differs(_ path: String, _ other: String) -> Observation {
    let original: [UInt8]
    do { original = try BoundedFile.bytes(other) } catch { return error.observation(of: other) }
    do {
      let isSame = try BoundedFile.bytes(path) == original
      return Observation(
        holds: !isSame, isSame ? "\(path) is the same as \(other)" : "\(path) is not the same as \(other)",
        isSame ? "\(path) est identique à \(other)" : "\(path) diffère de \(other)", facts: ["file": path])
    } catch {
      guard error == .missing else { return error.observation(of: path) }
      return Observation(holds: true, "\(path) does not exist", "\(path) n'existe pas", facts: ["file": path])
    }
  }

  private func mounted(_ path: String, _ option: String) -> Observation {
    var volume = statvfs()
    guard unsafe statvfs(path, &volume) == 0 else { return FileFault(errno: errno).observation(of: path) }
    // ST_RDONLY, ST_NOSUID and ST_NOEXEC of statvfs(3).
    let flag: UInt = option == "nosuid" ? 2 : option == "noexec" ? 8 : 1
    let holds = UInt(volume.f_flag) & flag != 0
    return Observation(
      holds: holds, holds ? "\(path) is on a file system mounted \(option)" : "\(path) is not mounted \(option)",
      holds ? "\(path) est sur un système de fichiers monté \(option)" : "\(path) n'est pas monté \(option)")
  }

  private func closed(_ path: String, to name: String, right: String) -> Observation {
    let accounts = Accounts(machine)
    guard let user = accounts[name] else {
      return .unknown("there is no user \(name) here", "il n'y a pas d'utilisateur \(name) ici")
    }
    let rights = AccessRights(accounts: accounts)
    let wanted: AccessRights.Right =
      switch right {
      case "write", "create": .write
      case "search": .search
      default: .read
      }
    let place = right == "create" ? path.parentFolder : path
    switch rights.answer(user, wanted, at: place) {
    case .open:
      return Observation(
        holds: false, "\(place) is open to the user \(name)", "\(place) est accessible à l'utilisateur \(name)")
    case .closed(let obstacle):
      let words = rights.words(obstacle, name)
      return Observation(holds: true, words.english, words.french, facts: rights.facts(obstacle))
    case .unknown(let reason): return Observation(.unknown, reason)
    }
  }
}

extension String {
  /// The folder that a path lies in.
  var parentFolder: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}

/// A path of a rule in which `*` stands for one name, such as the architecture below /usr/lib.
enum FilePattern {
  /// What matches, or the pattern itself when nothing does.
  static func matches(_ pattern: String) -> [String] {
    // A log line may have put more of them in; each one multiplies the work.
    guard (1...2).contains(pattern.count { $0 == "*" }) else { return [pattern] }
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [pattern] }
    var paths: [String] = []
    for index in 0..<min(Int(unsafe found.gl_pathc), 64) {
      if let path = unsafe found.gl_pathv[index] { paths.append(unsafe String(cString: path)) }
    }
    return paths.isEmpty ? [pattern] : paths.sorted()
  }
}
