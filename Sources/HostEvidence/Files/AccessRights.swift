import Diagnosis

/// What keeps a user from a file: the first folder on the way that does not let him through, or the file itself.
struct AccessRights {
  enum Right: UInt32 {
    case search = 1
    case write = 2
    case read = 4
  }

  struct Obstacle: Equatable {
    let path: String
    let isFolderOnTheWay: Bool
    let status: FileStatus
  }

  enum Answer {
    case open
    case closed(Obstacle)
    case unknown(Wording)
  }

  let accounts: Accounts

  /// `path` as this program can reach it.
  func answer(_ user: Accounts.User, _ right: Right, at path: String) -> Answer {
    let real: String
    do { real = try FileStatus.resolved(path) } catch { return .unknown(error.said(of: path)) }
    let steps = FileStatus.steps(to: real)
    for (index, step) in steps.enumerated() {
      let isLast = index == steps.count - 1
      do {
        let status = try FileStatus(step)
        if !allows(status, user, isLast ? right : .search) {
          if FileStatus.hasAccessList(step) {
            return .unknown(
              Wording(
                "\(step) has an access-control list, see getfacl \(step)",
                french: "\(step) a une liste de contrôle d'accès, voir getfacl \(step)"))
          }
          return .closed(Obstacle(path: step, isFolderOnTheWay: !isLast, status: status))
        }
      } catch { return .unknown(error.said(of: step)) }
    }
    return .open
  }

  /// The kernel looks at one class only: the owner's bits, else the group's, else the others' (path_resolution(7)).
  private func allows(_ status: FileStatus, _ user: Accounts.User, _ right: Right) -> Bool {
    if user.uid == 0 { return true }
    let shift: UInt32 = status.owner == user.uid ? 6 : accounts.isMember(user, of: status.group) ? 3 : 0
    return status.mode >> shift & right.rawValue != 0
  }

  func words(_ obstacle: Obstacle, _ user: String) -> (english: String, french: String) {
    let owner = accounts.name(ofUser: obstacle.status.owner)
    let group = accounts.name(ofGroup: obstacle.status.group)
    let mode = obstacle.status.octal
    return (
      "\(obstacle.path) (\(owner):\(group), mode \(mode)) keeps the user \(user) out",
      "\(obstacle.path) (\(owner):\(group), mode \(mode)) est fermé à l'utilisateur \(user)"
    )
  }

  func facts(_ obstacle: Obstacle) -> [String: String] {
    [
      "closed": obstacle.path, "closed.owner": accounts.name(ofUser: obstacle.status.owner),
      "closed.group": accounts.name(ofGroup: obstacle.status.group), "closed.mode": obstacle.status.octal,
    ]
  }
}
