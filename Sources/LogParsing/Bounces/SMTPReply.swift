/// An SMTP reply (RFC 5321, section 4.2) whose lines stand one behind the other, as Postfix logs them.
struct SMTPReply {
  let text: ArraySlice<UInt8>

  /// The reply in `text`, from its first code to the end; `nil` if no word of it is a reply code.
  init?(in text: ArraySlice<UInt8>) {
    var wordBegins = true
    for index in text.indices {
      if wordBegins, let code = Self.code(of: text[index...]), code >= 400 {
        self.text = text[index...].withoutBlanks
        return
      }
      wordBegins = text[index].isBlank || Self.quotes.contains(text[index])
    }
    return nil
  }

  /// The reply code that `text` opens with: three digits before a hyphen, a space or the end.
  static func code(of text: ArraySlice<UInt8>) -> Int? {
    let head = text.prefix(4)
    guard head.count >= 3, head.prefix(3).allSatisfy(\.isDigit) else { return nil }
    if head.count == 4, let next = head.last, next != UInt8(ascii: "-"), !next.isBlank { return nil }
    let code = head.prefix(3).reduce(0) { $0 * 10 + Int($1) - 0x30 }
    return (200..<600).contains(code) && code % 100 < 60 ? code : nil
  }

  /// Whether `text` opens as a reply does; a 2xx or 3xx code counts only with an enhanced status code behind it.
  static func begins(_ text: ArraySlice<UInt8>) -> Bool {
    guard let code = code(of: text) else { return false }
    return code >= 400 || enhancedStatus(in: text) != nil
  }

  /// The enhanced status code (RFC 3463) behind the reply code that `text` opens with, or at its very start.
  static func enhancedStatus(in text: ArraySlice<UInt8>) -> String? {
    let afterCode = code(of: text) == nil ? text : text.dropFirst(4)
    guard let word = afterCode.words.first else { return nil }
    let status = word.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
    let numbers = status.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers.allSatisfy({ 1...3 ~= $0.count }), numbers[0].count == 1,
      let statusClass = status.first, [0x32, 0x34, 0x35].contains(statusClass)
    else { return nil }
    return status.text
  }

  /// Whether the last line of the reply is there: its code stands without a hyphen (RFC 5321, section 4.2.1).
  static func isComplete(_ text: ArraySlice<UInt8>) -> Bool {
    guard let code = code(of: text) else { return false }
    return text.words.contains { $0.isSame(as: String(code)) }
  }

  private static let quotes = Array("'\"#".utf8)
}
