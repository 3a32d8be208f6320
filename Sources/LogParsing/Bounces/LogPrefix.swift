/// Where a log line begins: a time, a syslog priority, or nothing but the tag of a mail program.
enum LogPrefix: Equatable {
  /// A time or priority; host and tag follow, perhaps behind a line break.
  case time
  /// A tag with a process id: `postfix/smtp[123]:`.
  case tag

  /// The prefix at the start of `line`, and how many bytes of a file name (`grep` writes one) stand before it.
  static func find(in line: ArraySlice<UInt8>) -> (prefix: LogPrefix, offset: Int)? {
    if hasTime(line) || hasPriority(line) { return (.time, 0) }
    if hasTag(line) { return (.tag, 0) }
    let fileName = line.prefix(longestFileName).prefix { !$0.isBlank }
    let colons = fileName.indices.filter { fileName[$0] == UInt8(ascii: ":") }
    guard let colon = colons.first(where: { hasTime(line[($0 + 1)...]) }) else { return nil }
    return (.time, colon + 1 - line.startIndex)
  }

  private static let longestFileName = 256
  private static let classicTimes = ["Aaa 99 99:99:99", "Aaa  9 99:99:99", "Aaa 9 99:99:99"]
  private static let isoTimes = ["9999-99-99T99:99:99", "9999-99-99 99:99:99", "Aaa 9999-99-99 99:99:99"]
  private static let epoch = "9999999999.999999 "
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let neighbours = [
    "opendkim", "opendmarc", "dovecot", "rspamd", "amavis", "policyd-spf", "postgrey", "postsrsd", "saslauthd", "spamd",
  ]

  private static func hasTime(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first else { return false }
    if first.isDigit { return isoTimes.contains { line.fits($0) } || line.fits(epoch) }
    guard first.isUppercase else { return false }
    if classicTimes.contains(where: { line.fits($0) }) { return months.contains { line.opens(with: $0) } }
    return isoTimes.contains { line.fits($0) }
  }

  /// `<22>` before what a syslog sender wrote (RFC 3164, section 4.1.1).
  private static func hasPriority(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first == UInt8(ascii: "<") else { return false }
    let digits = line.dropFirst().prefix { $0.isDigit }
    guard 1...3 ~= digits.count else { return false }
    let rest = line.dropFirst(digits.count + 1)
    return rest.first == UInt8(ascii: ">") && rest.count > 1
  }

  private static func hasTag(_ line: ArraySlice<UInt8>) -> Bool {
    let name = line.prefix { $0.isLetter || $0.isDigit || tagMarks.contains($0) }
    let afterName = line.dropFirst(name.count)
    guard afterName.first == UInt8(ascii: "[") else { return false }
    let digits = afterName.dropFirst().prefix { $0.isDigit }
    guard !digits.isEmpty, afterName.dropFirst(digits.count + 1).opens(with: "]:") else { return false }
    return name.opens(with: "postfix") || name.mentions("/postfix") || neighbours.contains { name.isSame(as: $0) }
  }

  private static let tagMarks = Array("/-_.".utf8)
}

extension ArraySlice<UInt8> {
  /// Whether it opens like `shape`, in which 9 is any digit, A and a are letters, and all else is itself.
  fileprivate func fits(_ shape: String) -> Bool {
    guard count >= shape.utf8.count else { return false }
    return zip(self, shape.utf8).allSatisfy { byte, wanted in
      switch wanted {
      case UInt8(ascii: "9"): byte.isDigit
      case UInt8(ascii: "A"): byte.isUppercase
      case UInt8(ascii: "a"): byte.isLowercase
      default: byte == wanted
      }
    }
  }
}
