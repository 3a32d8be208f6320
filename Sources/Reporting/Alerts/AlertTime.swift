import LogParsing

/// Times of alerts, from seconds since 1970.
public enum AlertTime {
  public static func rfc3339(_ seconds: Int64) -> String {
    EventTime(microseconds: seconds &* 1_000_000).rfc3339
  }

  /// `Mon, 23 Nov 2026 22:00:00 +0000` (RFC 5322, section 3.3).
  static func rfc5322(_ seconds: Int64) -> String {
    let days = (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400
    let date = CivilDate(daysSinceEpoch: days)
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = rfc3339(seconds).dropFirst(11).prefix(8)
    let day = names[Int(((days % 7) + 7) % 7)]
    return "\(day), \(date.day) \(months[max(0, min(11, date.month - 1))]) \(date.year) \(clock) +0000"
  }
}
