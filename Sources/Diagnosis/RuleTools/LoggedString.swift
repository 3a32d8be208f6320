import LogParsing

/// One row of a list of format strings: what some program can log, and how grave the program calls it.
public struct LoggedString: Sendable {
  /// The source folder or program: `smtpd`, `libopendkim`, `dovecot-auth`.
  public let component: String
  /// `warning`, `fatal`, `err`, or the call that prints it (`smtpd_check_reject`, `dsb_simple`).
  public let level: String
  public let format: String
  /// `smtpd/smtpd.c:6217`
  public let place: String
  /// Which programs log it; empty: those that the component names.
  public let programs: String

  /// A line of tab-separated values: component, level, format, place, and perhaps programs. `nil` for a comment or less.
  public init?(row: String) {
    let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard cells.count >= 4, !row.hasPrefix("#") else { return nil }
    component = cells[0]
    level = cells[1]
    format = cells[2]
    place = cells[3]
    programs = cells.count > 4 ? cells[4] : ""
  }

  /// The daemons whose lines can be this; in the order in which they are tried.
  var daemons: [Daemon] {
    let words = (programs.isEmpty ? component : programs).split { ", ()".contains($0) }.map(String.init)
    let named = words.flatMap { Self.byProgram[$0] ?? (Daemon(rawValue: $0).map { [$0] } ?? []) }
    return named.isEmpty ? Self.anyPostfix : named
  }

  private static let anyPostfix: [Daemon] = [
    .smtpd, .smtp, .cleanup, .local, .qmgr, .master, .trivialRewrite, .proxymap, .postmap, .postfix, .pickup, .virtual,
    .pipe, .postscreen, .tlsproxy, .tlsmgr, .sendmail, .postdrop, .bounce, .postfixScript, .postalias, .postqueue,
    .postsuper, .verify, .lmtp, .dnsblog,
  ]
  private static let byProgram: [String: [Daemon]] = [
    "any": anyPostfix, "libopendkim": [.opendkim], "libmilter": [.opendkim], "libopendmarc": [.opendmarc],
    "dovecot-auth": [.dovecot], "dovecot-lmtp": [.dovecot], "policyd-spf": [.policydSPF],
  ]

  /// The lines in which `text`, an instance of the format, can stand when `daemon` writes it.
  func lines(_ text: String, by daemon: Daemon) -> [String] {
    let tag = daemon.isPostfix ? "postfix/\(daemon.rawValue)" : daemon.rawValue
    let head = "Nov 23 17:00:00 mail \(tag)[71]: "
    let id = "4F3A2B1C0D: "
    switch level {
    case "warning" where daemon.isPostfix, "fatal" where daemon.isPostfix, "error" where daemon.isPostfix, "panic":
      return [head + "\(level): " + text, head + "\(level): " + id + text]
    case "smtpd_check_reject", "smtpd_chat_reply", "DEFER_IF_REJECT2", "DEFER_IF_REJECT3", "DEFER_IF_REJECT4",
      "DEFER_IF_PERMIT2", "DEFER_IF_PERMIT3", "PSC_SEND_REPLY", "PSC_ENFORCE_SESSION_STATE", "PSC_DROP_SESSION_STATE":
      return Self.refusals(text, head)
    case "dict_surrogate": return [head + "warning: hash:/etc/postfix/table is unavailable. " + text]
    case _ where level.hasPrefix("dsb_") || level.hasSuffix("_fail") || level == "vstring_sprintf":
      return Self.deliveries(text, head)
    default: return Self.neighbour(text, head, component, level)
    }
  }

  private static func refusals(_ text: String, _ head: String) -> [String] {
    let client = "from client.example.com[192.0.2.7]: "
    let tail = "; from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<client.example.com>"
    let hasCode = text.utf8.prefix(3).allSatisfy { (0x30...0x39).contains($0) }
    return ["554 5.7.1 ", "450 4.7.1 ", "554 5.7.1 <client.example.com[192.0.2.7]>: ", "450 4.1.8 <a@example.org>: "]
      .map {
        head + "NOQUEUE: reject: RCPT " + client + (hasCode ? "" : $0) + text + tail
      }
  }

  private static func deliveries(_ text: String, _ head: String) -> [String] {
    ["5.0.0, status=bounced", "4.0.0, status=deferred"].map {
      head + "4F3A2B1C0D: to=<b@example.net>, relay=none, delay=1, delays=0.1/0/0/0.9, dsn=\($0) (\(text))"
    }
  }

  /// OpenDKIM, OpenDMARC, Dovecot and policy services, each in its own dress.
  private static func neighbour(_ text: String, _ head: String, _ component: String, _ level: String) -> [String] {
    switch component {
    case "dovecot-auth":
      return [head + "auth: \(level.dovecotWord)" + text, head + "auth-worker(72): \(level.dovecotWord)" + text]
    case "dovecot-lmtp": return [head + "lmtp(b@example.net)<71><abc>: \(level.dovecotWord)" + text]
    case "libopendkim":
      return [head + "4F3A2B1C0D: " + text, head + "4F3A2B1C0D: signature processing failed: " + text]
    case "opendkim", "opendmarc":
      return [head + text, head + "4F3A2B1C0D: " + text, head + "/etc/\(component).conf: " + text]
    default: return [head + text, head + "4F3A2B1C0D: " + text]
    }
  }
}

extension String {
  /// `Error: `, as Dovecot writes its levels.
  fileprivate var dovecotWord: String { self == "info" ? "" : prefix(1).uppercased() + dropFirst() + ": " }
}
