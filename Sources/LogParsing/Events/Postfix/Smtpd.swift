// smtpd(8): what clients did and what was answered to them.

extension LogEvent {
  mutating func readSmtpd() -> Bool {
    readConnect() || readDisconnect() || readClient() || readReject() || readConnectionEnd() || readProxyReply()
      || readPipelining() || readSmtpdWarning()
  }

  /// `connect from PEER`.
  private mutating func readConnect() -> Bool {
    var cursor = cursor
    guard cursor.skip("connect from "), let peer = cursor.takePeer() else { return false }
    kind = .connect
    addClient(peer)
    return true
  }

  /// `disconnect from PEER ehlo=1 auth=0/1 commands=1/2 notes=bare_lf`: accepted of all.
  private mutating func readDisconnect() -> Bool {
    var cursor = cursor
    guard cursor.skip("disconnect from "), let peer = cursor.takePeer() else { return false }
    kind = .disconnect
    addClient(peer)
    guard cursor.skip(" ") else { return true }

    var accepted = [Field("logged", .range(cursor.rest))]
    var failed: [Field] = []
    var notes: ByteRange?
    while let key = cursor.takeKey(), let value = cursor.take(while: { !$0.isSpace }) {
      let name = line[key].text
      if name == "notes" {
        notes = value
      } else if let count = counter(in: value) {
        accepted.append(Field(name, .integer(count.accepted)))
        if count.failed > 0 { failed.append(Field(name, .integer(count.failed))) }
      }
      _ = cursor.skip(" ")
    }
    add("commands", .object(accepted))
    if !failed.isEmpty { add("failed", .object(failed)) }
    if let notes { add("notes", notes) }
    return true
  }

  /// `2` or `1/2`.
  private func counter(in range: ByteRange) -> (accepted: Int, failed: Int)? {
    let numbers = line[range].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      Int32($0.text)
    }
    guard let accepted = numbers.first ?? nil, let total = numbers.last ?? nil, numbers.count <= 2 else { return nil }
    return (Int(accepted), Int(total) - Int(accepted))
  }

  /// `client=PEER, sasl_method=M, sasl_username=U, sasl_sender=S, orig_queue_id=Q, orig_client=PEER`.
  private mutating func readClient() -> Bool {
    var cursor = cursor
    guard cursor.skip("client="), let peer = cursor.takePeer() else { return false }
    kind = .client
    addClient(peer)
    let keys: [(StaticString, String)] = [
      (", sasl_method=", "sasl_method"), (", sasl_username=", "sasl_username"), (", sasl_sender=", "sasl_sender"),
      (", orig_queue_id=", "orig_queue_id"), (", orig_client=", "orig_client"),
    ]
    for (index, (key, name)) in keys.enumerated() where cursor.skip(key) {
      let next = keys[(index + 1)...].compactMap { cursor.first($0.0) }.min() ?? cursor.end
      let value = ByteRange(cursor.position, next)
      if name == "orig_client", let peer = cursor.takePeer() {
        addClient(peer, as: name)
      } else if name == "sasl_username" || name == "sasl_sender" {
        addForeign(name, value)
      } else {
        add(name, value)
      }
      cursor.move(to: next)
    }
    return true
  }

  /// `lost connection after STAGE (N bytes) from PEER`.
  private mutating func readConnectionEnd() -> Bool {
    var cursor = cursor
    let reasons: [StaticString] = ["lost connection", "timeout", "too many errors", "bare <LF> received"]
    let start = cursor.position
    guard reasons.contains(where: { cursor.skip($0) }) else { return false }
    let reason = ByteRange(start, cursor.position)
    guard cursor.skip(" after "), let stage = cursor.take(while: { !$0.isSpace }) else { return false }
    kind = .lostConnection
    add("reason", reason)
    add("stage", stage)
    if cursor.skip(" ("), let bytes = cursor.take(upTo: " bytes)") { addInteger("bytes", bytes) }
    if cursor.skip(" from "), let peer = cursor.takePeer() { addClient(peer) }
    return true
  }

  /// `proxy-reject: END-OF-MESSAGE: REPLY; from=<S> to=<R> proto=P helo=<H>`.
  private mutating func readProxyReply() -> Bool {
    var cursor = cursor
    let start = cursor.position
    guard cursor.skip("proxy-"), cursor.take(while: \.isLowercase) != nil else { return false }
    let action = ByteRange(start, cursor.position)
    guard cursor.skip(": "), let stage = cursor.take(upTo: ": ") else { return false }
    kind = .proxyReply
    add("action", action)
    add("stage", stage)
    let transaction = cursor.transaction()
    let reply = ByteRange(cursor.position, transaction?.start ?? cursor.end)
    addCodes(reply)
    add("text", reply)
    addQueuedAs(reply)
    if let transaction { add(transaction) }
    return true
  }

  /// `discarding EHLO keywords: CHUNKING DSN`, in postscreen behind `[A]:P: `; smtp(8) writes it too.
  mutating func readDiscardedKeywords() -> Bool {
    var cursor = cursor
    let client = cursor.looks(at: "[") ? cursor.takePeer() : nil
    if client != nil { _ = cursor.skip(": ") }
    guard cursor.skip("discarding EHLO keywords: ") else { return false }
    kind = .notice
    if let client { addClient(client) }
    add("ehlo_keywords", cursor.takeRest())
    return true
  }

  /// `improper command pipelining after STAGE from PEER: TEXT`.
  private mutating func readPipelining() -> Bool {
    var cursor = cursor
    guard cursor.skip("improper command pipelining after "), let stage = cursor.take(upTo: " from "),
      let peer = cursor.takePeer()
    else { return false }
    kind = .commandPipelining
    add("stage", stage)
    addClient(peer)
    if cursor.skip(": ") { addForeign("command", cursor.takeRest()) }
    return true
  }
}

