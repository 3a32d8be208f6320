/// Finds the daemon behind a syslog tag without making a string.
///
/// Postfix tags are `syslog_name/program`, and admins choose any `syslog_name` (master.cf `-o syslog_name=`): the last part
/// decides, unless the first belongs to another mail system.
struct ProgramTable: Sendable {
  private var behindSlash = NameTable()
  private var alone = NameTable()
  /// The tags seen last, each in the place that its bytes give it: a log has few.
  private var recent = [Recent](repeating: Recent(), count: 64)

  private struct Recent: Sendable {
    var key: NameKey?
    var daemon = Daemon.other
  }

  init() {
    for daemon in Daemon.allCases where daemon.isPostfix && daemon != .otherPostfix {
      behindSlash.insert(daemon.rawValue, daemon)
    }
    let bareCommands: [Daemon] = [
      .pipe, .spawn, .postalias, .postcat, .postconf, .postdrop, .postfix, .postfixScript, .postkick, .postlock,
      .postlog,
      .postlogd, .postmap, .postmulti, .postqueue, .postsuper, .configureInstance,
    ]
    for daemon in bareCommands { alone.insert(daemon.rawValue, daemon) }
    let neighbours: [(String, Daemon)] = [
      ("opendkim", .opendkim), ("opendmarc", .opendmarc), ("policyd-spf", .policydSPF), ("spf-policyd", .policydSPF),
      ("postfix-policyd", .policydSPF), ("postgrey", .postgrey), ("postsrsd", .postsrsd), ("srsd", .postsrsd),
      ("rspamd", .rspamd), ("amavis", .amavis), ("amavisd", .amavis), ("amavisd-new", .amavis), ("dovecot", .dovecot),
      ("saslauthd", .saslauthd), ("spamd", .spamd), ("spamc", .spamd), ("clamd", .clamav), ("clamav-milter", .clamav),
      ("freshclam", .clamav), ("systemd", .systemd), ("kernel", .kernel), ("sshd", .otherMailServer),
      ("sendmail", .otherMailServer), ("sm-mta", .otherMailServer), ("sm-msp-queue", .otherMailServer),
      ("exim", .otherMailServer), ("exim4", .otherMailServer), ("smtpd", .otherMailServer),
      ("courierd", .otherMailServer),
      ("courier", .otherMailServer), ("courieresmtp", .otherMailServer), ("courieresmtpd", .otherMailServer),
      ("courierlocal", .otherMailServer), ("authdaemond", .otherMailServer), ("imapd", .otherMailServer),
      ("pop3d", .otherMailServer), ("imapd-ssl", .otherMailServer), ("qmail", .otherMailServer),
      ("haraka", .otherMailServer), ("courierfilter", .otherMailServer), ("pop3d-ssl", .otherMailServer),
    ]
    for (name, daemon) in neighbours {
      alone.insert(name, daemon)
      if daemon != .otherMailServer { behindSlash.insert(name, daemon) }
    }
  }

  mutating func daemon(of line: Span<UInt8>, tag: ByteRange) -> Daemon {
    guard let key = NameKey(line, tag.indices) else { return find(line, tag) }
    let place = key.hash & 63
    if recent[place].key == key { return recent[place].daemon }
    let daemon = find(line, tag)
    recent[place] = Recent(key: key, daemon: daemon)
    return daemon
  }

  private func find(_ line: Span<UInt8>, _ tag: ByteRange) -> Daemon {
    let range = tag.indices
    guard let lastSlash = range.last(where: { line[$0] == UInt8(ascii: "/") }) else {
      return alone[line, range] ?? .other
    }
    let firstSlash = range.first { line[$0] == UInt8(ascii: "/") } ?? lastSlash
    let first = range.lowerBound..<firstSlash
    if let owner = alone[line, first], !owner.isPostfix { return owner }
    if let daemon = behindSlash[line, (lastSlash + 1)..<range.upperBound] { return daemon }
    return line.starts(with: "postfix", at: first.lowerBound) ? .otherPostfix : .other
  }
}

/// A small open-addressing table from names of up to 24 bytes to daemons.
private struct NameTable: Sendable {
  private struct Slot: Sendable {
    var key: NameKey?
    var daemon: Daemon = .other
  }
  private var slots = [Slot](repeating: Slot(), count: 256)

  mutating func insert(_ name: String, _ daemon: Daemon) {
    let bytes = Array(name.utf8)
    guard let key = NameKey(bytes.span, 0..<bytes.count) else { return }
    var index = key.hash
    while slots[index].key != nil { index = (index + 1) & 255 }
    slots[index] = Slot(key: key, daemon: daemon)
  }

  subscript(line: Span<UInt8>, range: Range<Int>) -> Daemon? {
    guard let key = NameKey(line, range) else { return nil }
    var index = key.hash
    while let found = slots[index].key {
      if found == key { return slots[index].daemon }
      index = (index + 1) & 255
    }
    return nil
  }
}

private struct NameKey: Equatable, Sendable {
  private var low: UInt64 = 0
  private var middle: UInt64 = 0
  private var high: UInt64 = 0

  init?(_ line: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= 24, !range.isEmpty else { return nil }
    var shift: UInt64 = 0
    for index in range {
      let byte = UInt64(line[index])
      if shift < 64 {
        low |= byte << shift
      } else if shift < 128 {
        middle |= byte << (shift - 64)
      } else {
        high |= byte << (shift - 128)
      }
      shift += 8
    }
  }

  var hash: Int { Int(truncatingIfNeeded: ((low ^ middle ^ high) &* 0x9E37_79B9_7F4A_7C15) >> 56) }
}

extension Span<UInt8> {
  public func starts(with word: StaticString, at index: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index >= 0, index + length <= count else { return false }
    // The compiler's own constant bytes: they outlive every use.
    let wanted = unsafe UnsafeBufferPointer(start: word.utf8Start, count: length)
    for offset in 0..<length where unsafe self[index + offset] != wanted[offset] { return false }
    return true
  }
}
