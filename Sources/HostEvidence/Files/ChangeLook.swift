import CMachine
import Diagnosis

/// Answers the `changed` check: what was altered on this machine shortly before the first failure.
struct ChangeLook {
  let machine: Machine
  private static let grace: Int64 = 60

  func observe(_ check: MachineCheck) -> Observation {
    guard let first = check["first"].flatMap({ Int64($0) }), let within = check["within"].flatMap(Self.seconds) else {
      return .unknown("the log does not date the first failure", "le journal ne date pas le premier échec")
    }
    let period = (first - within)...(first + Self.grace)
    var latest: (name: String, time: Int64)?
    for name in check.values("path") {
      let time = name.hasPrefix("package:") ? packageChange(String(name.dropFirst(8)), in: period) : fileChange(name)
      if let time, period.contains(time), time > latest?.time ?? .min { latest = (name, time) }
    }
    guard let latest else {
      return Observation(
        holds: false, "nothing of this changed in the \(check["within"] ?? "") before the first failure",
        "rien de cela n'a changé dans les \(check["within"] ?? "") avant le premier échec")
    }
    let (english, french) = Self.span(first - latest.time)
    return Observation(
      holds: true, "\(latest.name) changed \(english) the first failure",
      "\(latest.name) a changé \(french) le premier échec", facts: ["changed": latest.name])
  }

  private func fileChange(_ path: String) -> Int64? { (try? FileStatus(machine.path(path)))?.modified }

  /// `2026-11-23 21:00:01 status installed postfix:amd64 3.7.11-0+deb12u1`, in the machine's own time (dpkg.log).
  private func packageChange(_ package: String, in period: ClosedRange<Int64>) -> Int64? {
    for file in ["/var/log/dpkg.log", "/var/log/dpkg.log.1"] {
      guard let text = try? BoundedFile.text(machine.path(file), most: 16 << 20, cutting: true) else { continue }
      for line in text.split(separator: "\n").reversed() {
        let words = line.split(separator: " ")
        guard words.count >= 5, words[2] == "status", words[3] == "installed" else { continue }
        guard words[4].split(separator: ":").first == package[...] else { continue }
        guard let time = Self.localTime(words[0], words[1]) else { continue }
        if period.contains(time) { return time }
        if time < period.lowerBound { return nil }
      }
    }
    return nil
  }

  private static func localTime(_ day: Substring, _ clock: Substring) -> Int64? {
    let parts = (day.split(separator: "-") + clock.split(separator: ":")).compactMap { Int32($0) }
    guard parts.count == 6 else { return nil }
    return cmachine_local_time(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
  }

  static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (1..<100_000).contains(count)
    else { return nil }
    return count * unit
  }

  private static func span(_ seconds: Int64) -> (String, String) {
    switch seconds {
    case ..<0: ("just after", "juste après")
    case ..<120: ("\(seconds) s before", "\(seconds) s avant")
    case ..<7_200: ("\(seconds / 60) minutes before", "\(seconds / 60) minutes avant")
    default: ("\(seconds / 3_600) hours before", "\(seconds / 3_600) heures avant")
    }
  }
}
