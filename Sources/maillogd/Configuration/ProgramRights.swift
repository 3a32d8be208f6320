import Foundation

/// Whether a program that maillogd starts would get the rights it lives by.
enum ProgramRights {
  /// Whether setuid and setgid have no effect on what this process starts (`NoNewPrivileges=` of systemd).
  static var areFixed: Bool {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").contains { $0.hasPrefix("NoNewPrivs:") && $0.hasSuffix("1") }
  }

  /// Whether `program` takes rights of another user or group: Exim's sendmail does itself, Postfix's by postdrop(1).
  static func takesMore(_ program: String) -> Bool {
    let real = URL(filePath: program).resolvingSymlinksInPath()
    let helpers = [real, real.deletingLastPathComponent().appending(path: "postdrop")]
    return helpers.contains { file in
      let mode = try? FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      return (mode ?? 0) & 0o6000 != 0
    }
  }
}
