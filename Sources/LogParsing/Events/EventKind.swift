/// What a line reports. The raw values are the `kind` of `maillogd parse`.
public enum EventKind: String, Sendable, CaseIterable {
  // smtpd
  case connect, disconnect, client, reject
  case lostConnection = "lost-connection"
  case saslFailure = "sasl-failure"
  case hostnameMismatch = "hostname-mismatch"
  case rateLimit = "rate-limit"
  case nonSMTPCommand = "non-smtp-command"
  case proxyReply = "proxy-reply"
  case commandPipelining = "command-pipelining"
  /// What an access table did other than to refuse: warn, hold, discard, filter, redirect, …
  case accessAction = "access-action"
  // cleanup, pickup, qmgr, bounce
  case messageID = "message-id"
  case headerCheck = "header-check"
  case milterAction = "milter-action"
  case pickup
  case queueActive = "queue-active"
  case removed, expired
  case bounceNotice = "bounce-notice"
  case requeued, skipped, hold
  // delivery agents
  case delivery
  case remoteReply = "remote-reply"
  case connectFailed = "connect-failed"
  // TLS
  case tlsEstablished = "tls-established"
  case tlsError = "tls-error"
  case tlsReport = "tls-report"
  // postscreen, dnsblog, anvil
  case postscreen, dnsblog, statistics
  // master and commands
  case started, reloaded, terminating
  case processExit = "process-exit"
  case tableChanged = "table-changed"
  // neighbours
  case opendkim, opendmarc
  case policySPF = "policy-spf"
  case srs, rspamd, amavis, dovecot, sasl, greylisting, unit
  case repeated
  /// The program's own warning, error, fatal or panic text with no more structure than its words.
  case diagnostic
  /// An informational text with no more structure than its words.
  case notice
  case unrecognized
}
