// The status line that every delivery agent writes (global/log_adhoc.c), and the lines of smtp(8) and lmtp(8) between
// two servers of one destination.

extension LogEvent {
  /// `to=<R>, orig_to=<O>, relay=…, delay=…, delays=a/b/c/d, tls=…, dsn=…, status=STATUS (REPLY)`.
  mutating func readDelivery() -> Bool {
    var cursor = cursor
    guard cursor.looks(at: "to=") || cursor.looks(at: "status=") else { return false }
    kind = .delivery
    while let key = cursor.takeKey() {
      let name = line[key].text
      if name == "status" {
        readStatus(&cursor)
        return true
      }
      readDeliveryField(name, &cursor)
      guard cursor.skip(", ") else { break }
    }
    return true
  }

  private mutating func readDeliveryField(_ name: String, _ cursor: inout ByteCursor) {
    if name == "to" || name == "orig_to" {
      addForeign(name, cursor.takeAddress() ?? cursor.takeDeliveryValue())
      return
    }
    let value = cursor.takeDeliveryValue()
    switch name {
    case "relay": addRelay(value)
    case "delay": add(name, decimal(in: value))
    case "delays": addDelays(value)
    case "conn_use": addInteger(name, value)
    case "tls": addTLSFeatures(value)
    default: add(name, value)
    }
  }

  /// `host[address]:port`, `host[path]`, `none`, or the name of a service.
  private mutating func addRelay(_ range: ByteRange) {
    var cursor = ByteCursor(line, in: range)
    if let peer = cursor.takePeer() {
      addServer(peer, as: "relay")
    } else {
      add("relay", .object(("logged", range)))
    }
  }

  private mutating func addDelays(_ range: ByteRange) {
    let parts = line[range].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let numbers = parts.compactMap(finite)
    add("delays", parts.count == 4 && numbers.count == 4 ? .decimals(numbers) : .range(range))
  }

  /// `level[:downgrade][/requiretls…]` (3.11); `!` marks what was violated, `?` what was not decided.
  private mutating func addTLSFeatures(_ range: ByteRange) {
    var cursor = ByteCursor(line, in: range)
    let level = cursor.take { $0.isLowercase || $0.isDigit || $0 == UInt8(ascii: "-") }
    let mark = cursor.take { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "?") }
    let downgrade = cursor.skip(":") ? cursor.take { $0 != UInt8(ascii: "/") } : nil
    let requirement = cursor.skip("/") ? cursor.takeRest() : nil
    add(
      "tls",
      .object(
        ("logged", range), ("level", level), ("mark", mark), ("downgrade", downgrade), ("requiretls", requirement)))
  }

  /// `sent (250 2.0.0 Ok: queued as …)`: a word, and the reason up to the line's last parenthesis.
  private mutating func readStatus(_ cursor: inout ByteCursor) {
    add("status", cursor.take { !$0.isSpace && $0 != UInt8(ascii: ",") } ?? ByteRange(cursor.position, cursor.position))
    guard cursor.skip(" (") else { return }
    let reply = cursor.takeParenthesised()
    add("reply", reply)
    readReason(reply)
  }

  /// `host H[A] said: …`, `lost connection with H[A] while …`: why the next server is tried.
  mutating func readServerFailure() -> Bool {
    if readServerReply(cursor.rest) {
      kind = .remoteReply
    } else if readConnectionLoss(cursor.rest) {
      kind = .lostConnection
    } else {
      return false
    }
    return true
  }

  /// `connect to H[A]:P: Connection refused`.
  mutating func readConnectFailure() -> Bool {
    guard readConnectError(cursor.rest) else { return false }
    kind = .connectFailed
    return true
  }

  /// `enabling PIX workarounds: … for H[A]:P`.
  mutating func readPIXWorkarounds() -> Bool {
    var cursor = cursor
    guard cursor.skip("enabling PIX workarounds: "), let workarounds = cursor.take(upToLast: " for ") else {
      return false
    }
    kind = .notice
    add("pix_workarounds", workarounds)
    if let peer = cursor.takePeer() { addServer(peer, as: "peer") }
    return true
  }

  /// `host H[A] offers SMTPUTF8 support, but not 8BITMIME`.
  mutating func readServerRemark() -> Bool {
    var cursor = cursor
    guard cursor.skip("host "), let peer = cursor.takePeer(), cursor.looks(at: " ") else { return false }
    kind = record.level == .info ? .notice : .diagnostic
    addServer(peer, as: "peer")
    return true
  }

  /// `passing <R> to transport=T` (local(8), virtual mailboxes of other transports).
  mutating func readPassing() -> Bool {
    var cursor = cursor
    guard cursor.skip("passing "), let address = cursor.takeAddress() else { return false }
    kind = .notice
    addForeign("to", address)
    if cursor.skip(" to transport=") { add("transport", cursor.takeRest()) }
    return true
  }
}