// MARK: - Refused and otherwise judged

extension LogEvent {
  /// `ACTION: WHERE from PEER: TEXT; from=<S> to=<R> proto=P helo=<H>`, by smtpd and, for milters, by cleanup.
  mutating func readReject() -> Bool {
    var cursor = cursor
    guard let action = cursor.take(upTo: ": "), line[action].allSatisfy(\.isOfAction),
      let stage = cursor.take(while: { $0.isUppercase || $0 == UInt8(ascii: "-") }), cursor.skip(" from "),
      let peer = cursor.takePeer()
    else { return false }
    let isMilter = ByteCursor(line, in: action).looks(at: "milter-")
    kind = isMilter ? .milterAction : isRefusal(action) ? .reject : .accessAction
    add("action", action)
    if isMilter { add("milter_action", ByteRange(Int(action.start) + "milter-".utf8.count, Int(action.end))) }
    add("stage", stage)
    addClient(peer)
    guard cursor.skip(": ") else { return true }

    let transaction = cursor.transaction()
    let text = ByteRange(cursor.position, transaction?.start ?? cursor.end)
    addReply(text, to: peer, in: transaction)
    if let transaction { add(transaction) }
    return true
  }

  /// A refusal, not one of the milder actions.
  private func isRefusal(_ action: ByteRange) -> Bool {
    isWord("reject", action) || isWord("hangup", action) || isWord("abort", action)
  }

  /// `554 5.7.1 <DATA>: Recipient address rejected: REASON`.
  mutating func addReply(_ range: ByteRange, to peer: Peer, in transaction: Transaction?) {
    let text = addCodes(range)
    add("text", text)
    var cursor = ByteCursor(line, in: text)
    if cursor.looks(at: "<") {
      let data = judgedData(text, peer, transaction)
      addForeign("data", data)
      cursor.move(to: Int(data.end))
      if !cursor.skip(">: ") { _ = cursor.skip("> ") }
    } else if let (subject, name) = listedName(text) {
      // `Sender address [S] blocked using LIST`: a client's address is checked, the rest is the client's word.
      if isWord("Client host", subject) || isWord("client", subject) {
        add("data", name)
      } else {
        addForeign("data", name)
      }
      addBlockList(behind: Int(name.end), in: text)
    }
    _ = cursor.take(upTo: " rejected: ")
    if !cursor.isAtEnd { add("reason", cursor.rest) }
    // Address verification (`undeliverable address: host H[A] said: …`) quotes the server that it asked.
    if cursor.take(upTo: "address: ") != nil { _ = readServerReply(cursor.rest) }
  }

  /// Adds `code` and `dsn` of an answer of this host; gives the words behind them.
  @discardableResult
  private mutating func addCodes(_ range: ByteRange) -> ByteRange {
    var cursor = ByteCursor(line, in: range)
    if let code = cursor.takeReplyCode() {
      addInteger("code", code)
      if !cursor.skip(" ") { _ = cursor.skip("-") }
    }
    if let enhanced = cursor.takeEnhancedCode() { add("dsn", enhanced) }
    return cursor.rest
  }

  /// What stands in the `<…>` before the judgement.
  ///
  /// It is logged as the client sent it, without quotes, so it may hold `>: ` itself; but it is the sender, the
  /// recipient, the HELO name or the client, all of which the line names again.
  private func judgedData(_ text: ByteRange, _ peer: Peer, _ transaction: Transaction?) -> ByteRange {
    let start = Int(text.start) + 1
    let rest = line[ByteRange(start, Int(text.end))]
    let names = [transaction?.recipient, transaction?.sender, transaction?.helo, peer.logged].compactMap(\.self)
    let spellings = names.flatMap { [Array(line[$0]), unquoted(line[$0])] }
    let matching = spellings.filter { rest.starts(with: $0 + Array(">".utf8)) }
    // One name may be made to look like the beginning of another.
    if let longest = matching.map(\.count).max() { return ByteRange(start, start + longest) }

    var cursor = ByteCursor(line, in: ByteRange(start, Int(text.end)))
    if let said = cursor.first(" said: ") { cursor = ByteCursor(line, in: ByteRange(start, said)) }
    return cursor.take(upToLast: ">: ") ?? cursor.take(upToLast: ">") ?? cursor.takeRest()
  }

