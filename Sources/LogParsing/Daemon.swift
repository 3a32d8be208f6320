/// Which program wrote a line, from the last part of its syslog tag (`postfix-out/submission/smtpd` is `smtpd`).
///
/// The names are those that rules use in `daemon:`.
public enum Daemon: String, CaseIterable, Sendable {
  // Postfix daemons (master(8) services).
  case anvil, bounce, cleanup, discard, dnsblog, error, flush, lmtp, local, master, nqmgr, oqmgr, pickup, pipe, postlogd
  case postscreen, proxymap, qmgr, qmqpd, scache, showq, smtp, smtpd, spawn, tlsmgr, tlsproxy, verify, virtual
  case trivialRewrite = "trivial-rewrite"
  // Postfix commands.
  case postalias, postcat, postconf, postdrop, postfix
  case postfixScript = "postfix-script"
  case postkick, postlock, postlog
  case mailq, newaliases, retry, postmap, postmulti, postqueue, postsuper
  case posttlsFinger = "posttls-finger"
  case sendmail
  case configureInstance = "configure-instance.sh"
  /// A tag of Postfix whose last part is no program we know.
  case otherPostfix = "other-postfix"
  // Milters, policy services, neighbours.
  case opendkim, opendmarc
  case policydSPF = "policyd-spf"
  case postgrey, postsrsd, rspamd, amavis, dovecot, saslauthd, spamd, clamav
  case systemd, kernel
  /// Another mail server or login daemon (Sendmail, Exim, Courier, OpenSMTPD, qmail, sshd): recognised, never read as Postfix.
  case otherMailServer = "other-mail-server"
  /// Any other program, or none that could be read.
  case other

  /// Whether the program belongs to Postfix.
  public var isPostfix: Bool {
    switch self {
    case .opendkim, .opendmarc, .policydSPF, .postgrey, .postsrsd, .rspamd, .amavis, .dovecot, .saslauthd, .spamd,
      .clamav,
      .systemd, .kernel, .otherMailServer, .other:
      false
    default: true
    }
  }
}

extension Daemon {
  /// The place in the list above.
  public var place: UInt8 {
    // An enumeration of fewer than 256 cases without values is one byte, counted from the first case.
    unsafe unsafeBitCast(self, to: UInt8.self)
  }

  /// By place: hashing the name would cost more than the question that it answers.
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }
}
