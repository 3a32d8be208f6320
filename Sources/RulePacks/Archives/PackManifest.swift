/// The first file of a pack's archive: what the pack is, and the SHA-256 of each of its files.
///
///     maillogd-pack 1
///     name gmail
///     version 1.0.0
///     e3b0c442… pack.yaml
struct PackManifest: Equatable {
  static let fileName = "MANIFEST"
  private static let head = "maillogd-pack 1"

  var name: String
  var version: PackVersion
  /// In the order of their paths.
  var digests: [(path: String, sha256: String)]

  static func == (a: PackManifest, b: PackManifest) -> Bool { a.text == b.text }

  init(name: String, version: PackVersion, files: [TarArchive.File]) {
    self.name = name
    self.version = version
    digests = files.sorted { $0.path < $1.path }.map { ($0.path, Crypto.sha256($0.content)) }
  }

  init(_ text: String) throws(PackFault) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 5, lines[0] == Self.head, lines[1].hasPrefix("name "), lines[2].hasPrefix("version "),
      let version = PackVersion(String(lines[2].dropFirst(8))), lines.last == ""
    else { throw .badArchive("its MANIFEST is malformed, or of a newer form than this program knows") }
    name = String(lines[1].dropFirst(5))
    guard Self.isName(name) else { throw .badArchive("'\(name.prefix(40))' is no name for a pack") }
    self.version = version
    var digests: [(path: String, sha256: String)] = []
    for line in lines[3..<(lines.count - 1)] {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].count == 64, parts[0].allSatisfy(\.isHexDigit) else {
        throw .badArchive("its MANIFEST has the line '\(line.prefix(80))'")
      }
      digests.append((String(parts[1]), String(parts[0])))
    }
    self.digests = digests
  }

  static func isName(_ name: String) -> Bool {
    (1...60).contains(name.utf8.count) && name.first != "-"
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  var text: String {
    let files = digests.map { "\($0.sha256) \($0.path)\n" }.joined()
    return "\(Self.head)\nname \(name)\nversion \(version)\n\(files)"
  }
}

/// `1.10.2`: numbers that are compared one by one.
public struct PackVersion: Sendable, Comparable, CustomStringConvertible {
  private let numbers: [Int]

  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 9 && $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
    guard (1...4).contains(parts.count), numbers.count == parts.count else { return nil }
    self.numbers = numbers
  }

  public var description: String { numbers.map(String.init).joined(separator: ".") }

  private var padded: [Int] { numbers + [Int](repeating: 0, count: 4 - numbers.count) }

  public static func == (a: PackVersion, b: PackVersion) -> Bool { a.padded == b.padded }
  public static func < (a: PackVersion, b: PackVersion) -> Bool { a.padded.lexicographicallyPrecedes(b.padded) }
}
