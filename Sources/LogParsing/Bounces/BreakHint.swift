/// What the words around a line break tell of it.
enum BreakHint {
  /// The break is in a word, and no blank can have stood there: `host mx[192.0.` `2.1]`.
  case certainlyInWord
  /// The break looks as if it were in a word: `mes` `sage`.
  case inWord
  /// The break looks as if a blank had stood there: `refused.` `Please`.
  case betweenWords
  /// A blank stood there: `in` `reply`, `dsn=5.7.1,` `status=bounced`.
  case certainlyBetweenWords

  /// The hint of a break with `before` on its left and `after` on its right, or `nil`.
  static func find(before: ArraySlice<UInt8>, after: ArraySlice<UInt8>) -> BreakHint? {
    let tail = before.suffix(longestWord).split(whereSeparator: \.isBlank).last ?? []
    let head = after.prefix(longestWord).prefix { !$0.isBlank }
    guard let left = tail.last, let right = head.first else { return nil }
    if tail.count > 1, neverLast.contains(left) { return .certainlyInWord }
    if neverFirst.contains(right), head.count > 1 || right != UInt8(ascii: "=") { return .certainlyInWord }
    if tail.hasOpen("<", ">") || tail.hasOpen("[", "]") && tail.first != UInt8(ascii: "[") { return .certainlyInWord }
    if isLabel(tail) { return .betweenWords }
    return field(tail, head) ?? punctuation(tail, head) ?? vocabulary(tail, head)
  }

  /// Whether a line that ends with `last` goes on in the middle of a word, whatever follows.
  static func leavesWordOpen(_ last: UInt8) -> Bool { neverLast.contains(last) }

  private static let neverLast = Array("=<([@".utf8)
  private static let neverFirst = Array(",;)]>@=".utf8)
  private static let longestWord = 320

  /// Postfix's fields begin behind a blank, and many end with a comma: `delay` `s=0.1/0/0/0` was one word, `25,`
  /// `delays=0.1/0/0/0` two.
  private static func field(_ tail: ArraySlice<UInt8>, _ head: ArraySlice<UInt8>) -> BreakHint? {
    if tail.last != UInt8(ascii: ","), let name = tail.text(before: "="),
      fieldsWithComma.contains(where: { name.isSame(as: $0) })
    {
      return .inWord
    }
    guard let name = head.prefix(longestName).text(before: "=") else { return nil }
    if fields.contains(where: { name.isSame(as: $0) }) {
      return tail.last == UInt8(ascii: ",") ? .certainlyBetweenWords : .betweenWords
    }
    let whole = Array(tail.suffix(longestName) + name)
    return fields.contains { whole[...].closes(with: $0) } ? .inWord : nil
  }

  private static func punctuation(_ tail: ArraySlice<UInt8>, _ head: ArraySlice<UInt8>) -> BreakHint? {
    guard let left = tail.last, let right = head.first else { return nil }
    let next = head.dropFirst().first
    if left == UInt8(ascii: ",") || left == UInt8(ascii: ";") || right == UInt8(ascii: "(") { return .betweenWords }
    if left == UInt8(ascii: ")") || right == UInt8(ascii: "<") { return .betweenWords }
    if left.isLowercase, right.isUppercase, !tail.contains(UInt8(ascii: "/")) { return .betweenWords }
    if left == UInt8(ascii: "."), tail.count > 1 {
      if right.isUppercase { return .betweenWords }
      return right.isLowercase ? .inWord : nil
    }
    if left == UInt8(ascii: "_") || right == UInt8(ascii: "_") { return .inWord }
    guard let next, next.isLetter || next.isDigit else { return nil }
    return wordMarks.contains(right) ? .inWord : nil
  }

  private static let wordMarks = Array(".-&?%:".utf8)

  /// A level or the end of a tag: `warning:`, `postfix/smtpd[12]:`.
  private static func isLabel(_ word: ArraySlice<UInt8>) -> Bool {
    word.closes(with: "]:") || word.last == UInt8(ascii: ":") && words.contains(word.suffix(longestName).letters)
  }

  private static func vocabulary(_ tail: ArraySlice<UInt8>, _ head: ArraySlice<UInt8>) -> BreakHint? {
    let left = tail.suffix(longestName).letters
    let right = head.prefix(longestName).letters
    switch (words.contains(left), words.contains(right)) {
    case (true, true): return .certainlyBetweenWords
    case (false, false) where words.contains(left + right): return .inWord
    case (true, false), (false, true), (false, false):
      let isLetterAlone = head.count == 1 && right.count == 1 && !lettersAlone.contains(right)
      return isLetterAlone ? .inWord : nil
    }
  }

  private static let longestName = 24
  private static let fieldsWithComma = ["orig_to", "relay", "delay", "delays", "conn_use", "tls", "dsn", "size"]
  private static let fields =
    fieldsWithComma + [
      "to", "from", "status", "nrcpt", "client", "proto", "helo", "message-id", "uid", "sasl_method", "sasl_username",
      "orig_queue_id", "orig_client", "commands",
    ]
  private static let lettersAlone: Set = ["a", "i", "y", "e", "o", "u"]

  /// Words that are frequent in replies and in mail logs.
  private static let words: Set = [
    "a", "about", "access", "account", "address", "again", "and", "are", "as", "at", "authentication", "be", "been",
    "blocked", "by", "can", "client", "command", "connect", "connection", "contact", "content", "data", "delivery",
    "denied", "detected", "does", "domain", "due", "email", "end", "error", "exist", "failed", "for", "from",
    "guidelines", "has", "have", "host", "if", "in", "information", "ip", "is", "it", "later", "list", "local",
    "mail", "mailbox", "message", "messages", "more", "network", "no", "not", "of", "on", "our", "out", "please",
    "policy", "receiving", "recipient", "records", "refused", "regarding", "rejected", "relay", "reply", "said",
    "see", "sender", "sending", "sent", "server", "service", "spam", "system", "temporarily", "than", "that", "the",
    "this", "timed", "to", "too", "try", "unavailable", "unknown", "user", "visit", "warning", "was", "while",
    "will", "with", "you", "your",
  ]
}

extension ArraySlice<UInt8> {
  /// Whether `opening` stands in it with no `closing` behind.
  fileprivate func hasOpen(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar) -> Bool {
    let opening = UInt8(ascii: opening)
    return last { $0 == opening || $0 == UInt8(ascii: closing) } == opening
  }

  /// It as a word in lower case, without the punctuation around it.
  fileprivate var letters: String {
    guard let first = firstIndex(where: \.isLetter), let last = lastIndex(where: \.isLetter) else { return "" }
    return self[first...last].text.lowercased()
  }
}
