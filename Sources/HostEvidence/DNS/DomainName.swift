/// A name of the DNS, in small letters and without the dot at its end.
package struct DomainName: Hashable, Sendable {
  /// From the left; none for the root. Each has 1 to 63 bytes, all with their lengths at most 255 (RFC 1035, section 2.3.4).
  package let labels: [[UInt8]]

  package init?(labels: [[UInt8]]) {
    guard labels.allSatisfy({ (1...63).contains($0.count) }), labels.reduce(1, { $0 + $1.count + 1 }) <= 255
    else { return nil }
    self.labels = labels.map { label in label.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
  }

  /// `bytes` as people write names: labels between dots, one dot at the end allowed, no escapes.
  package init?(bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes.count <= 1_024 else { return nil }
    if bytes == [UInt8(ascii: ".")] {
      self.init(labels: [])
      return
    }
    var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Array($0) }
    if labels.last?.isEmpty == true { labels.removeLast() }
    self.init(labels: labels)
  }

  package init?(_ text: String) { self.init(bytes: Array(text.utf8)) }

  /// The name in an answer's data, which libunbound has already unpacked: lengths and labels, a zero at the end.
  init?(wire: ArraySlice<UInt8>) {
    var labels: [[UInt8]] = []
    var rest = wire
    while let length = rest.popFirst(), length > 0 {
      guard length <= 63, rest.count > Int(length) else { return nil }
      labels.append(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    self.init(labels: labels)
  }

  package var isRoot: Bool { labels.isEmpty }

  /// Without the first label; `nil` for the root.
  package var parent: DomainName? { labels.isEmpty ? nil : DomainName(labels: Array(labels.dropFirst())) }

  /// This name, or one below it.
  package func contains(_ other: DomainName) -> Bool { other.labels.suffix(labels.count).elementsEqual(labels) }

  /// `_dmarc` + `example.org`; `nil` when that becomes too long.
  package func prefixed(_ prefix: String) -> DomainName? {
    DomainName(labels: prefix.utf8.split(separator: UInt8(ascii: ".")).map { Array($0) } + labels)
  }
}

extension DomainName: CustomStringConvertible {
  /// As in a zone file: what is not printable, and a dot inside a label, as `\DDD` (RFC 1035, section 5.1).
  package var description: String {
    guard !labels.isEmpty else { return "." }
    return labels.map { label in label.map(Self.escaped).joined() }.joined(separator: ".")
  }

  private static func escaped(_ byte: UInt8) -> String {
    let isPlain = (0x21...0x7E).contains(byte) && !#".\"();@$"#.utf8.contains(byte)
    if isPlain { return String(UnicodeScalar(byte)) }
    let digits = String(byte)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
