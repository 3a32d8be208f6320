import LogParsing

/// A line's text as an expression: fixed words as they stand, what varies as named groups.
struct LineShape {
  private(set) var pattern = ""
  private(set) var names: [String] = []
  /// The fixed words, as they stand.
  private var words: [String] = []

  private let event: LogEvent
  private let range: Range<Int>
  private let replacements: [Redactor.Replacement]
  private static let mostWords = 14

  init(_ event: LogEvent, _ range: Range<Int>, _ replacements: [Redactor.Replacement]) {
    self.event = event
    self.range = range
    self.replacements = replacements
  }

  mutating func build() {
    var parts: [String] = []
    var index = range.lowerBound
    let line = event.line
    while index < range.upperBound {
      if line[index] == 0x20 {
        index += 1
        continue
      }
      var end = index
      while end < range.upperBound, line[end] != 0x20 { end += 1 }
      // Words that a stranger chose can be any number of words.
      if let foreign = event.foreign.first(where: { $0.indices.overlaps(index..<end) }),
        range.upperBound > Int(foreign.end),
        foreign.indices.contains(where: { line[$0] == 0x20 }), !isReply
      {
        end = min(max(end, Int(foreign.end)), range.upperBound)
        while end < range.upperBound, line[end] != 0x20 { end += 1 }
        parts.append(".*")
      } else {
        parts.append(word(index..<end))
      }
      index = end
    }
    var joined: [String] = []
    for part in parts.prefix(Self.mostWords) where part != ".*" || joined.last != ".*" { joined.append(part) }
    while joined.last == ".*" { joined.removeLast() }
    pattern = joined.joined(separator: " ")
  }

  private var isReply: Bool { event.kind == .delivery }

  /// A few words of the text, for an id.
  var slug: String {
    let plain = words.map { $0.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }
    let text = plain.filter { $0.count > 2 }.prefix(4).joined(separator: "-")
    return text.isEmpty ? "new" : String(text.prefix(48))
  }

  /// The sample with one of its fixed words another.
  func nearMiss(of sample: [UInt8]) -> [UInt8] {
    let text = sample.text
    guard let word = words.max(by: { $0.count < $1.count }), let place = text.ranges(of: word).last else {
      return sample
    }
    return Array((text[..<place.lowerBound] + "otherwise" + text[place.upperBound...]).utf8)
  }

  /// One word: its brackets and stops as they stand, inside them a group if it varies.
  private mutating func word(_ range: Range<Int>) -> String {
    let line = event.line
    var core = range
    let opening = Set("<(\"'".utf8)
    let closing = Set(">)\"',;:.".utf8)
    while core.lowerBound < core.upperBound, opening.contains(line[core.lowerBound]) {
      core = (core.lowerBound + 1)..<core.upperBound
    }
    while core.lowerBound < core.upperBound, closing.contains(line[core.upperBound - 1]) {
      core = core.lowerBound..<(core.upperBound - 1)
    }
    let head = line[range.lowerBound..<core.lowerBound].text.escapedForRE2
    let tail = line[core.upperBound..<range.upperBound].text.escapedForRE2
    let text = line[core].text
    // `to=<…>`, `relay=…`: the key stays.
    if let equals = text.firstIndex(of: "="), varies(core), text[..<equals].allSatisfy({ $0.isLetter || $0 == "_" }) {
      let key = String(text[...equals])
      return head + key.escapedForRE2 + group(text) + tail
    }
    if varies(core) { return head + group(text) + tail }
    if !isReply, event.foreign.contains(where: { $0.indices.overlaps(core) }) { return ".*" }
    if !text.isEmpty, text.allSatisfy(\.isNumber), text.count > 1 { return head + "\\d+" + tail }
    if text.contains(where: \.isNumber), text.contains(where: { !$0.isNumber && $0 != "." && $0 != "-" }) == false {
      return head + "[\\d.-]+" + tail
    }
    if text.contains(where: \.isLetter) { words.append(text) }
    return head + text.escapedForRE2 + tail
  }

  private func varies(_ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    if replacements.contains(where: { $0.range.overlaps(range) }) { return true }
    let text = event.line[range].text
    return text.hasPrefix("/") || Self.schemes.contains { text.hasPrefix($0) }
  }

  private static let schemes = [
    "hash:", "btree:", "lmdb:", "cdb:", "pcre:", "regexp:", "cidr:", "texthash:", "mysql:", "pgsql:", "ldap:",
    "sqlite:",
    "proxy:", "inet:", "unix:", "local:", "inet6:",
  ]

  private mutating func group(_ text: String) -> String {
    let base =
      if text.contains("@") { "address" } else if text.contains("[") { "server" } else if text.hasPrefix("/") {
        "path"
      } else if ["inet", "unix", "local"].contains(where: text.hasPrefix) {
        "socket"
      } else if Self.schemes.contains(where: text.hasPrefix) {
        "table"
      } else if LogWord.ip(Array(text.utf8)[...]) != nil { "ip" } else { "name" }
    var name = base
    var number = 2
    while names.contains(name) {
      name = base + String(number)
      number += 1
    }
    names.append(name)
    return "(?P<\(name)>\\S+)"
  }
}
