/// Dovecot writes passwords into its log when it is told to (`auth_verbose_passwords`, `auth_debug_passwords`). Nobody who
/// looks for a failure needs them, and reports, alerts and databases outlive the log: so they end here.
extension LogEvent {
  /// The line with a star for every byte of a password, so that ranges of the line stay what they are.
  static func withoutPasswords(_ line: [UInt8], _ record: LogRecord) -> [UInt8] {
    let text = record.text.indices.clamped(to: 0..<line.count)
    let secrets = passwords(in: line, text)
    guard !secrets.isEmpty else { return line }
    var safe = line
    for place in secrets.joined() { safe[place] = UInt8(ascii: "*") }
    return safe
  }

  private static func passwords(in line: [UInt8], _ text: Range<Int>) -> [Range<Int>] {
    var secrets: [Range<Int>] = []
    // `(given password: P)`, `(SHA1 of given password: P)`; P itself may hold parentheses.
    if let begin = line.span.end(of: "given password: ", in: text) {
      secrets.append(begin..<(line[begin..<text.upperBound].lastIndex(of: UInt8(ascii: ")")) ?? text.upperBound))
    }
    // `sql(U,A): SHA512-CRYPT(P) != '$6$…'`
    if line.span.end(of: ") != '", in: text) != nil {
      let scheme = line.span.end(of: "): ", in: text) ?? text.lowerBound
      if let begin = line.span.end(of: "(", in: scheme..<text.upperBound) { secrets.append(begin..<text.upperBound) }
    }
    // The protocol between Dovecot's processes, its fields apart by tabs, which syslog writes `#011`.
    let keys: [StaticString] = ["resp=", "pass=", "password="]
    for key in keys {
      var place = text.lowerBound
      while let begin = line.span.end(of: key, in: place..<text.upperBound) {
        place = begin
        let before = begin - key.utf8CodeUnitCount - 1
        // `nopassword=y` is another word; `<hidden>` is what Dovecot itself writes in the place of one.
        guard before < text.lowerBound || !(line[before].isUppercase || line[before].isLowercase),
          begin < text.upperBound,
          line[begin] != UInt8(ascii: "<")
        else { continue }
        place = endOfField(line, begin..<text.upperBound)
        secrets.append(begin..<place)
      }
    }
    return secrets
  }

  private static func endOfField(_ line: [UInt8], _ range: Range<Int>) -> Int {
    let blank = line[range].firstIndex(where: \.isSpace) ?? range.upperBound
    return line.span.end(of: "#011", in: range.lowerBound..<blank).map { $0 - 4 } ?? blank
  }
}

extension Span<UInt8> {
  /// Where `word` ends that first stands in `range`.
  fileprivate func end(of word: StaticString, in range: Range<Int>) -> Int? {
    guard let start = first(word, from: range.lowerBound) else { return nil }
    let end = start + word.utf8CodeUnitCount
    return end <= range.upperBound ? end : nil
  }
}
