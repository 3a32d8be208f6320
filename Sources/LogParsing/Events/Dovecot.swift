extension LogEvent {
  /// Dovecot: `service(user)<pid><session>: text`, `imap-login: text: user=<U>, method=M, rip=A, lip=B, session=<S>`,
  /// `auth: passdb(user,address,<session>): text`.
  mutating func readDovecot() -> Bool {
    kind = .dovecot
    var cursor = cursor
    guard let service = cursor.take(while: { $0.isLowercase || $0.isDigit || $0 == UInt8(ascii: "-") }) else {
      return true
    }
    add("service", service)
    if cursor.skip("("), let user = cursor.take(upTo: ")") {
      // A worker names its process here, a delivery its user.
      if !line[user].allSatisfy(\.isDigit) { addForeign("user", user) }
      if cursor.skip("<") { _ = cursor.take(upTo: ">") }
      if cursor.skip("<"), let session = cursor.take(upTo: ">") { add("session", session) }
    }
    guard cursor.skip(": ") else { return true }
    if !readLogin(cursor), !readSavedMessage(cursor), !readPasswordCheck(cursor) { add("text", cursor.rest) }
    return true
  }

  /// `Disconnected (auth failed, 1 attempts): user=<U>, method=PLAIN, rip=A, lip=B, TLS, session=<S>`.
  private mutating func readLogin(_ start: ByteCursor) -> Bool {
    var cursor = start
    guard let text = cursor.take(upTo: ": user=<"), let user = cursor.take(upTo: ">, ") else { return false }
    add("text", text)
    addForeign("user", user)
    let details: [(StaticString, String)] = [
      ("method=", "method"), ("lip=", "server"), ("rip=", "client"), ("session=<", "session"),
    ]
    while !cursor.isAtEnd {
      let value = cursor.take(upTo: ", ") ?? cursor.takeRest()
      var detail = ByteCursor(line, in: value)
      guard let (_, name) = details.first(where: { detail.skip($0.0) }) else { continue }
      switch name {
      case "client": addClientAddress(detail.rest)
      case "server": add("server", .object(("logged", detail.rest), ("address", detail.rest)))
      default: add(name, detail.take(upTo: ">") ?? detail.rest)
      }
    }
    return true
  }

  /// `msgid=<M>: saved mail to INBOX`, `msgid=<M>: save failed to INBOX: Quota exceeded (mailbox for user is full)`; sieve too.
  private mutating func readSavedMessage(_ start: ByteCursor) -> Bool {
    var cursor = start
    guard cursor.take(upTo: "msgid=") != nil else { return false }
    if let id = cursor.takeAddress() {
      addForeign("message-id", id)
    } else {
      addForeign("message-id", cursor.take { $0 != UInt8(ascii: ":") } ?? ByteRange(cursor.position, cursor.position))
    }
    _ = cursor.skip(": ")
    add("text", cursor.rest)
    if cursor.skip("saved mail to ") {
      add("mailbox", cursor.takeRest())
    } else if cursor.skip("save failed to ") {
      _ = cursor.skip("open mailbox ")
      add("mailbox", cursor.take(upTo: ": ") ?? cursor.rest)
      add("reason", cursor.takeRest())
    }
    return true
  }

  /// `sql(U,A,<S>): unknown user`, also behind `conn unix:auth-worker (pid=…,uid=…): auth-worker<4>: `.
  private mutating func readPasswordCheck(_ start: ByteCursor) -> Bool {
    var cursor = start
    if cursor.skip("Info: ") {}
    if cursor.skip("conn unix:") { _ = cursor.take(upTo: ">: ") }
    guard let backend = cursor.take(while: { $0.isLowercase || $0 == UInt8(ascii: "-") }), cursor.skip("("),
      let who = cursor.take(upTo: "): ")
    else { return false }
    add("backend", backend)
    var names = ByteCursor(line, in: who)
    addForeign("user", names.take(upTo: ",") ?? names.takeRest())
    if !names.isAtEnd { addClientAddress(names.take { $0 != UInt8(ascii: ",") } ?? names.rest) }
    add("text", cursor.rest)
    markForeign(part(behind: "(given password: ") ?? .empty)
    return true
  }
}
