extension ByteCursor {
  /// Takes `<address>` as Postfix logs it and gives what stands between the brackets.
  ///
  /// A local part that holds `>`, blanks or commas is logged in quotes (`info_log_address_format = external`), and a
  /// domain may be a literal in brackets; neither ends the address. Without a closing bracket it runs to the end: lines
  /// are cut at 2,000 bytes.
  mutating func takeAddress() -> ByteRange? {
    guard skip("<") else { return nil }
    if let end = endOfAddress(from: position) {
      defer { move(to: end + 1) }
      return ByteRange(position, end)
    }
    return take(upTo: ">") ?? takeRest()
  }

  /// Like `takeAddress`, but only when the address is whole and holds no bracket outside quotes.
  mutating func takeStrictAddress() -> ByteRange? {
    guard looks(at: "<"), let end = endOfAddress(from: position + 1) else { return nil }
    defer { move(to: end + 1) }
    return ByteRange(position + 1, end)
  }

  /// Where the `>` stands that closes the address which begins at `start`.
  private func endOfAddress(from start: Int) -> Int? {
    var index = start
    if index < end, bytes[index] == UInt8(ascii: "\"") {
      guard let behindQuotes = endOfQuotes(from: index) else { return nil }
      index = behindQuotes
    }
    var isInLiteral = false
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: ">") where !isInLiteral: return index
      case UInt8(ascii: "<"): return nil
      case UInt8(ascii: "["): isInLiteral = index > start && bytes[index - 1] == UInt8(ascii: "@")
      case UInt8(ascii: "]"): isInLiteral = false
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Where the quoted local part that opens at `start` has ended; behind it only `@` or `>` can follow.
  private func endOfQuotes(from start: Int) -> Int? {
    var index = start + 1
    while index < end, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
    let next = index + 1
    guard next < end, bytes[next] == UInt8(ascii: "@") || bytes[next] == UInt8(ascii: ">") else { return nil }
    return next
  }
}
