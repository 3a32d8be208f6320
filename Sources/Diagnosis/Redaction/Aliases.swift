import LogParsing

/// What stands in for each thing that could give somebody away; equal things have equal aliases.
struct Aliases {
  private var users = AliasTable()
  private var domains = AliasTable()
  private var labels = AliasTable()
  private var ids = AliasTable()
  private var addresses = AddressAliases()
  private let publicNames: PublicNames

  init(_ publicNames: PublicNames) { self.publicNames = publicNames }

  private static let openUsers: Set<String> = ["", "root", "postmaster", "mailer-daemon", "double-bounce", "unknown"]
  private static let openHosts: Set<String> = [
    "localhost", "localhost.localdomain", "unknown", "local", "none", "virtual",
  ]
  /// Endings that Postfix and its rules look at; all others become `.example` (RFC 2606).
  private static let openEndings: Set<String> = ["local", "localdomain", "lan", "internal", "invalid", "test", "arpa"]

  mutating func user(_ name: ArraySlice<UInt8>) -> [UInt8] {
    if Self.openUsers.contains(name.text.lowercased()) { return Array(name) }
    return Array("u\(users.number(of: name))".utf8)
  }

  /// `mail.example.com` becomes `h1.d1.example`, `example.com` then is `d1.example`; a name of one label is `h2`.
  mutating func host(_ name: ArraySlice<UInt8>) -> [UInt8] {
    let text = name.text.lowercased()
    if let reversed = reversedAddress(text) { return Array(reversed.utf8) }
    if Self.openHosts.contains(text) || publicNames.contains(text) { return Array(name) }
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: true)
    guard parts.count > 1, let last = parts.last else { return Array("h\(labels.number(of: name))".utf8) }
    let ending = Self.openEndings.contains(last.text.lowercased()) ? last.text.lowercased() : "example"
    let depth = Self.isShared(parts) ? 3 : 2
    let registered = parts.suffix(depth).joined(separator: [UInt8(ascii: ".")])
    let domain = "d\(domains.number(of: Array(registered))).\(ending)"
    let hosts = parts.dropLast(depth).map { "h\(labels.number(of: $0))" }
    return Array((hosts + [domain]).joined(separator: ".").utf8)
  }

  /// `co.uk`, `com.br`: a registry's own second level.
  private static func isShared(_ parts: [ArraySlice<UInt8>]) -> Bool {
    guard parts.count > 2, parts[parts.count - 1].count == 2 else { return false }
    return ["co", "com", "net", "org", "ac", "gov", "edu", "gouv", "asso"].contains(
      parts[parts.count - 2].text.lowercased())
  }

  /// `1.2.0.192.zen.spamhaus.org`, `1.2.0.192.in-addr.arpa`: the address is turned round in front of an open name.
  private mutating func reversedAddress(_ text: String) -> String? {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    for length in [4, 32] where labels.count > length {
      let tail = labels[length...].joined(separator: ".")
      guard tail == "in-addr.arpa" || tail == "ip6.arpa" || publicNames.contains(tail) else { continue }
      guard let bytes = Self.bytes(ofReversed: labels[..<length]) else { continue }
      return Self.reversed(addresses.alias(of: bytes) ?? bytes) + tail
    }
    return nil
  }

  private static func bytes(ofReversed labels: ArraySlice<Substring>) -> [UInt8]? {
    if labels.count == 4 {
      let bytes = labels.reversed().compactMap { UInt8($0) }
      return bytes.count == 4 ? bytes : nil
    }
    let nibbles = labels.reversed().compactMap { $0.count == 1 ? UInt8($0, radix: 16) : nil }
    guard nibbles.count == 32 else { return nil }
    return (0..<16).map { nibbles[$0 * 2] << 4 | nibbles[$0 * 2 + 1] }
  }

  private static func reversed(_ bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.reversed().map { "\($0)." }.joined() }
    return bytes.reversed().map { "\(String($0 & 15, radix: 16)).\(String($0 >> 4, radix: 16))." }.joined()
  }

  mutating func ip(_ bytes: [UInt8], written word: ArraySlice<UInt8>) -> [UInt8] {
    guard let alias = addresses.alias(of: bytes) else { return Array(word) }
    return Array(Self.text(alias).utf8)
  }

  private static func text(_ bytes: [UInt8]) -> String {
    // Mapped addresses are logged with dots (RFC 5952, section 5).
    let isMapped = bytes.count == 16 && bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
    let text = IPAddress(bytes: isMapped ? bytes.suffix(4) : bytes[...])?.text ?? ""
    return isMapped ? "::ffff:" + text : text
  }

  /// As long as the id, and of its form, so that whoever reads the log takes it for one.
  mutating func queueID(_ id: ArraySlice<UInt8>) -> [UInt8] {
    let number = ids.number(of: id)
    if let separator = id.lastIndex(of: UInt8(ascii: "z")) {
      let time = Self.padded(String(number), with: "1", to: separator - id.startIndex)
      return Array((time + "z" + String(repeating: "1", count: id.endIndex - separator - 1)).utf8)
    }
    let digits = String(number, radix: 16, uppercase: true)
    return Array(("A" + Self.padded(digits, with: "0", to: id.count - 1)).utf8)
  }

  mutating func token(_ word: ArraySlice<UInt8>) -> [UInt8] {
    Array(Self.padded(String(ids.number(of: word)), with: "x", to: word.count).utf8)
  }

  private static func padded(_ text: String, with filler: Character, to length: Int) -> String {
    String(repeating: filler, count: max(0, length - text.count)) + text
  }

  /// `user@host`; the host may be missing, or an address in brackets.
  mutating func address(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return user(text) }
    if publicNames.isContact(text[(at + 1)...].text.lowercased()) { return Array(text) }
    return user(text[..<at]) + [UInt8(ascii: "@")] + domain(text[(at + 1)...])
  }

  private mutating func domain(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else {
      if case .ip(let bytes) = LogWord(text) { return ip(bytes, written: text) }
      return host(text)
    }
    let inner = text.dropFirst().dropLast()
    let prefix = inner.text.lowercased().hasPrefix("ipv6:") ? inner.prefix(5) : []
    guard let bytes = LogWord.ip(inner.dropFirst(prefix.count)) else { return host(inner) }
    return [UInt8(ascii: "[")] + prefix + ip(bytes, written: inner.dropFirst(prefix.count)) + [UInt8(ascii: "]")]
  }

  /// Message ids are made by the sender's programs; Postfix's own hold the queue id, and keep that.
  mutating func messageID(_ id: ArraySlice<UInt8>) -> [UInt8] {
    let at = id.lastIndex(of: UInt8(ascii: "@"))
    let local = id[..<(at ?? id.endIndex)]
    let parts = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    var alias = Array("id\(ids.number(of: local))".utf8)
    if parts.count == 2, parts[0].count == 14, parts[0].allSatisfy(\.isDecimalDigit) {
      alias = parts[0] + [UInt8(ascii: ".")] + queueID(parts[1])
    }
    guard let at else { return alias }
    return alias + [UInt8(ascii: "@")] + domain(id[(at + 1)...])
  }
}
