import Diagnosis
import Glibc

extension MachineCheckup {
  /// Room for mail, and how much of it waits.
  func queue() async -> [CheckFinding] {
    guard postfix.fault == nil else { return [] }
    let path = postfix.queueDirectory
    var findings = [await room(path)]
    findings.append(deferred(path))
    return findings
  }

  private static let lowRoom = "104857600"

  private func room(_ path: String) async -> CheckFinding {
    let limit = postfix.value("message_size_limit").flatMap { UInt64($0) } ?? 0
    // Postfix takes no mail with less free than one and a half times the largest message (postconf(5), queue_minfree).
    let least = limit.addingReportingOverflow(limit / 2)
    for (check, verdict) in [
      (["is": "read-only"], CheckFinding.Verdict.bad), (["is": "out-of-inodes"], .bad),
      (["bytes-below": least.overflow ? "0" : String(least.partialValue)], .bad),
      (["bytes-below": Self.lowRoom], .warning),
    ] {
      let seen = await look("disk", check.merging(["path": path]) { $1 })
      if seen.verdict == .unknown { return CheckFinding(.queue, path, .unknown, seen.found) }
      guard seen.verdict == .holds else { continue }
      var finding = CheckFinding(.queue, path, verdict, seen.found)
      finding.why = Wording(
        "Postfix takes no more mail once there is no room (452 4.3.1).",
        french: "Postfix n'accepte plus de courrier quand la place manque (452 4.3.1).")
      finding.fix = [
        CheckStep(
          Wording(
            "Make room on the file system of the queue.",
            french: "Libérez de la place sur le système de fichiers de la file."),
          commands: ["df -h \(path)", "df -i \(path)", "du -xh --max-depth=2 /var | sort -h | tail"])
      ]
      return finding
    }
    let seen = await look("disk", ["path": path, "bytes-below": Self.lowRoom])
    return CheckFinding(.queue, path, .good, seen.found)
  }

  private static let mostDeferred = 1_000

  private func deferred(_ queue: String) -> CheckFinding {
    let path = queue + "/deferred"
    let count: Int
    do throws(FileFault) { count = try QueueFiles.count(machine.path(path)) } catch {
      return CheckFinding(.queue, path, .unknown, error.said(of: machine.path(path)))
    }
    let few = count <= Self.mostDeferred
    var finding = CheckFinding(
      .queue, path, few ? .good : .warning,
      Wording("\(count) deferred messages", french: "messages différés : \(count)"))
    guard !few else { return finding }
    finding.why = Wording(
      "So much waiting mail is usually one refusing receiver, or spam from a hacked account.",
      french: "Tant de courrier en attente vient souvent d'un destinataire qui refuse, ou de spam d'un compte piraté.")
    finding.fix = [
      CheckStep(
        Wording("See for whom and why it waits.", french: "Voyez pour qui et pourquoi il attend."),
        commands: ["qshape deferred | head", "maillogd scan --since 24h"])
    ]
    return finding
  }
}

/// The files of a queue: `deferred/0/0A1B2C`.
enum QueueFiles {
  /// More than these are not counted.
  private static let most = 100_000

  static func count(_ path: String) throws(FileFault) -> Int { try count(path, depth: 0, room: most) }

  private static func count(_ path: String, depth: Int, room: Int) throws(FileFault) -> Int {
    guard let folder = unsafe opendir(path) else { throw FileFault(errno: errno) }
    defer { unsafe closedir(folder) }
    var count = 0
    while count < room, let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      let isFolder = unsafe entry.pointee.d_type == UInt8(DT_DIR)
      if isFolder, depth < 3 {
        count += try Self.count(path + "/" + name, depth: depth + 1, room: room - count)
      } else {
        count += 1
      }
    }
    return count
  }
}
