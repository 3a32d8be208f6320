import Diagnosis
import Glibc

/// Answers the `disk` checks.
struct DiskLook {
  let machine: Machine

  func observe(_ check: MachineCheck) -> Observation {
    let path = machine.path(check["path"] ?? "/")
    var volume = statvfs()
    guard unsafe statvfs(path, &volume) == 0 else { return FileFault(errno: errno).observation(of: path) }
    let unit = UInt64(volume.f_frsize)
    let free = UInt64(volume.f_bavail).multipliedReportingOverflow(by: unit).partialValue
    let inodes = UInt64(volume.f_favail)
    let facts = ["disk.free": String(free), "disk.inodes": String(inodes)]
    let words = (
      "\(Self.size(free)) free and \(inodes) inodes left at \(path)",
      "\(Self.size(free)) libres et \(inodes) inodes restants pour \(path)"
    )
    func answer(_ holds: Bool) -> Observation { Observation(holds: holds, words.0, words.1, facts: facts) }
    if let wanted = check["bytes-below"] {
      guard let least = UInt64(wanted) else {
        return .unknown("'\(wanted)' is no number of bytes", "« \(wanted) » n'est pas un nombre d'octets")
      }
      return answer(free < least)
    }
    switch check["is"] {
    // Less than one message of usual size: every write of it fails.
    case "full": return answer(volume.f_blocks > 0 && free < 65_536)
    // File systems that make inodes as they need them report none in all.
    case "out-of-inodes": return answer(volume.f_files > 0 && inodes == 0)
    default:
      let isReadOnly = UInt(volume.f_flag) & 1 != 0
      return Observation(
        holds: isReadOnly, isReadOnly ? "\(path) is mounted read-only" : "\(path) is writable",
        isReadOnly ? "\(path) est monté en lecture seule" : "\(path) est inscriptible")
    }
  }

  static func size(_ bytes: UInt64) -> String {
    if bytes >= 10 << 30 { return "\(bytes >> 30) GiB" }
    if bytes >= 10 << 20 { return "\(bytes >> 20) MiB" }
    return bytes >= 10 << 10 ? "\(bytes >> 10) KiB" : "\(bytes) B"
  }
}
