/// Tells the entries that are about mail from the rest of the journal.
///
/// The unit alone would not do: on Debian all Postfix lines come from `postfix@-.service`, with instances from others, and
/// `postfix.service` has none. Matching is done here and not by sd-journal, whose alternatives cost more for every entry
/// than the entries themselves, and which knows no patterns.
struct MailEntries {
  private let units: [[UInt8]]
  private let subjects: [[UInt8]]
  private var knownTags: [[UInt8]: Bool] = [:]
  private var knownUnits: [[UInt8]: Bool] = [:]

  /// `units` are globs for units that log about mail without the facility of mail.
  init(units: [String]) {
    self.units = (Self.mailUnits + units).map { Array($0.utf8) }
    subjects = self.units + Self.neededUnits.map { Array($0.utf8) }
  }

  private static let mailUnits = [
    "postfix.service", "postfix@*.service", "opendkim*.service", "opendmarc*.service", "dovecot*.service",
    "rspamd*.service", "amavis*.service", "clamav-*.service", "clamd@*.service", "clamsmtp.service", "postgrey.service",
    "postfwd*.service", "postsrsd*.service", "policyd-*.service", "spamassassin.service", "spamd.service",
    "spamass-milter.service", "spampd.service", "saslauthd*.service", "mailman*.service", "postfix-*.service",
  ]
  /// What mail needs: of these, only what systemd says about them.
  private static let neededUnits = [
    "unbound.service", "named.service", "bind9.service", "redis-server.service", "systemd-resolved.service",
  ]
  private static let mailTags: Set<[UInt8]> = Set(
    [
      "opendkim", "opendmarc", "dovecot", "rspamd", "postgrey", "postsrsd", "srsd", "amavis", "amavisd", "amavisd-new",
      "policyd-spf", "spf-policyd", "postfix-policyd", "pypolicyd-spf", "saslauthd", "spamd", "spamc", "spampd",
      "clamd",
      "clamav-milter", "freshclam", "postfwd", "postfwd2", "postfwd3", "spamass-milter", "milter-greylist", "mailman",
    ].map { Array($0.utf8) })
  private static let systemd = Array("systemd".utf8)
  private static let kernel = Array("kernel".utf8)
  /// The facility "mail" of syslog (RFC 5424, section 6.2.1).
  private static let mailFacility = Array("2".utf8)

  /// Whether the entry belongs into a mail log.
  mutating func contains(_ entry: JournalLine) -> Bool {
    guard entry.hasMessage else { return false }
    if entry.facility == Self.mailFacility { return true }
    let tag = entry.tag
    if tag == Self.systemd { return !entry.subject.isEmpty && subjects.contains { entry.subject.matches($0) } }
    if tag == Self.kernel { return Self.isMemoryTrouble(entry.message) }
    if isMailTag(tag) { return true }
    return !entry.unit.isEmpty && isMailUnit(entry.unit)
  }

  private mutating func isMailTag(_ tag: [UInt8]) -> Bool {
    if let known = knownTags[tag] { return known }
    let isMail = Self.mailTags.contains(tag) || tag.starts(with: "postfix".utf8)
    if knownTags.count < 4_096 { knownTags[tag] = isMail }
    return isMail
  }

  /// Whether the unit logs about mail.
  mutating func isMailUnit(_ unit: [UInt8]) -> Bool {
    if let known = knownUnits[unit] { return known }
    let isMail = units.contains { unit.matches($0) }
    if knownUnits.count < 4_096 { knownUnits[unit] = isMail }
    return isMail
  }

  /// The kernel ends or loses programs of the mail system without their saying so.
  private static func isMemoryTrouble(_ message: [UInt8]) -> Bool {
    let text = String(decoding: message.prefix(400), as: UTF8.self)
    return text.contains("Out of memory") || text.contains("oom") || text.contains("segfault at")
  }
}

extension [UInt8] {
  /// Whether the glob `pattern` (`*` and `?`) covers all of the bytes.
  func matches(_ pattern: [UInt8]) -> Bool {
    var (index, place) = (0, 0)
    var star: (place: Int, index: Int)?
    while index < count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, index)
        place += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == self[index] {
        index += 1
        place += 1
      } else if let last = star {
        star = (last.place, last.index + 1)
        (place, index) = (last.place + 1, last.index + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
