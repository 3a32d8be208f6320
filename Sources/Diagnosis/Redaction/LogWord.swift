import LogParsing

/// What a word of a log line is, as far as it may give somebody away.
enum LogWord: Equatable {
  case plain
  case address(at: Int)
  case ip([UInt8])
  case host
  /// A Postfix queue id, or one that another server gave.
  case queueID
  /// Something unique: long, with digits and letters.
  case token

  init(_ word: ArraySlice<UInt8>) {
    if let at = word.lastIndex(of: UInt8(ascii: "@")), at > word.startIndex {
      self = .address(at: at)
    } else if let bytes = Self.ip(word) {
      self = .ip(bytes)
    } else if Self.isHost(word) {
      self = .host
    } else if Self.isQueueID(word) {
      self = .queueID
    } else if Self.isToken(word) {
      self = .token
    } else {
      self = .plain
    }
  }

  static func ip(_ word: ArraySlice<UInt8>) -> [UInt8]? {
    guard word.count <= 45, word.contains(UInt8(ascii: ":")) || word.contains(UInt8(ascii: ".")),
      word.allSatisfy({ $0.isHexadecimalDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
    else { return nil }
    return IPAddress(word.text)?.bytes
  }

  /// Labels joined by dots, the last of letters: nothing that only looks so, such as a file or a property of mail headers.
  static func isHost(_ word: ArraySlice<UInt8>) -> Bool {
    let labels = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last, (2...24).contains(last.count), labels.allSatisfy({ !$0.isEmpty })
    else { return false }
    guard word.allSatisfy({ $0.isNamePart || $0 == UInt8(ascii: ".") }) else { return false }
    let isTopLevel = last.allSatisfy { $0.isASCIILetter || $0 >= 0x80 } || last.text.lowercased().hasPrefix("xn--")
    let end = last.text.lowercased()
    return isTopLevel && !fileEndings.contains(end) && !properties.contains(word.text.lowercased())
  }

  static let fileEndings: Set<String> = [
    "cf", "conf", "db", "log", "pem", "key", "crt", "private", "txt", "sock", "service", "pid", "lock", "lmdb", "cdb",
    "tmp", "socket", "timer", "mount", "target", "slice", "scope", "cache", "index", "pcre", "regexp", "cidr", "lua",
    "sieve", "svbin", "ini", "list", "default", "php", "html", "htm", "aspx", "asp", "jsp", "default", "map", "hash",
  ]
  /// Authentication results (RFC 8601) name these.
  private static let properties: Set<String> = [
    "smtp.mailfrom", "smtp.mail", "smtp.helo", "smtp.auth", "smtp.rcptto", "header.from", "header.sender",
    "policy.iprev", "in-addr.arpa", "ip6.arpa",
  ]

  /// Upper-case hexadecimal with digits and letters, or the long form with its `z`.
  static func isQueueID(_ word: ArraySlice<UInt8>) -> Bool {
    let digits = word.count { $0.isDecimalDigit }
    guard (9...24).contains(word.count), digits > 0, digits < word.count else { return false }
    if word.allSatisfy({ $0.isDecimalDigit || (0x41...0x46).contains($0) }) { return true }
    guard let separator = word.lastIndex(of: UInt8(ascii: "z")), separator - word.startIndex >= 10,
      separator + 1 < word.endIndex
    else { return false }
    let vowels = Array("aeiouAEIOU".utf8)
    return word.allSatisfy { ($0.isDecimalDigit || $0.isASCIILetter) && !vowels.contains($0) }
  }

  /// `d9443c01a7336-1cc2e3si1234567.92`; names of ciphers are written in capitals.
  static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
    word.count >= 12 && word.count { $0.isDecimalDigit } >= 4 && word.contains { (0x61...0x7A).contains($0) }
      && word.allSatisfy { $0.isDecimalDigit || $0.isASCIILetter || "-_.".utf8.contains($0) }
  }
}

extension UInt8 {
  var isDecimalDigit: Bool { (0x30...0x39).contains(self) }
  var isASCIILetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  var isHexadecimalDigit: Bool { isDecimalDigit || (0x61...0x66).contains(self | 0x20) }
  /// What a label of a host name may hold; bytes of other scripts too.
  var isNamePart: Bool {
    isDecimalDigit || isASCIILetter || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self >= 0x80
  }
}