// MARK: - Why a delivery ended as it did

extension LogEvent {
  /// Reads the text in the parentheses behind a status.
  private mutating func readReason(_ range: ByteRange) {
    var reason = ByteCursor(line, in: range)
    if reason.skip("delivery temporarily suspended: ") { return readReason(reason.rest) }

    if reason.takeReplyCode() != nil { return addRemote(range) }
    guard !readServerReply(range), !readConnectionLoss(range), !readConnectError(range) else { return }
    readLocalReason(range)
  }

  /// What the agents of this host say themselves.
  private mutating func readLocalReason(_ range: ByteRange) {
    var reason = ByteCursor(line, in: range)
    if reason.skip("forwarded as ") {
      add("new_queue_id", reason.takeRest())
    } else if reason.skip("delivered via ") {
      add("service", reason.take(upTo: " service") ?? reason.takeRest())
      if reason.skip(" (") { addForeign("output", reason.takeParenthesised()) }
    } else if reason.skip("unknown user: \"") || reason.skip("mail forwarding loop for ") {
      markForeign(reason.take(upToLast: "\"") ?? reason.takeRest())
    } else if reason.skip("Host or domain name not found. Name service error for name=") {
      let name = reason.take(upTo: " type=") ?? reason.takeRest()
      let type = reason.take(upTo: ": ") ?? reason.takeRest()
      add("dns", .object(("name", name), ("type", type), ("error", reason.takeRest())))
    } else if reason.take(upTo: "Command output: ") != nil {
      let output = reason.takeRest()
      readExitStatus(ByteRange(Int(range.start), Int(output.start)))
      add("output", output)
      if !isOwnOutput(output) { markForeign(output) }
    } else {
      readExitStatus(range)
      readMentionedServer(range)
    }
  }

  /// `pipe: fatal: pipe_command: execvp COMMAND: ERROR` is Postfix itself, before it becomes the command.
  private func isOwnOutput(_ range: ByteRange) -> Bool {
    var output = ByteCursor(line, in: range)
    guard output.skip("pipe: fatal: ") || output.skip("local: fatal: ") else { return false }
    _ = output.skip("pipe_command: ")
    return output.looks(at: "execvp ")
  }

  /// `Command died with status 127: "CMD"`, `Command time limit exceeded: "CMD"`.
  private mutating func readExitStatus(_ range: ByteRange) {
    var reason = ByteCursor(line, in: range)
    guard reason.skip("Command ") else { return }
    if reason.skip("died with status ") || reason.skip("died with signal ") {
      if let status = reason.take(while: \.isDigit) { addInteger("exit_status", status) }
    }
    if reason.take(upTo: ": \"") != nil { add("command", reason.take(upToLast: "\"") ?? reason.takeRest()) }
  }

  /// `TLS is required, but was not offered by host H[A]`, `… exceeds size limit M of server H[A]`.
  private mutating func readMentionedServer(_ range: ByteRange) {
    for word in [" host ", " server ", " talking to ", " with "] as [StaticString] {
      var reason = ByteCursor(line, in: range)
      guard reason.take(upTo: word) != nil, let peer = reason.takePeer() else { continue }
      return addServer(peer, as: "peer")
    }
  }

  /// `host H[A] said: REPLY (in reply to CMD command)`, also with a reason of this host before it.
  mutating func readServerReply(_ range: ByteRange) -> Bool {
    var cursor = ByteCursor(line, in: range)
    for opening in [
      "SASL authentication failed; server ", "SASL authentication failed; host ", "unverified address: host ",
    ]
      as [StaticString] where cursor.skip(opening)
    {
      return readServerReply(&cursor)
    }
    return (cursor.skip("host ") || cursor.skip("server ")) && readServerReply(&cursor)
  }

