/// What journald says about itself and what it did not keep.
enum JournaldMessage {
  private static let started = Array("f77379a8490b408bbe5f6940505a777b".utf8)
  private static let dropped = Array("a596d6fe7bfa4994828e72309e95d61e".utf8)

  static func event(_ entry: JournalLine, mail: inout MailEntries) -> SourceNotice.Event? {
    guard !entry.messageID.isEmpty, entry.tag == Array("systemd-journald".utf8) else { return nil }
    switch entry.messageID {
    case started: return .journaldStarted
    case dropped:
      // "Suppressed 1234 messages from postfix@-.service"
      guard let unit = entry.message.split(separator: 0x20).last, mail.isMailUnit(Array(unit)) else { return nil }
      let count = UInt64(String(decoding: entry.dropped, as: UTF8.self)) ?? 0
      return .suppressed(count: count, unit: String(decoding: unit, as: UTF8.self))
    default: return nil
    }
  }
}
