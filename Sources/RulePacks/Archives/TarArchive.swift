import Diagnosis

/// A tar file of plain files (POSIX ustar): what a pack travels in.
///
/// Reading is strict. Links, devices, folders, extensions, doubled names and anything that leads out of the pack are faults,
/// as are sizes that no pack needs; nothing is written to disk before the whole archive has been read.
struct TarArchive {
  struct File: Equatable {
    var path: String
    var content: [UInt8]
  }

  static let mostBytes = 16 << 20
  private static let mostFiles = 5_000
  static let mostFileBytes = YAMLReader.mostBytes
  private static let block = 512

  let files: [File]

  init(_ files: [File]) { self.files = files }

  init(reading bytes: [UInt8]) throws(PackFault) {
    guard bytes.count <= Self.mostBytes else {
      throw .badArchive("it has more than \(Self.mostBytes >> 20) MiB")
    }
    if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x28, 0xB5]) || bytes.starts(with: [0xFD, 0x37]) {
      throw .badArchive("it is compressed; a pack is a plain tar file")
    }
    var files: [File] = []
    var names = Set<String>()
    var place = 0
    while true {
      guard place + Self.block <= bytes.count else {
        throw .badArchive("it is cut short: the end of the tar file is missing")
      }
      let header = Array(bytes[place..<(place + Self.block)])
      if header.allSatisfy({ $0 == 0 }) { break }
      let file = try Self.entry(header)
      let start = place + Self.block
      guard start + file.size <= bytes.count else { throw .badArchive("it is cut short in '\(file.path)'") }
      guard names.insert(file.path.lowercased()).inserted else { throw .badArchive("'\(file.path)' is in it twice") }
      guard files.count < Self.mostFiles else { throw .badArchive("it has more than \(Self.mostFiles) files") }
      files.append(File(path: file.path, content: Array(bytes[start..<(start + file.size)])))
      place = start + (file.size + Self.block - 1) / Self.block * Self.block
    }
    // Two empty blocks end it; behind them there is only more of nothing.
    guard bytes.count - place >= 2 * Self.block, bytes[place...].allSatisfy({ $0 == 0 }) else {
      throw .badArchive("it does not end as a tar file does; it was cut or added to")
    }
    self.files = files
  }

  private static func entry(_ header: [UInt8]) throws(PackFault) -> (path: String, size: Int) {
    let sum = header.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(header[$1])) }
    guard number(header[148..<156]) == sum else {
      throw .badArchive("a header's checksum is wrong; it is no tar file, or damaged")
    }
    guard let name = text(header[0..<100]), let prefix = text(header[345..<500]) else {
      throw .badArchive("a name in it is not UTF-8")
    }
    let path = prefix.isEmpty ? name : prefix + "/" + name
    switch header[156] {
    case 0, UInt8(ascii: "0"): break
    case UInt8(ascii: "1"), UInt8(ascii: "2"): throw .badArchive("'\(path)' is a link; a pack holds plain files only")
    case UInt8(ascii: "5"): throw .badArchive("'\(path)' is a folder entry; maillogd rules pack makes none")
    default: throw .badArchive("'\(path)' is no plain file")
    }
    try check(path)
    guard let size = number(header[124..<136]), size <= mostFileBytes else {
      throw .badArchive("'\(path)' is larger than \(mostFileBytes) bytes")
    }
    return (path, size)
  }

  /// Only names that a pack can have: nothing absolute, nothing with `..`, nothing hidden.
  static func check(_ path: String) throws(PackFault) {
    if path == PackManifest.fileName || ["README.md", "LICENSE"].contains(path) { return }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if path.hasPrefix("/") || parts.contains("..") || parts.contains(".") {
      throw .badArchive("'\(path.prefix(120))' leads out of the pack")
    }
    let isName = parts.allSatisfy { part in
      part.first.map { $0.isASCII && ($0.isLowercase || $0.isNumber) } == true
        && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.".utf8.contains($0) }
    }
    guard isName, path.hasSuffix(".yaml"), split(path) != nil, parts.count <= 8,
      parts.dropLast().allSatisfy({ !$0.contains(".") }), parts.last.map({ $0.dropLast(5).contains(".") }) == false
    else {
      throw .badArchive(
        "'\(path.prefix(120))' is no name for a rule: lower-case words, digits and hyphens, ending in .yaml, not too long"
      )
    }
  }

  private static let nameWidth = 100
  private static let prefixWidth = 155

  /// The two fields of a header that hold the path: a long one is parted at a slash (POSIX.1-1988, ustar). `nil` where it
  /// cannot be parted so that both fit.
  private static func split(_ path: String) -> (prefix: Substring, name: Substring)? {
    if path.utf8.count <= nameWidth { return ("", path[...]) }
    for slash in path.indices where path[slash] == "/" {
      let (prefix, name) = (path[..<slash], path[path.index(after: slash)...])
      if name.utf8.count <= nameWidth, prefix.utf8.count <= prefixWidth { return (prefix, name) }
    }
    return nil
  }

  /// Octal digits, ended by a blank or a zero byte; the binary form is for sizes that no pack has.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard !digits.isEmpty, digits.count <= 11, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 }) else {
      return nil
    }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String? {
    String(validating: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The archive's bytes: the same for the same files, whenever and wherever it is made.
  var bytes: [UInt8] {
    var output: [UInt8] = []
    for file in files {
      output += Self.header(file)
      output += file.content
      output += [UInt8](repeating: 0, count: (Self.block - file.content.count % Self.block) % Self.block)
    }
    return output + [UInt8](repeating: 0, count: 2 * Self.block)
  }

  private static func header(_ file: File) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: some StringProtocol, at place: Int, atMost width: Int = 24) {
      for (offset, byte) in text.utf8.prefix(width).enumerated() { header[place + offset] = byte }
    }
    // `check` lets no path come so far that cannot be parted; cut short it is found out when the archive is read.
    let (prefix, name) = split(file.path) ?? ("", file.path[...])
    put(prefix, at: 345, atMost: prefixWidth)
    put(name, at: 0, atMost: nameWidth)
    put("0000644\0" + "0000000\0" + "0000000\0", at: 100)
    put(octal(file.content.count, 11) + "\0" + "00000000000\0", at: 124)
    put("        0", at: 148)
    put("ustar\0" + "00", at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, 6) + "\0 ", at: 148)
    return header
  }

  private static func octal(_ number: Int, _ width: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
