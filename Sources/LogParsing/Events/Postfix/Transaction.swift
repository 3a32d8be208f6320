/// The end of a reject line: `; from=<S> to=<R> proto=P helo=<H>` and the SASL data behind it.
///
/// All of it but `proto` is what a client said, so words that look like the end of the line can stand inside: it is
/// looked for from the outside in, and only what is whole and in Postfix's own order counts.
struct Transaction {
  var fields: [Field] = []
  var foreign: [ByteRange] = []
  /// Where the semicolon before it stands.
  var start: Int
  var end: Int

  var sender: ByteRange? { range("from") }
  var recipient: ByteRange? { range("to") }
  var helo: ByteRange? { range("helo") }

  private func range(_ name: String) -> ByteRange? {
    guard case .range(let range) = fields.first(where: { $0.name == name })?.value else { return nil }
    return range
  }

  fileprivate mutating func add(_ name: String, _ value: ByteRange) {
    fields.append(Field(name, .range(value)))
    if name != "proto", !value.isEmpty { foreign.append(value) }
  }
}

extension LogEvent {
  mutating func add(_ transaction: Transaction) {
    fields += transaction.fields
    foreign += transaction.foreign
  }
}

extension ByteCursor {
  /// What may stand behind the data of a transaction.
  enum Behind { case nothing, colonAndText }

  /// How much of the grammar a transaction has to keep: all, all that the end of the line leaves, or just its beginning.
  private enum Strictness { case whole, cut, loose }

  /// The transaction that ends the text: the last whole one that stands in no other.
  func transaction(separatedBy separator: StaticString = " ", before behind: Behind = .nothing) -> Transaction? {
    guard let first = first("; from=<") ?? self.first(";") else { return nil }
    var found = last(.whole, separator, behind) ?? last(.cut, separator, behind) ?? loose(separator, behind)
    // In a line that may have been cut, a client can place its end; then all behind the first beginning is the client's.
    if end - position > 900 { found?.foreign.append(ByteRange(first + 1, end)) }
    return found
  }

  private func last(_ strictness: Strictness, _ separator: StaticString, _ behind: Behind) -> Transaction? {
    var found: Transaction?
    var ahead = self
    while let semicolon = ahead.first(";") {
      ahead.move(to: semicolon)
      if let transaction = ahead.takeTransaction(separator, behind, strictness) {
        found = transaction
        ahead.move(to: max(transaction.end, semicolon + 1))
      } else {
        ahead.move(to: semicolon + 1)
      }
    }
    return found
  }

  /// With `info_log_address_format = internal` an address holds what it likes: then the last beginning counts.
  private func loose(_ separator: StaticString, _ behind: Behind) -> Transaction? {
    guard let start = last("; from=<") ?? last("; to=<") ?? last("; helo=<") else { return nil }
    var ahead = self
    ahead.move(to: start)
    var transaction = ahead.takeTransaction(separator, behind, .loose)
    if behind == .nothing { transaction?.foreign.append(ByteRange(start + 1, end)) }
    return transaction
  }

  private mutating func takeTransaction(_ separator: StaticString, _ behind: Behind, _ strictness: Strictness)
    -> Transaction?
  {
    var ahead = self
    var transaction = Transaction(start: position, end: end)
    guard ahead.skip(";") else { return nil }
    if ahead.isAtEnd { return transaction }
    guard ahead.skip(" ") else { return nil }

    for name in ["from", "to", "proto", "helo", "sasl_method", "sasl_username", "sasl_sender"] {
      var value = ahead
      guard transaction.fields.isEmpty ? !name.hasPrefix("sasl_") : value.skip(separator), value.skip(key: name) else {
        continue
      }
      guard let range = value.takeValue(of: name, strictness) else { return nil }
      transaction.add(name, range)
      ahead = value
    }
    guard !transaction.fields.isEmpty else { return nil }
    let isWellEnded = ahead.isAtEnd || behind == .colonAndText && ahead.looks(at: ": ")
    guard isWellEnded || strictness == .loose else { return nil }
    transaction.end = ahead.position
    self = ahead
    return transaction
  }

  private mutating func skip(key: String) -> Bool {
    var ahead = self
    guard let name = ahead.takeKey(), bytes[name].elementsEqual(key.utf8) else { return false }
    self = ahead
    return true
  }

  private mutating func takeValue(of name: String, _ strictness: Strictness) -> ByteRange? {
    switch name {
    case "from", "to":
      switch strictness {
      case .whole: takeStrictAddress()
      case .cut: takeStrictAddress() ?? takeCutAddress()
      case .loose: takeAddress()
      }
    case "helo": takeHELO(strictness)
    case "proto": take(while: \.isAlphanumeric)
    default: takeSASLValue()
    }
  }

  /// An address that the end of the line cuts off.
  private mutating func takeCutAddress() -> ByteRange? {
    var ahead = self
    guard ahead.skip("<"), ahead.looks(at: "\"") || ahead.first("<") == nil && ahead.first(">") == nil else {
      return nil
    }
    self = ahead
    return takeRest()
  }

  /// smtpd replaces brackets in the name that a client gives itself; postscreen does not.
  private mutating func takeHELO(_ strictness: Strictness) -> ByteRange? {
    guard skip("<") else { return nil }
    guard strictness != .loose else { return take(upToLast: ">") ?? takeRest() }
    let helo = take { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") } ?? ByteRange(position, position)
    return skip(">") || isAtEnd ? helo : nil
  }

  private mutating func takeSASLValue() -> ByteRange? {
    let next = [first(" sasl_username="), first(" sasl_sender="), first(", sasl_username="), first(", sasl_sender=")]
    let value = ByteRange(position, next.compactMap(\.self).min() ?? end)
    move(to: Int(value.end))
    return value
  }
}
