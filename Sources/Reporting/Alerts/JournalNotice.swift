/// An alert in the systemd journal, with fields to select by: `journalctl MESSAGE_ID=…`.
enum JournalNotice {
  static let socket = "/run/systemd/journal/socket"

  /// Of the kinds of notice, for `journalctl --catalog` and scripts; made once with `journalctl --new-id128`.
  static func messageID(_ kind: AlertNotice.Kind) -> String {
    switch kind {
    case .firing, .reminder: "5d0c9a5a2a6c4a0b9f6f0e3f7a1c4e21"
    case .resolved: "5d0c9a5a2a6c4a0b9f6f0e3f7a1c4e22"
    case .test: "5d0c9a5a2a6c4a0b9f6f0e3f7a1c4e23"
    case .channelBroken: "5d0c9a5a2a6c4a0b9f6f0e3f7a1c4e24"
    case .channelRecovered: "5d0c9a5a2a6c4a0b9f6f0e3f7a1c4e25"
    }
  }

  /// In the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): a value with line ends is preceded by its length.
  static func datagram(_ notice: AlertNotice) -> [UInt8] {
    let priority = ["critical": "2", "error": "3", "warning": "4"][notice.severity] ?? "6"
    var fields = [
      ("MESSAGE", notice.title + "\n" + notice.text), ("MESSAGE_ID", messageID(notice.kind)), ("PRIORITY", priority),
      ("SYSLOG_IDENTIFIER", "maillogd"), ("MAILLOGD_ALERT", notice.kind.rawValue), ("MAILLOGD_KEY", notice.key),
      ("MAILLOGD_SEVERITY", notice.severity), ("MAILLOGD_GROUP", notice.group),
    ]
    for incident in notice.incidents.prefix(20) {
      fields.append(("MAILLOGD_INCIDENT", incident.id))
      fields.append(("MAILLOGD_RULE", incident.rule))
    }
    var bytes: [UInt8] = []
    for (name, value) in fields {
      let text = Array(value.utf8.prefix(32_768))
      bytes += Array(name.utf8)
      if text.contains(0x0A) {
        bytes.append(0x0A)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: UInt64(text.count) >> shift))
        }
      } else {
        bytes.append(UInt8(ascii: "="))
      }
      bytes += text + [0x0A]
    }
    return bytes
  }
}
