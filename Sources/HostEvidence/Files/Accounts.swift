/// The users and groups of /etc/passwd and /etc/group.
struct Accounts {
  struct User: Equatable {
    let name: String
    let uid: UInt32
    let gid: UInt32
  }

  private struct Group {
    let name: String
    let gid: UInt32
    let members: [String]
  }

  let users: [User]
  private let groups: [Group]

  init(_ machine: Machine) {
    self.init(
      passwd: BoundedFile.lines(machine.path("/etc/passwd"), most: 8 << 20),
      group: BoundedFile.lines(machine.path("/etc/group"), most: 8 << 20))
  }

  init(passwd: [Substring], group: [Substring]) {
    users = passwd.compactMap { line in
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 4, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { return nil }
      return User(name: String(fields[0]), uid: uid, gid: gid)
    }
    groups = group.compactMap { line in
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 4, let gid = UInt32(fields[2]) else { return nil }
      return Group(name: String(fields[0]), gid: gid, members: fields[3].split(separator: ",").map(String.init))
    }
  }

  subscript(name: String) -> User? {
    users.first { $0.name == name } ?? UInt32(name).flatMap { uid in users.first { $0.uid == uid } }
  }

  func name(ofUser uid: UInt32) -> String { users.first { $0.uid == uid }?.name ?? "uid \(uid)" }
  func name(ofGroup gid: UInt32) -> String { groups.first { $0.gid == gid }?.name ?? "gid \(gid)" }
  func gid(ofGroup name: String) -> UInt32? { groups.first { $0.name == name }?.gid }

  /// The members that /etc/group names for the group, primary members not among them.
  func members(of gid: UInt32) -> [String] { groups.filter { $0.gid == gid }.flatMap(\.members) }

  func isMember(_ user: User, of gid: UInt32) -> Bool {
    user.gid == gid || members(of: gid).contains(user.name)
  }
}
