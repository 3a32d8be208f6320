import GRDB

/// Why the incident database cannot be used, and what to do.
public struct StoreFault: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    case full, readOnly, corrupt, locked, cannotOpen
    /// Written by a later maillogd.
    case tooNew
    case other
  }

  public let kind: Kind
  public let path: String
  public let reason: String

  public var description: String {
    let advice =
      switch kind {
      case .full: "free some space on its file system; until then incidents are kept in memory"
      case .readOnly: "make the folder writable for the user of maillogd; until then incidents are kept in memory"
      case .corrupt: "the daemon sets it aside at its next start: systemctl restart maillogd"
      case .locked: "another program holds it; stop that program, or wait"
      case .cannotOpen: "look at the owner and mode of its folder: namei -l \(path)"
      case .tooNew: "install the maillogd that wrote it, or move it away"
      case .other: "look at the disk; until then incidents are kept in memory"
      }
    return "\(path): the incident database cannot be used (\(reason)); \(advice)"
  }

  init(kind: Kind, path: String, reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  init(_ error: any Error, path: String) {
    self.path = path
    guard let error = error as? DatabaseError else {
      kind = .other
      reason = "\(error)"
      return
    }
    reason = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_FULL: kind = .full
    case .SQLITE_READONLY, .SQLITE_PERM: kind = .readOnly
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: kind = .corrupt
    case .SQLITE_BUSY, .SQLITE_LOCKED: kind = .locked
    case .SQLITE_CANTOPEN: kind = .cannotOpen
    default: kind = .other
    }
  }
}
