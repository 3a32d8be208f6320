public import LogParsing

/// Makes a log safe to show: names, addresses and ids become aliases, the same ones everywhere in the log, so that its
/// messages still join and its failures are still found.
///
/// Kept as they are: times, programs and process ids, the programs' own words, what servers answer apart from names in it,
/// names of providers and block lists that rules look for, loopback addresses, and `root`, `postmaster` and the like.
public struct Redactor {
  /// One run of the line that becomes something else.
  struct Replacement {
    let range: Range<Int>
    let bytes: [UInt8]
  }

  private var aliases: Aliases
  private var parser: RecordParser
  private let options: Pipeline.Options
  /// How many lines were left out because they have nothing to do with mail.
  public private(set) var linesOfOtherPrograms = 0

  /// Of `options` the times count: lines before and after them are left out.
  public init(_ rules: RuleSet, clock: LogClock, options: Pipeline.Options = Pipeline.Options()) {
    self.options = options
    aliases = Aliases(PublicNames(rules))
    parser = RecordParser(clock: clock)
  }

  /// Another input begins, with a clock of its own; aliases stay what they are.
  public mutating func begin(clock: LogClock) { parser = RecordParser(clock: clock) }

  /// The line made safe; `nil` for one that is left out: of another time, or of a program that has nothing to do with mail.
  public mutating func redact(_ line: [UInt8]) -> [UInt8]? {
    let record = parser.parse(line.span)
    guard options.covers(record) else { return nil }
    if record.daemon == .other {
      let isRepetition = record.program.isEmpty && line.span.first("last message repeated ", from: 0) != nil
      guard isRepetition else {
        linesOfOtherPrograms += 1
        return nil
      }
    }
    let event = LogEvent(line: line, record: record)
    return applied(replacements(event), to: event.line)
  }

  private func applied(_ replacements: [Replacement], to line: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var position = 0
    for replacement in replacements {
      output += line[position..<replacement.range.lowerBound] + replacement.bytes
      position = replacement.range.upperBound
    }
    return output + line[position...]
  }

  /// What becomes something else in the event's line, in order.
  mutating func replacements(_ event: LogEvent) -> [Replacement] {
    let line = event.line
    var found: [Replacement] = []
    var position = 0
    if !event.record.host.isEmpty {
      let host = event.record.host.indices
      found.append(Replacement(range: host, bytes: alias(ofHost: line[host])))
      position = host.upperBound
    }
    for part in parts(of: event) where part.range.lowerBound >= position {
      scan(line, position..<part.range.lowerBound, event, &found)
      found.append(contentsOf: replacements(for: part, in: line, event))
      position = part.range.upperBound
    }
    scan(line, position..<line.count, event, &found)
    return found.filter { line[$0.range].elementsEqual($0.bytes) == false }
  }

  // MARK: Parts that the parser knows

  private enum Kind { case queueID, address, host, user, messageID, content }

  private struct Part {
    let range: Range<Int>
    let kind: Kind
  }

  private static let kinds: [String: Kind] = [
    "from": .address, "to": .address, "orig_to": .address, "helo": .host, "sasl_username": .user,
    "message-id": .messageID,
    "content": .content, "queued_as": .queueID, "orig_queue_id": .queueID,
  ]

