/// What another server answered: `550-5.7.1 first line 550 5.7.1 last line`.
struct RemoteReply {
  var code: ByteRange?
  var enhanced: ByteRange?
  /// The words, without the codes that every line of the answer begins with.
  var text: FieldValue
}

extension LogEvent {
  /// Reads an SMTP answer; Postfix joins its lines with a blank and keeps the code of each.
  func remoteReply(in range: ByteRange) -> RemoteReply {
    var cursor = ByteCursor(line, in: innermostReply(in: range))
    guard let code = cursor.takeReplyCode() else { return RemoteReply(text: trimmed(cursor.rest)) }
    let isMultiLine = cursor.skip("-")
    if !isMultiLine { _ = cursor.skip(" ") }
    var enhanced = cursor.takeEnhancedCode()
    guard isMultiLine else { return RemoteReply(code: code, enhanced: enhanced, text: trimmed(cursor.rest)) }

    // The blank behind the code may belong to the next line's beginning.
    if let enhanced { cursor.move(to: Int(enhanced.end)) }
    var text: [UInt8] = []
    let lastLine = lastLine(of: code, in: cursor)
    while let next = cursor.next {
      if cursor.position <= lastLine, next.isSpace || next == UInt8(ascii: "?"),
        let line = beginning(ofLineWith: code, at: cursor.position + 1, in: cursor),
        line.isContinued || cursor.position + 1 == lastLine
      {
        enhanced = enhanced ?? line.enhanced
        cursor.move(to: line.end)
        text.append(UInt8(ascii: " "))
      } else {
        text.append(next)
        cursor.move(to: cursor.position + 1)
      }
    }
    return RemoteReply(code: code, enhanced: enhanced, text: .bytes(collapsed(text[...])))
  }

  /// A server that quotes the server behind it says `… said: 550 …` itself; the innermost answer is the reason.
  private func innermostReply(in range: ByteRange) -> ByteRange {
    var cursor = ByteCursor(line, in: range)
    var innermost = range
    while cursor.take(upTo: " said: ") != nil {
      var reply = cursor
      if reply.takeReplyCode() != nil { innermost = cursor.rest }
    }
    return innermost
  }

  /// Where the last line of a multi-line answer begins: at the first `550 ` that no `550-` follows.
  private func lastLine(of code: ByteRange, in cursor: ByteCursor) -> Int {
    var result = Int.max
    for position in cursor.rest.indices.reversed() where isBehindBreak(position) {
      var ahead = cursor
      ahead.move(to: position)
      guard let next = ahead.takeReplyCode(), line[next] == line[code] else { continue }
      if ahead.looks(at: "-") { return result == .max ? position : result }
      result = position
    }
    return result
  }

  /// Postfix joins the lines with a blank, its SASL code with `?`.
  private func isBehindBreak(_ position: Int) -> Bool {
    line[position].isDigit && position > 0 && (line[position - 1].isSpace || line[position - 1] == UInt8(ascii: "?"))
  }

  /// The code that begins a line of an answer, with its enhanced code, if it stands at `start`.
  private func beginning(ofLineWith code: ByteRange, at start: Int, in cursor: ByteCursor)
    -> (isContinued: Bool, enhanced: ByteRange?, end: Int)?
  {
    var cursor = cursor
    cursor.move(to: start)
    guard let next = cursor.takeReplyCode(), line[next] == line[code] else { return nil }
    let isContinued = cursor.skip("-")
    if !isContinued { _ = cursor.skip(" ") }
    guard let enhanced = cursor.takeEnhancedCode() else { return (isContinued, nil, cursor.position) }
    return (isContinued, enhanced, Int(enhanced.end))
  }

  /// The bytes with each run of blanks made one; still a range when nothing changes.
  private func trimmed(_ range: ByteRange) -> FieldValue {
    let bytes = line[range]
    let result = collapsed(bytes)
    if let start = bytes.firstIndex(where: { !$0.isSpace }), bytes[start...].starts(with: result) {
      return .range(ByteRange(start, start + result.count))
    }
    return result.isEmpty ? .range(ByteRange(bytes.startIndex, bytes.startIndex)) : .bytes(result)
  }

  private func collapsed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes.split(whereSeparator: \.isSpace).joined(separator: [UInt8(ascii: " ")]))
  }
}

extension ByteCursor {
  /// Takes the three digits of an SMTP answer if they stand alone.
  mutating func takeReplyCode() -> ByteRange? {
    var ahead = self
    guard let code = ahead.take(while: \.isDigit), code.count == 3,
      ahead.isAtEnd || ahead.looks(at: " ") || ahead.looks(at: "-")
    else { return nil }
    self = ahead
    return code
  }

  /// Takes an enhanced status code (RFC 3463) and the blanks behind it.
  mutating func takeEnhancedCode() -> ByteRange? {
    var ahead = self
    let start = ahead.position
    guard ahead.skip("2.") || ahead.skip("4.") || ahead.skip("5."), let subject = ahead.take(while: \.isDigit),
      subject.count <= 3, ahead.skip("."), let detail = ahead.take(while: \.isDigit), detail.count <= 3
    else { return nil }
    let code = ByteRange(start, ahead.position)
    guard ahead.isAtEnd || ahead.take(while: \.isSpace) != nil else { return nil }
    self = ahead
    return code
  }
}
