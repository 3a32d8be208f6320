/// What a log's stamps leave out: the year, and the zone.
public struct LogClock: Sendable {
  /// No line is younger than this (the file's last change, or now), in seconds since 1970.
  public var newest: Int64
  /// The zone of stamps that name none.
  public var zone: ZoneOffsets

  public init(newest: Int64, zone: ZoneOffsets = .utc) {
    self.newest = newest
    self.zone = zone
  }

  /// The year of a stamp without one: the latest in which the moment is not later than the newest line can be.
  ///
  /// One day of slack forgives clocks and zones. Every line is dated by itself, so a log that runs over New Year, or is
  /// read in pieces by several threads, gets the same dates.
  func daysSinceEpoch(month: Int, day: Int, secondOfDay: Int64) -> Int64 {
    var year = CivilDate(daysSinceEpoch: newest.quotientFloored(by: 86_400)).year
    for _ in 0..<9 {
      if day <= CivilDate.days(in: month, of: year) {
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        if days * 86_400 + secondOfDay <= newest + 86_400 { return days }
      }
      year -= 1
    }
    return CivilDate(year: year, month: month, day: day).daysSinceEpoch
  }
}

/// A zone's offsets from UTC over time: from each moment (local seconds since 1970) on, so many seconds east.
public struct ZoneOffsets: Sendable {
  public static let utc = ZoneOffsets(initial: 0, changes: [])

  private let initial: Int
  private let changes: [(localSecond: Int64, offset: Int)]

  /// `changes` in ascending order of time.
  public init(initial: Int, changes: [(localSecond: Int64, offset: Int)]) {
    self.initial = initial
    self.changes = changes
  }

  func offset(atLocalSecond second: Int64) -> Int {
    changes.last { $0.localSecond <= second }?.offset ?? initial
  }
}

/// A date of the Gregorian calendar, for stamps of logs (no Foundation on this side).
public struct CivilDate: Sendable, Equatable {
  public let year: Int
  public let month: Int
  public let day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that many days after 1970-01-01, by the era arithmetic that calendars repeat every 400 years.
  public init(daysSinceEpoch days: Int64) {
    let shifted = days + 719_468
    let era = shifted.quotientFloored(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  public var daysSinceEpoch: Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = shiftedYear.quotientFloored(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension EventTime {
  /// RFC 3339 with the offset that the log had: `2026-01-31T22:04:20+01:00`; fractions only where there are any.
  public var rfc3339: String {
    let offset = Int64(offsetMinutes) * 60
    let local = seconds + offset
    let days = local.quotientFloored(by: 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let second = local - days * 86_400
    var text = "\(Self.padded(date.year, 4))-\(Self.padded(date.month))-\(Self.padded(date.day))"
    text +=
      "T\(Self.padded(Int(second / 3_600))):\(Self.padded(Int(second / 60 % 60))):\(Self.padded(Int(second % 60)))"
    let fraction = microseconds &- seconds &* 1_000_000
    if fraction != 0 { text += ".\(Self.padded(Int(fraction), 6))" }
    guard offsetMinutes != 0 else { return text + "Z" }
    let minutes = Int(abs(offsetMinutes))
    return text + (offsetMinutes < 0 ? "-" : "+") + Self.padded(minutes / 60) + ":" + Self.padded(minutes % 60)
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