  private func parts(of event: LogEvent) -> [Part] {
    var parts: [Part] = []
    if !event.record.queueID.isEmpty { parts.append(Part(range: event.record.queueID.indices, kind: .queueID)) }
    for field in event.fields {
      guard let kind = Self.kinds[field.name], case .range(let range) = field.value, !range.isEmpty,
        range.indices.upperBound <= event.line.count
      else { continue }
      parts.append(Part(range: range.indices, kind: kind))
    }
    return parts.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private mutating func replacements(for part: Part, in line: [UInt8], _ event: LogEvent) -> [Replacement] {
    let text = line[part.range]
    switch part.kind {
    case .queueID: return [Replacement(range: part.range, bytes: aliases.queueID(text))]
    case .address: return [Replacement(range: part.range, bytes: aliases.address(text))]
    case .user: return [Replacement(range: part.range, bytes: aliases.address(text))]
    case .messageID: return [Replacement(range: part.range, bytes: aliases.messageID(text))]
    case .host: return [Replacement(range: part.range, bytes: alias(ofHost: text))]
    case .content: return [Replacement(range: part.range, bytes: Self.blanked(text))]
    }
  }

  private mutating func alias(ofHost text: ArraySlice<UInt8>) -> [UInt8] {
    let inner =
      text.first == UInt8(ascii: "[") ? text.dropFirst().dropLast(text.last == UInt8(ascii: "]") ? 1 : 0) : text
    if let bytes = LogWord.ip(inner) {
      let alias = aliases.ip(bytes, written: inner)
      return inner.count == text.count ? alias : [UInt8(ascii: "[")] + alias + [UInt8(ascii: "]")]
    }
    return aliases.host(text)
  }

  /// Header and body content: its first word up to a colon stays, of the rest only the shape.
  private static func blanked(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let name = text.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
    let isHeader = name.endIndex < text.endIndex && text[name.endIndex] == UInt8(ascii: ":")
    let kept = isHeader ? name : []
    return kept
      + text.dropFirst(kept.count).map {
        $0.isASCIILetter || $0 >= 0x80 ? UInt8(ascii: "x") : $0.isDecimalDigit ? UInt8(ascii: "0") : $0
      }
  }

  // MARK: Words

  private static let delimiters = Set(" \t<>()[]\",;'".utf8)
  /// Inside a run these part words, except in an address.
  private static let separators = Set("=/|:{}!?&#*^~$`\\".utf8)

  private mutating func scan(_ line: [UInt8], _ range: Range<Int>, _ event: LogEvent, _ found: inout [Replacement]) {
    var index = range.lowerBound
    while index < range.upperBound {
      if Self.delimiters.contains(line[index]) {
        index += 1
        continue
      }
      var end = index
      while end < range.upperBound, !Self.delimiters.contains(line[end]) { end += 1 }
      run(line, index..<end, behind: range.lowerBound, event, &found)
      index = end
    }
  }

  /// A run without blanks and brackets. What lies before `floor` is another part's.
  private mutating func run(
    _ line: [UInt8], _ range: Range<Int>, behind floor: Int, _ event: LogEvent, _ found: inout [Replacement]
  ) {
    if line[range].contains(UInt8(ascii: "@")) {
      let start = Self.behindKey(line, range)
      let end = Self.trimmed(line, start..<range.upperBound)
      guard let at = line[start..<end].lastIndex(of: UInt8(ascii: "@")) else { return }
      if line[start..<at].text.contains("://"),
        let local = line[start..<at].lastIndex(where: { "/?=&".utf8.contains($0) }).map({ $0 + 1 }), local < at
      {
        run(line, start..<local, behind: floor, event, &found)
        return run(line, local..<range.upperBound, behind: floor, event, &found)
      }
      if let host = Self.socketHost(line, start..<at) {
        return run(line, host..<range.upperBound, behind: floor, event, &found)
      }
      let local = at == start ? Self.quotedPart(line, endingAt: start, behind: floor, &found) : start
      if at + 1 == end { return found.append(Replacement(range: local..<at, bytes: aliases.user(line[local..<at]))) }
      let domainEnd =
        line[(at + 1)..<end].firstIndex { !($0.isNamePart || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")) }
        ?? end
      found.append(Replacement(range: local..<domainEnd, bytes: aliases.address(line[local..<domainEnd])))
      if domainEnd < end { run(line, domainEnd..<end, behind: floor, event, &found) }
      return
    }
    var index = range.lowerBound
    var isHome = false
    while index < range.upperBound {
      if let end = Self.addressEnd(line, index..<range.upperBound) {
        word(line, index..<end, event, &found)
        index = end
        continue
      }
      guard !Self.separators.contains(line[index]) else {
        index += 1
        continue
      }
      var end = index
      while end < range.upperBound, !Self.separators.contains(line[end]) { end += 1 }
      if isHome, line[index - 1] == UInt8(ascii: "/") {
        found.append(
          Replacement(
            range: index..<end,
            bytes: LogWord.isHost(line[index..<end]) ? aliases.host(line[index..<end]) : aliases.user(line[index..<end])
          ))
      } else {
        word(line, index..<end, event, &found)
      }
      isHome = isHome && LogWord.isHost(line[index..<end]) || Self.isHome(line, upTo: end)
      index = end
    }
  }

  /// Where the quoted local part begins that ends before the `@` at `at`; `at` if there is none. What was found inside the
  /// quotes is dropped, but no quote is looked for in what another part or another address has already become.
  private static func quotedPart(
    _ line: [UInt8], endingAt at: Int, behind floor: Int, _ found: inout [Replacement]
  ) -> Int {
    let quote = UInt8(ascii: "\"")
    guard at > floor, line[at - 1] == quote, let local = line[floor..<(at - 1)].lastIndex(of: quote) else { return at }
    var outside = found.count
    while outside > 0, found[outside - 1].range.lowerBound >= local { outside -= 1 }
    if outside > 0, found[outside - 1].range.upperBound > local { return at }
    found.removeSubrange(outside...)
    return local
  }

  /// Behind the `@` of `inet:8891@localhost`, as milters write where they listen.
  private static func socketHost(_ line: [UInt8], _ beforeAt: Range<Int>) -> Int? {
    let text = line[beforeAt].text
    guard text.hasPrefix("inet:") || text.hasPrefix("inet6:"), let colon = text.lastIndex(of: ":") else { return nil }
    return text[text.index(after: colon)...].allSatisfy(\.isNumber) ? beforeAt.upperBound + 1 : nil
  }

  /// Where an IPv6 address that begins here ends: its colons part no words.
  private static func addressEnd(_ line: [UInt8], _ range: Range<Int>) -> Int? {
    guard range.lowerBound == 0 || !line[range.lowerBound - 1].isHexadecimalDigit else { return nil }
    var end = range.lowerBound
    while end < range.upperBound,
      line[end].isHexadecimalDigit || line[end] == UInt8(ascii: ":") || line[end] == UInt8(ascii: ".")
    { end += 1 }
    guard line[range.lowerBound..<end].count(where: { $0 == UInt8(ascii: ":") }) >= 2 else { return nil }
    end = trimmed(line, range.lowerBound..<end)
    return LogWord.ip(line[range.lowerBound..<end]) == nil ? nil : end
  }

  private static func isHome(_ line: [UInt8], upTo end: Int) -> Bool {
    ["/home", "/var/mail", "/var/spool/mail", "/var/vmail", "/srv/vmail", "/vhosts"].contains {
      line[..<end].ends(with: $0)
    }
  }

  private mutating func word(_ line: [UInt8], _ range: Range<Int>, _ event: LogEvent, _ found: inout [Replacement]) {
    let range = range.lowerBound..<Self.trimmed(line, range)
    let text = line[range]
    guard !text.isEmpty else { return }
    let bytes: [UInt8]? =
      switch LogWord(text) {
      case .address: aliases.address(text)
      case .ip(let bytes): aliases.ip(bytes, written: text)
      case .host: Self.isSentence(text) ? nil : aliases.host(text)
      case .queueID: aliases.queueID(text)
      case .token: aliases.token(text)
      case .plain:
        if Self.isUser(line, range, event) {
          aliases.user(text)
        } else if Self.isPeer(line, range) {
          aliases.host(text)
        } else {
          nil
        }
      }
    if let bytes { found.append(Replacement(range: range, bytes: bytes)) }
  }

  /// `rejected.See`: two sentences without a blank, not a host.
  private static func isSentence(_ text: ArraySlice<UInt8>) -> Bool {
    let labels = text.split(separator: UInt8(ascii: "."))
    guard labels.count == 2 else { return false }
    return labels[0].allSatisfy { (0x61...0x7A).contains($0) }
      && (0x41...0x5A).contains(labels[1][labels[1].startIndex])
      && labels[1].dropFirst().allSatisfy { (0x61...0x7A).contains($0) }
  }

  /// `laptop[192.0.2.1]`, `mail[private/lmtp]`
  private static func isPeer(_ line: [UInt8], _ range: Range<Int>) -> Bool {
    guard range.upperBound + 1 < line.count, line[range.upperBound] == UInt8(ascii: "[") else { return false }
    let inner = line[(range.upperBound + 1)...].prefix { $0 != UInt8(ascii: "]") }
    return LogWord.ip(inner) != nil || inner.starts(with: "private/".utf8)
  }

  private static let userMarks = [
    "user=<", "user=", "username=", "sasl_username=", "user \"", "user: \"", "unknown user \"", "owner=", "login=",
  ]

  /// Whether what stands before says that this is somebody's login.
  private static func isUser(_ line: [UInt8], _ range: Range<Int>, _ event: LogEvent) -> Bool {
    let before = line[..<range.lowerBound]
    if userMarks.contains(where: { before.ends(with: $0) }) { return true }
    // Dovecot: `lmtp(alice)<71><…>:`, `passwd-file(alice,192.0.2.1)`.
    guard event.record.daemon == .dovecot, before.last == UInt8(ascii: "("),
      line[range].contains(where: \.isASCIILetter)
    else {
      return false
    }
    return before.dropLast().last.map { $0.isNamePart } ?? false
  }

  /// Behind `to=`, `smtp.mailfrom=` and the like, which are no part of an address.
  private static func behindKey(_ line: [UInt8], _ range: Range<Int>) -> Int {
    guard let equals = line[range].firstIndex(of: UInt8(ascii: "=")) else {
      return line[range].starts(with: "mailto:".utf8) ? range.lowerBound + 7 : range.lowerBound
    }
    let key = line[range.lowerBound..<equals].text.lowercased()
    let isKey = keys.contains(key) || key.contains(".") && key.allSatisfy { $0.isLetter || $0 == "." }
    return isKey ? equals + 1 : range.lowerBound
  }

  private static let keys: Set<String> = [
    "to", "from", "orig_to", "user", "username", "sasl_username", "sender", "recipient", "addr", "rcpt", "mail", "helo",
    "client", "relay", "id", "i", "envelope-from", "identity", "msgid", "message-id", "login", "owner",
  ]

  /// Without the full stops, colons and hyphens that end a word but belong to the sentence.
  private static func trimmed(_ line: [UInt8], _ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound,
      [UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "!")].contains(line[end - 1])
    {
      end -= 1
    }
    return end
  }
}

extension ArraySlice<UInt8> {
  /// Whether it ends with `text`, whatever the case.
  fileprivate func ends(with text: String) -> Bool {
    count >= text.utf8.count
      && zip(suffix(text.utf8.count), text.utf8).allSatisfy { ($0.isASCIILetter ? $0 | 0x20 : $0) == $1 }
  }
}