  private mutating func readServerReply(_ cursor: inout ByteCursor) -> Bool {
    guard let peer = cursor.takePeer() else { return false }
    if cursor.skip(" refused to talk to me: ") {
      addRemote(cursor.rest, from: peer, command: nil)
    } else if cursor.skip(" said: ") {
      let reply = cursor.take(upToLast: " (in reply to ") ?? cursor.takeRest()
      let command = cursor.isAtEnd ? nil : cursor.take(upToLast: ")") ?? cursor.takeRest()
      addRemote(reply, from: peer, command: command.map(withoutWordCommand))
    } else {
      return false
    }
    return true
  }

  /// `RCPT TO command` is the command `RCPT TO`; `end of DATA command` is `end of DATA`.
  private func withoutWordCommand(_ range: ByteRange) -> ByteRange {
    var cursor = ByteCursor(line, in: range)
    return cursor.take(upToLast: " command") ?? range
  }

  private mutating func addRemote(_ range: ByteRange, from peer: Peer? = nil, command: ByteRange? = nil) {
    markForeign(range)
    let reply = remoteReply(in: range)
    var remote: [Field] = []
    if let code = reply.code { remote.append(Field("code", number(in: code))) }
    if let enhanced = reply.enhanced { remote.append(Field("enhanced", .range(enhanced))) }
    remote.append(Field("text", reply.text))
    if let command { remote.append(Field("command", .range(command))) }
    if let peer {
      remote.append(Field("host", .range(peer.name)))
      remote.append(Field(peer.path == nil ? "address" : "path", .range(peer.path ?? peer.address)))
    }
    add("remote", .object(remote))
    addQueuedAs(range)
  }

  /// The queue id that the next server gave the message: `250 2.0.0 Ok: queued as 4F3A2B1C`.
  mutating func addQueuedAs(_ range: ByteRange) {
    var reply = ByteCursor(line, in: range)
    guard reply.looks(at: "2"), reply.take(upToLast: "queued as ") != nil,
      let id = reply.take(while: { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return }
    add("queued_as", id)
  }

  /// `connect to H[A]:P: ERROR`.
  private mutating func readConnectError(_ range: ByteRange) -> Bool {
    var cursor = ByteCursor(line, in: range)
    guard cursor.skip("connect to "), let peer = cursor.takePeer(), cursor.skip(": ") || cursor.isAtEnd else {
      return false
    }
    addServer(peer, as: "peer")
    add("error", cursor.takeRest())
    return true
  }

  /// `lost connection with H[A] while …`, `conversation with H[A] timed out while …`.
  private mutating func readConnectionLoss(_ range: ByteRange) -> Bool {
    var cursor = ByteCursor(line, in: range)
    let error = ByteRange(cursor.position, cursor.position + "lost connection".utf8.count)
    if cursor.skip("lost connection with "), let peer = cursor.takePeer() {
      addServer(peer, as: "peer")
      add("error", error)
    } else if cursor.skip("conversation with "), let peer = cursor.takePeer(), cursor.skip(" ") {
      addServer(peer, as: "peer")
      add("error", cursor.take(upTo: " while") ?? cursor.takeRest())
      cursor.move(to: cursor.position - " while".utf8.count)
    } else {
      return false
    }
    if cursor.skip(" while ") { add("stage", cursor.takeRest()) }
    return true
  }
}

extension ByteCursor {
  /// The value of a field of a status line: up to the next comma.
  fileprivate mutating func takeDeliveryValue() -> ByteRange {
    take { $0 != UInt8(ascii: ",") } ?? ByteRange(position, position)
  }

  /// All up to the parenthesis that ends the line; a line cut short has none.
  mutating func takeParenthesised() -> ByteRange {
    let all = takeRest()
    return all.isEmpty || bytes[Int(all.end) - 1] != UInt8(ascii: ")")
      ? all : ByteRange(Int(all.start), Int(all.end) - 1)
  }
}
