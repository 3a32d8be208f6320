/// The end of a reject line: `from=<S> to=<R> proto=P helo=<H>` and the SASL data behind it.
///
/// All of it but `proto` is what a client said, so words that look like the end of the line can stand inside: it is
/// looked for from the outside in, and only what is whole and in Postfix's own order counts.
struct Transaction {
  var fields: [Field] = []
  var foreign: [ByteRange] = []
  /// Where the text before it ends.
  var start: Int
  var end: Int

  var sender: ByteRange? { range("from") }
  var recipient: ByteRange? { range("to") }
  var helo: ByteRange? { range("helo") }

  private func range(_ name: String) -> ByteRange? {
    guard case .range(let range) = fields.first(where: { $0.name == name })?.value else { return nil }
    return range
  }
}

extension ByteCursor {
  /// What may stand behind the data of the transaction.
  enum Behind { case nothing, colonAndText }

  /// The transaction that ends the text: the last whole one that stands in no other.
  func transaction(separatedBy separator: StaticString = " ", before behind: Behind = .nothing) -> Transaction? {
    var found: Transaction?
    var ahead = self
    while let semicolon = ahead.first(";") {
      ahead.move(to: semicolon)
      if let transaction = ahead.takeTransaction(separator, behind, isStrict: true) {
        found = transaction
        ahead.move(to: max(transaction.end, semicolon + 1))
      } else {
        ahead.move(to: semicolon + 1)
      }
    }
    return found ?? looseTransaction(separator, behind)
  }

  /// With `info_log_address_format = internal` an address holds what it likes: then the last beginning counts.
  private func looseTransaction(_ separator: StaticString, _ behind: Behind) -> Transaction? {
    guard let start = last("; from=<") ?? last("; to=<") ?? last("; helo=<") else { return nil }
    var ahead = self
    ahead.move(to: start)
    return ahead.takeTransaction(separator, behind, isStrict: false)
  }

  private mutating func takeTransaction(_ separator: StaticString, _ behind: Behind, isStrict: Bool) -> Transaction? {
    var ahead = self
    var transaction = Transaction(start: position, end: position)
    guard ahead.skip(";") else { return nil }
    if ahead.isAtEnd {
      transaction.end = end
      return transaction
    }
    guard ahead.skip(" ") else { return nil }

    func follows(_ key: StaticString) -> Bool {
      var next = ahead
      guard transaction.fields.isEmpty || next.skip(separator), next.skip(key) else { return false }
      ahead = next
      return true
    }
    func take(_ name: String, _ value: ByteRange?) -> Bool {
      guard let value else { return false }
      transaction.fields.append(Field(name, .range(value)))
      if name != "proto", !value.isEmpty { transaction.foreign.append(value) }
      return true
    }

    for (key, name) in [("from=", "from"), ("to=", "to")] as [(StaticString, String)] where follows(key) {
      let address = isStrict ? ahead.takeStrictAddress() ?? ahead.takeCutAddress() : ahead.takeAddress()
      guard take(name, address) else { return nil }
    }
    if follows("proto=") {
      guard take("proto", ahead.take(while: \.isAlphanumeric)) else { return nil }
    }
    if follows("helo=") {
      guard take("helo", isStrict ? ahead.takeHELO() : ahead.takeLastHELO()) else { return nil }
    }
    for (key, name) in [
      ("sasl_method=", "sasl_method"), ("sasl_username=", "sasl_username"), ("sasl_sender=", "sasl_sender"),
    ]
      as [(StaticString, String)] where follows(key)
    {
      guard take(name, ahead.takeSASLValue(separator)) else { return nil }
    }
    guard !transaction.fields.isEmpty else { return nil }
    switch behind {
    case .nothing where !ahead.isAtEnd && isStrict: return nil
    case .colonAndText where !ahead.isAtEnd && !ahead.looks(at: ": ") && isStrict: return nil
    default: break
    }
    transaction.end = ahead.position
    self = ahead
    return transaction
  }

  /// An address that the end of the line cuts off.
  private mutating func takeCutAddress() -> ByteRange? {
    var ahead = self
    guard ahead.skip("<"), ahead.first("<") == nil, ahead.first(">") == nil || ahead.looks(at: "\"") else { return nil }
    self = ahead
    return takeRest()
  }

  /// smtpd replaces brackets in the name that a client gives itself; the name has no other end.
  private mutating func takeHELO() -> ByteRange? {
    var ahead = self
    guard ahead.skip("<") else { return nil }
    let helo =
      ahead.take { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") } ?? ByteRange(ahead.position, ahead.position)
    guard ahead.skip(">") || ahead.isAtEnd else { return nil }
    self = ahead
    return helo
  }

  private mutating func takeLastHELO() -> ByteRange? {
    var ahead = self
    guard ahead.skip("<") else { return nil }
    let helo = ahead.take(upToLast: ">") ?? ahead.takeRest()
    self = ahead
    return helo
  }

  private mutating func takeSASLValue(_ separator: StaticString) -> ByteRange? {
    let ends: [Int?] = [
      first(" sasl_username="), first(" sasl_sender="), first(", sasl_username="), first(", sasl_sender="),
    ]
    let value = ByteRange(position, ends.compactMap(\.self).min() ?? end)
    move(to: Int(value.end))
    return value
  }
}

extension LogEvent {
  mutating func add(_ transaction: Transaction) {
    fields += transaction.fields
    foreign += transaction.foreign
  }
}