  /// `"john smith"@example.org` as it was sent: `john smith@example.org`.
  private func unquoted(_ address: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in address {
      if !isEscaped, byte == UInt8(ascii: "\"") { continue }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      if !isEscaped { result.append(byte) }
    }
    return result
  }

  /// `blocked using DOMAIN; TEXT`, where the list's own text need not be there.
  private mutating func addBlockList(behind start: Int, in text: ByteRange) {
    var cursor = ByteCursor(line, in: ByteRange(start, Int(text.end)))
    guard cursor.skip("] blocked using ") else { return }
    let domain = cursor.take { !$0.isSpace && $0 != UInt8(ascii: ";") }
    let answer = cursor.skip("; ") ? cursor.takeRest() : nil
    add("dnsbl", .object(("domain", domain), ("text", answer)))
  }

  /// `Service unavailable; Client host [NAME] blocked using …`: what was looked up, and its name.
  private func listedName(_ text: ByteRange) -> (subject: ByteRange, name: ByteRange)? {
    var cursor = ByteCursor(line, in: text)
    _ = cursor.skip("Service unavailable; ")
    guard let subject = cursor.take(upTo: " ["), let end = cursor.last("] blocked using ") else { return nil }
    return (subject, ByteRange(cursor.position, end))
  }
}

// MARK: - Warnings about clients

extension LogEvent {
  private mutating func readSmtpdWarning() -> Bool {
    guard record.level == .warning else { return false }
    return readSASLFailure() || readHostnameMismatch() || readRateLimit() || readNonSMTPCommand() || readBadAddress()
      || readClientWarning()
  }

  /// `PEER: WORDS`, about one client.
  private mutating func readClientWarning() -> Bool {
    var cursor = cursor
    guard let peer = cursor.takePeer(), cursor.skip(": ") else { return false }
    kind = .diagnostic
    addClient(peer)
    add("error", cursor.rest)
    markQuotation()
    return true
  }

  /// `PEER: SASL MECH authentication failed: REASON, sasl_username=USER`.
  private mutating func readSASLFailure() -> Bool {
    var cursor = cursor
    guard let peer = cursor.takePeer(), cursor.skip(": SASL "), let method = cursor.take(upTo: " authentication "),
      cursor.skip("failed") || cursor.skip("aborted")
    else { return false }
    kind = .saslFailure
    addClient(peer)
    addForeign("sasl_method", method)
    guard cursor.skip(": ") else { return true }
    let reason = cursor.take(upTo: ", sasl_username=") ?? cursor.takeRest()
    add("reason", reason)
    if !cursor.isAtEnd { addForeign("sasl_username", cursor.takeRest()) }
    return true
  }

  /// `hostname NAME does not resolve to address ADDRESS: REASON`.
  private mutating func readHostnameMismatch() -> Bool {
    var cursor = cursor
    guard cursor.skip("hostname "), let name = cursor.take(upTo: " does not resolve to address "),
      let address = cursor.take(while: { !$0.isSpace })
    else { return false }
    kind = .hostnameMismatch
    // `ADDRESS: REASON`: the colon that belongs to the sentence is the last.
    let isReasonFollowing = cursor.skip(" ") && line[Int(address.end) - 1] == UInt8(ascii: ":")
    let bare = isReasonFollowing ? ByteRange(Int(address.start), Int(address.end) - 1) : address
    add("client", .object(("name", name), ("address", bare)))
    markForeign(name)
    if isReasonFollowing { add("reason", cursor.takeRest()) }
    return true
  }

  /// `Connection rate limit exceeded: N from PEER for service SERVICE`.
  private mutating func readRateLimit() -> Bool {
    var cursor = cursor
    guard let limit = cursor.take(upTo: " limit exceeded: "), let count = cursor.take(while: \.isDigit),
      cursor.skip(" from "), let peer = cursor.takePeer()
    else { return false }
    kind = .rateLimit
    add("limit", limit)
    addInteger("count", count)
    addClient(peer)
    if cursor.skip(" for service ") { add("service", cursor.takeRest()) }
    return true
  }

  /// `non-SMTP command from PEER: COMMAND`.
  private mutating func readNonSMTPCommand() -> Bool {
    var cursor = cursor
    guard cursor.skip("non-SMTP command from "), let peer = cursor.takePeer() else { return false }
    kind = .nonSMTPCommand
    addClient(peer)
    if cursor.skip(": ") { addForeign("command", cursor.takeRest()) }
    return true
  }

  /// `Illegal address syntax from PEER in RCPT command: ADDRESS`.
  private mutating func readBadAddress() -> Bool {
    var cursor = cursor
    guard cursor.skip("Illegal address syntax from "), let peer = cursor.takePeer(), cursor.skip(" in "),
      let stage = cursor.take(upTo: " command: ")
    else { return false }
    kind = .diagnostic
    addClient(peer)
    add("stage", stage)
    addForeign("data", cursor.takeRest())
    return true
  }
}

extension UInt8 {
  /// `milter-reject`, `reject_warning`.
  fileprivate var isOfAction: Bool { isLowercase || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") }
}
