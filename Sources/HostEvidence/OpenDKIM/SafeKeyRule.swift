/// OpenDKIM's RequireSafeKeys, step by step as it judges a private key (opendkim.c, dkimf_securefile): from / down to the
/// file, the first node that fails decides.
struct SafeKeyRule {
  let accounts: Accounts
  let user: Accounts.User

  struct Breach: Equatable {
    /// The one bad path.
    let path: String
    let why: Why
    let status: FileStatus
    /// The smallest change that makes this node pass.
    let repair: String
  }

  enum Why: Equatable {
    case openToOthers
    /// Another account has the group, as its primary one or as a member.
    case sharedGroup(String, member: String)
    case foreignOwner(String)
  }

  /// `nil` if the key is safe.
  func breach(of path: String) throws(FileFault) -> Breach? {
    let real = try FileStatus.resolved(path)
    for step in FileStatus.steps(to: real) {
      let status = try FileStatus(step)
      if let breach = status.kind == .folder ? folder(step, status) : file(step, status) { return breach }
    }
    return nil
  }

  private func file(_ path: String, _ status: FileStatus) -> Breach? {
    if status.owner != 0, status.owner != user.uid {
      let repair = "chown \(user.name) \(path)"
      return Breach(path: path, why: .foreignOwner(accounts.name(ofUser: status.owner)), status: status, repair: repair)
    }
    if status.mode & 0o060 != 0, let member = stranger(in: status.group) {
      let why = Why.sharedGroup(accounts.name(ofGroup: status.group), member: member)
      return Breach(path: path, why: why, status: status, repair: "chmod go-rw \(path)")
    }
    if status.mode & 0o006 != 0 {
      return Breach(path: path, why: .openToOthers, status: status, repair: "chmod go-rw \(path)")
    }
    return nil
  }

  private func folder(_ path: String, _ status: FileStatus) -> Breach? {
    if status.mode & 0o002 != 0 {
      return Breach(path: path, why: .openToOthers, status: status, repair: "chmod o-w \(path)")
    }
    if status.mode & 0o020 != 0, let member = stranger(in: status.group) {
      let why = Why.sharedGroup(accounts.name(ofGroup: status.group), member: member)
      return Breach(path: path, why: why, status: status, repair: "chmod g-w \(path)")
    }
    if status.mode & 0o200 != 0, status.owner != 0, status.owner != user.uid {
      let why = Why.foreignOwner(accounts.name(ofUser: status.owner))
      return Breach(path: path, why: why, status: status, repair: "chown \(user.name) \(path)")
    }
    return nil
  }

  /// An account beside root and the executing user that has the group: all of passwd for primary groups, then the
  /// group's own list.
  private func stranger(in gid: UInt32) -> String? {
    if let primary = accounts.users.first(where: { $0.gid == gid && $0.uid != 0 && $0.uid != user.uid }) {
      return primary.name
    }
    return accounts.members(of: gid).first { $0 != "root" && $0 != user.name }
  }
}
