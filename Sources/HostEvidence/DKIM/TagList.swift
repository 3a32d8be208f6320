/// `v=DKIM1; k=rsa; p=…`: the form of DKIM and DMARC records (RFC 6376, section 3.2).
struct TagList {
  struct Tag {
    let name: String
    let value: String
  }

  /// In the order of the record; names in small letters.
  private(set) var tags: [Tag] = []

  /// Throws the part that is no tag, or a name that stands twice.
  init(_ text: [UInt8]) throws(TagListProblem) {
    for part in text.prefix(65_536).split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: true) {
      let words = Self.trimmed(part)
      guard !words.isEmpty else { continue }
      guard let equals = words.firstIndex(of: UInt8(ascii: "=")), words.allSatisfy({ $0 < 0x80 }) else {
        throw .notATag(String(decoding: words.prefix(60), as: UTF8.self))
      }
      let name = String(decoding: Self.trimmed(words[..<equals]), as: UTF8.self).lowercased()
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isNamePart) else {
        throw .notATag(String(decoding: words.prefix(60), as: UTF8.self))
      }
      guard self[name] == nil else { throw .twice(name) }
      tags.append(Tag(name: name, value: String(decoding: Self.trimmed(words[(equals + 1)...]), as: UTF8.self)))
    }
  }

  subscript(name: String) -> String? { tags.first { $0.name == name }?.value }

  /// A value that lists several, between colons.
  func list(_ name: String) -> [String]? {
    self[name].map { $0.split(separator: ":").map { $0.filter { !$0.isWhitespace } } }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, " \t\r\n".utf8.contains(first) { bytes.removeFirst() }
    while let last = bytes.last, " \t\r\n".utf8.contains(last) { bytes.removeLast() }
    return bytes
  }
}

enum TagListProblem: Error, Hashable {
  case notATag(String)
  case twice(String)
}
