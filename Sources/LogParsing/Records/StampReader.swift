/// Reads the time at the front of a line, in every form that syslog daemons write.
///
/// The day is remembered from line to line: a log has many lines a day.
struct StampReader: Sendable {
  private let clock: LogClock
  private var lastISODay: (key: UInt64, days: Int64) = (0, 0)
  private var lastZoneHour: (hour: Int64, offset: Int) = (.min, 0)
  /// The last stamp without fraction or zone, up to and with the blank behind it: most lines bear the one before's.
  private var lastPlain: (bytes: SIMD2<UInt64>, time: EventTime)?

  init(clock: LogClock) { self.clock = clock }

  /// The stamp at `index`, and where the text behind it (and its blank) begins; `nil` if no stamp stands there.
  mutating func read(_ line: Span<UInt8>, at index: Int) -> (time: EventTime, end: Int)? {
    guard index + 16 <= line.count else { return index + 15 == line.count ? readMonthFirst(line, at: index) : nil }
    if line.digit(index) == nil {
      let bytes = line.sixteen(at: index)
      if let lastPlain, lastPlain.bytes == bytes { return (lastPlain.time, index + 16) }
      guard let (time, end) = readMonthFirst(line, at: index) else { return nil }
      if end == index + 16, line[index + 15] == UInt8(ascii: " ") { lastPlain = (bytes, time) }
      return (time, end)
    }
    // "2026 Mar  4 09:26:53" or "2026-03-04T09:26:53".
    guard let year = line.number(index, 4) else { return nil }
    switch line[index + 4] {
    case UInt8(ascii: "-"): return readISO(line, at: index)
    case UInt8(ascii: " "): return readMonthFirst(line, at: index + 5, year: year)
    default: return nil
    }
  }

  /// `Mar  4 09:26:53`, `Mar 04 09:26:53` (postlogd), `Mar 4 09:26:53`, with `.123456` or without.
  private mutating func readMonthFirst(_ line: Span<UInt8>, at start: Int, year: Int? = nil) -> (EventTime, Int)? {
    guard let month = line.month(at: start), line.byte(start + 3) == UInt8(ascii: " ") else { return nil }
    var index = start + 4
    if line.byte(index) == UInt8(ascii: " ") { index += 1 }
    guard var day = line.digit(index) else { return nil }
    index += 1
    if let ones = line.digit(index) {
      day = day * 10 + ones
      index += 1
    }
    guard (1...31).contains(day), line.byte(index) == UInt8(ascii: " "), let clockTime = line.clockTime(at: index + 1)
    else { return nil }
    let days: Int64
    if let year {
      days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    } else {
      days = clock.daysSinceEpoch(month: month, day: day, secondOfDay: clockTime.seconds)
    }
    let offset = localOffset(days * 86_400 + clockTime.seconds)
    return (time(days, clockTime, offset), line.skippingBlank(clockTime.end))
  }

  /// `2026-03-04T09:26:53.123456+01:00`; a blank for the `T`, a comma for the dot, `Z`, `+0100` and no zone are read too.
  private mutating func readISO(_ line: Span<UInt8>, at start: Int) -> (EventTime, Int)? {
    guard line.byte(start + 7) == UInt8(ascii: "-"), let between = line.byte(start + 10),
      between == UInt8(ascii: "T") || between == UInt8(ascii: " ") || between == UInt8(ascii: "t"),
      let days = isoDay(line, at: start), let clockTime = line.clockTime(at: start + 11)
    else { return nil }
    var index = clockTime.end
    var offset: Int?
    switch line.byte(index) {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      offset = 0
      index += 1
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let east = line[index] == UInt8(ascii: "+") ? 1 : -1
      guard let hours = line.number(index + 1, 2) else { return nil }
      let minutesStart = line.byte(index + 3) == UInt8(ascii: ":") ? index + 4 : index + 3
      guard let minutes = line.number(minutesStart, 2) else { return nil }
      offset = east * (hours * 3_600 + minutes * 60)
      index = minutesStart + 2
    default: break
    }
    let east = offset ?? localOffset(days * 86_400 + clockTime.seconds)
    return (time(days, clockTime, east), line.skippingBlank(index))
  }

