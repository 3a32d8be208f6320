// Small programs beside Postfix: postgrey, saslauthd.

extension LogEvent {
  /// postgrey: `action=greylist, reason=new, client_name=N, client_address=A, sender=S, recipient=R`.
  mutating func readPostgrey() -> Bool {
    var cursor = cursor
    guard cursor.looks(at: "action=") else { return false }
    kind = .greylisting
    while let key = cursor.takeKey() {
      let value = cursor.take(upTo: ", ") ?? cursor.takeRest()
      switch line[key].text {
      case "client_name": markForeign(value)
      case "client_address":
        add(
          "client", .object(("logged", value), ("name", part(behind: "client_name=", before: ",")), ("address", value)))
      case "sender": addForeign("from", value)
      case "recipient": addForeign("to", value)
      case let name: add(name, value)
      }
    }
    return true
  }

  /// saslauthd: `do_auth : auth failure: [user=U] [service=smtp] [realm=R] [mech=pam] [reason=PAM auth error]`.
  mutating func readSASLAuthd() -> Bool {
    var cursor = cursor
    guard cursor.take(upTo: "auth failure: [user=") != nil else { return false }
    kind = .sasl
    addForeign("user", cursor.take(upTo: "] [service=") ?? cursor.rest)
    add("service", ifAny: cursor.take { $0 != UInt8(ascii: "]") })
    if cursor.skip("] [realm=") { addForeign("realm", cursor.take(upTo: "] [mech=") ?? cursor.rest) }
    add("mechanism", ifAny: cursor.take { $0 != UInt8(ascii: "]") })
    if cursor.skip("] [reason=") { add("reason", cursor.take(upToLast: "]") ?? cursor.rest) }
    return true
  }
}
