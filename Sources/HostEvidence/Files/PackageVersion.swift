/// A version of a Debian package, ordered as dpkg orders them (deb-version(7)).
struct PackageVersion: Comparable {
  let text: String
  private let epoch: Int
  private let upstream: [UInt8]
  private let revision: [UInt8]

  init(_ text: String) {
    self.text = text
    var rest = Array(text.utf8)[...]
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      epoch = Int(String(decoding: rest[..<colon], as: UTF8.self)) ?? 0
      rest = rest[(colon + 1)...]
    } else {
      epoch = 0
    }
    let dash = rest.lastIndex(of: UInt8(ascii: "-")) ?? rest.endIndex
    upstream = Array(rest[..<dash])
    revision = Array(rest[dash...].dropFirst())
  }

  static func == (a: Self, b: Self) -> Bool { !(a < b) && !(b < a) }

  static func < (a: Self, b: Self) -> Bool {
    if a.epoch != b.epoch { return a.epoch < b.epoch }
    let order = compare(a.upstream, b.upstream)
    return order == 0 ? compare(a.revision, b.revision) < 0 : order < 0
  }

  /// Runs of other characters and runs of digits, in turns.
  private static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var (a, b) = (a[...], b[...])
    while !a.isEmpty || !b.isEmpty {
      while a.first.map({ !isDigit($0) }) ?? false || b.first.map({ !isDigit($0) }) ?? false {
        let difference = weight(a.popFirst()) - weight(b.popFirst())
        if difference != 0 { return difference }
      }
      a = a.drop { $0 == UInt8(ascii: "0") }
      b = b.drop { $0 == UInt8(ascii: "0") }
      let (left, right) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
      if left.count != right.count { return left.count - right.count }
      if left != right { return left.lexicographicallyPrecedes(right) ? -1 : 1 }
      a = a.dropFirst(left.count)
      b = b.dropFirst(right.count)
    }
    return 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// A tilde comes before the end, the end before letters, letters before all else.
  private static func weight(_ byte: UInt8?) -> Int {
    guard let byte, !isDigit(byte) else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    return (0x61...0x7A).contains(byte | 0x20) ? Int(byte) : Int(byte) + 256
  }
}