  private mutating func isoDay(_ line: Span<UInt8>, at start: Int) -> Int64? {
    guard let year = line.number(start, 4), let month = line.number(start + 5, 2), let day = line.number(start + 8, 2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let key = UInt64(year * 10_000 + month * 100 + day)
    if lastISODay.key != key { lastISODay = (key, CivilDate(year: year, month: month, day: day).daysSinceEpoch) }
    return lastISODay.days
  }

  private mutating func localOffset(_ localSecond: Int64) -> Int {
    let hour = localSecond.quotientFloored(by: 3_600)
    if lastZoneHour.hour != hour { lastZoneHour = (hour, clock.zone.offset(atLocalSecond: localSecond)) }
    return lastZoneHour.offset
  }

  private func time(_ days: Int64, _ clockTime: ClockTime, _ offset: Int) -> EventTime {
    let seconds = days * 86_400 + clockTime.seconds - Int64(offset)
    return EventTime(
      microseconds: seconds * 1_000_000 + clockTime.microseconds, offsetMinutes: Int16(truncatingIfNeeded: offset / 60))
  }
}

/// The time of day of a stamp and where it ends.
struct ClockTime {
  let seconds: Int64
  let microseconds: Int64
  let end: Int
}

extension Span<UInt8> {
  func byte(_ index: Int) -> UInt8? { index >= 0 && index < count ? self[index] : nil }

  func digit(_ index: Int) -> Int? {
    guard let byte = byte(index), byte >= 0x30, byte <= 0x39 else { return nil }
    return Int(byte &- 0x30)
  }

  /// The number of exactly `width` digits at `index`.
  @inline(__always)
  func number(_ index: Int, _ width: Int) -> Int? {
    guard index >= 0, index &+ width <= count else { return nil }
    var value = 0
    for offset in 0..<width {
      let digit = self[index &+ offset] &- 0x30
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  /// The sixteen bytes from `index` on, which must be there.
  func sixteen(at index: Int) -> SIMD2<UInt64> {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD2<UInt64>.self)
  }

  func skippingBlank(_ index: Int) -> Int { byte(index) == UInt8(ascii: " ") ? index + 1 : index }

  /// `HH:MM:SS` with an optional fraction; a leap second counts as 59.
  func clockTime(at index: Int) -> ClockTime? {
    guard let hours = number(index, 2), hours < 24, byte(index + 2) == UInt8(ascii: ":"),
      let minutes = number(index + 3, 2), minutes < 60, byte(index + 5) == UInt8(ascii: ":"),
      let seconds = number(index + 6, 2), seconds <= 60
    else { return nil }
    var end = index + 8
    var microseconds = 0
    if let dot = byte(end), dot == UInt8(ascii: ".") || dot == UInt8(ascii: ","), digit(end + 1) != nil {
      end += 1
      var scale = 100_000
      while let digit = digit(end) {
        microseconds += digit * scale
        scale /= 10
        end += 1
      }
    }
    return ClockTime(
      seconds: Int64(hours * 3_600 + minutes * 60 + Swift.min(seconds, 59)), microseconds: Int64(microseconds), end: end
    )
  }

  /// The month whose English three-letter name stands at `index`.
  func month(at index: Int) -> Int? {
    guard index >= 0, index + 3 <= count else { return nil }
    let key = UInt32(self[index]) << 16 | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2])
    return switch key {
    case 0x4A616E: 1
    case 0x466562: 2
    case 0x4D6172: 3
    case 0x417072: 4
    case 0x4D6179: 5
    case 0x4A756E: 6
    case 0x4A756C: 7
    case 0x417567: 8
    case 0x536570: 9
    case 0x4F6374: 10
    case 0x4E6F76: 11
    case 0x446563: 12
    default: nil
    }
  }
}
