/// Writes moments as RFC 3339 in UTC; lines of the same second share the work.
struct StampWriter {
  private var second = Int64.min
  private var text: [UInt8] = []

  /// Appends `2026-01-31T22:04:20.123456Z`, without the fraction where it is 0.
  mutating func write(microseconds: Int64, to output: inout [UInt8]) {
    let (whole, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if whole != second { set(second: whole) }
    output.append(contentsOf: text)
    if fraction > 0 {
      output.append(UInt8(ascii: "."))
      Self.append(fraction, digits: 6, to: &output)
    }
    output.append(UInt8(ascii: "Z"))
  }

  private mutating func set(second: Int64) {
    self.second = second
    let days = second / 86_400
    let ofDay = second % 86_400
    // The civil calendar from days, by eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    text.removeAll(keepingCapacity: true)
    for (number, digits, behind) in [
      (year, 4, "-"), (month < 10 ? month + 3 : month - 9, 2, "-"), (day, 2, "T"), (ofDay / 3_600, 2, ":"),
      (ofDay / 60 % 60, 2, ":"), (ofDay % 60, 2, ""),
    ] {
      Self.append(number, digits: digits, to: &text)
      text.append(contentsOf: behind.utf8)
    }
  }

  private static func append(_ number: Int64, digits: Int, to output: inout [UInt8]) {
    var scale: Int64 = 1
    for _ in 1..<digits { scale *= 10 }
    var rest = number
    for _ in 0..<digits {
      output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest / scale % 10))
      rest %= scale
      scale = max(1, scale / 10)
    }
  }
}
