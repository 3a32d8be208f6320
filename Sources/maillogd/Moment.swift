import ArgumentParser
import Foundation
import LogParsing

/// A moment as people type it: `2026-01-31`, `2026-01-31 22:04`, RFC 3339, `today`, `yesterday`, or `2h` for two hours ago.
struct Moment: ExpressibleByArgument {
  let time: EventTime

  init?(argument: String) { self.init(argument, now: Date()) }

  init?(_ text: String, now: Date) {
    guard let date = Self.ago(text, now) ?? Self.named(text, now) ?? Self.written(text) else { return nil }
    time = EventTime(microseconds: Int64((date.timeIntervalSince1970 * 1_000_000).rounded()))
  }

  private static func ago(_ text: String, _ now: Date) -> Date? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()), count >= 0 else {
      return nil
    }
    return now.addingTimeInterval(-count * unit)
  }

  private static func named(_ text: String, _ now: Date) -> Date? {
    let today = Calendar.current.startOfDay(for: now)
    switch text {
    case "now": return now
    case "today": return today
    case "yesterday": return Calendar.current.date(byAdding: .day, value: -1, to: today)
    default: return nil
    }
  }

  private static func written(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    let formats = [
      "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss",
      "yyyy-MM-dd'T'HH:mm:ssXXXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSXXXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXXXX",
    ]
    for format in formats {
      formatter.dateFormat = format
      if let date = formatter.date(from: text) { return date }
    }
    return nil
  }
}
