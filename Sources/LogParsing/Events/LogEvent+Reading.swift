extension LogEvent {
  /// Reads what `record` says; every line becomes an event, whatever it holds. Of a password only stars remain.
  public init(line: [UInt8], record: LogRecord) {
    let line = record.daemon == .dovecot ? Self.withoutPasswords(line, record) : line
    self.init(line: line, record: record, kind: .unrecognized, fields: [], foreign: [])
    if !readDaemon(), !(record.daemon.isPostfix && readAnyPostfix()), !readRepetition() { readWords() }
  }

  private mutating func readDaemon() -> Bool {
    switch record.daemon {
    case .smtpd, .qmqpd: readSmtpd()
    case .cleanup: readCleanup()
    case .pickup: readPickup()
    case .qmgr, .oqmgr, .nqmgr: readQueueManager()
    case .bounce: readBounce() || readDelivery()
    case .postsuper: readPostsuper()
    case .smtp, .lmtp:
      readDelivery() || readServerFailure() || readConnectFailure() || readPIXWorkarounds() || readHeaderCheck()
        || readServerRemark()
    case .local, .virtual, .pipe, .error, .discard, .spawn, .otherPostfix: readDelivery() || readPassing()
    case .postscreen: readPostscreen()
    case .dnsblog: readDNSBlog()
    case .anvil, .scache, .verify: readStatistics()
    case .master: readMaster()
    case .opendkim: readOpenDKIM()
    case .opendmarc: readOpenDMARC()
    case .policydSPF: readPolicySPF()
    case .postsrsd: readSRS()
    case .rspamd: readRspamd()
    case .amavis: readAmavis()
    case .dovecot: readDovecot()
    case .postgrey: readPostgrey()
    case .saslauthd: readSASLAuthd()
    case .systemd: readSystemd()
    default: false
    }
  }

  /// What any daemon of Postfix may write.
  private mutating func readAnyPostfix() -> Bool {
    readTLS() || readTableChange() || readMilterWarning() || readDiscardedKeywords()
  }

  /// What has no grammar of its own is known by its level alone.
  private mutating func readWords() {
    switch record.daemon {
    case .other, .otherMailServer: return
    case _ where record.text.isEmpty: return
    case let daemon:
      kind = record.level == .info ? .notice : .diagnostic
      if daemon.isPostfix { markQuotation() }
    }
  }
}
