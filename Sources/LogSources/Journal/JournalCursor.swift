/// The parts of an entry's name: `s=…;i=…;b=…;m=…;t=…;x=…` (systemd.journal-fields(7), "__CURSOR").
struct JournalCursor: Hashable {
  /// The sequence that numbers the entries: of one journald and its files.
  var sequence: SequenceID
  var number: UInt64
  var boot: SequenceID
  var monotonic: UInt64
  var realtime: UInt64
  var hash: UInt64

  var identity: EntryIdentity { EntryIdentity(boot: boot.description, monotonic: monotonic, hash: hash) }

  init?(_ text: String) {
    self.init(Array(text.utf8).span)
  }

  init?(_ text: Span<UInt8>) {
    var index = 0
    guard let sequence = Self.field(UInt8(ascii: "s"), text, &index),
      let number = Self.field(UInt8(ascii: "i"), text, &index), let boot = Self.field(UInt8(ascii: "b"), text, &index),
      let monotonic = Self.field(UInt8(ascii: "m"), text, &index),
      let realtime = Self.field(UInt8(ascii: "t"), text, &index), let hash = Self.field(UInt8(ascii: "x"), text, &index)
    else { return nil }
    self.sequence = sequence
    self.number = number.low
    self.boot = boot
    self.monotonic = monotonic.low
    self.realtime = realtime.low
    self.hash = hash.low
  }

  /// The hexadecimal number behind `name=`.
  private static func field(_ name: UInt8, _ text: Span<UInt8>, _ index: inout Int) -> SequenceID? {
    guard index + 2 < text.count, text[index] == name, text[index + 1] == UInt8(ascii: "=") else { return nil }
    index += 2
    var value = SequenceID(high: 0, low: 0)
    var digits = 0
    while index < text.count, text[index] != UInt8(ascii: ";") {
      guard let digit = text[index].hexDigit, digits < 32 else { return nil }
      value = SequenceID(high: value.high << 4 | value.low >> 60, low: value.low << 4 | digit)
      digits += 1
      index += 1
    }
    index += 1
    return digits > 0 ? value : nil
  }
}

extension JournalCursor: CustomStringConvertible {
  /// As systemd writes it.
  var description: String {
    func hex(_ number: UInt64) -> String { String(number, radix: 16) }
    return "s=\(sequence);i=\(hex(number));b=\(boot);m=\(hex(monotonic));t=\(hex(realtime));x=\(hex(hash))"
  }
}

/// 128 bits, as systemd's ids have.
struct SequenceID: Hashable, CustomStringConvertible {
  var high: UInt64
  var low: UInt64

  var description: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension UInt8 {
  fileprivate var hexDigit: UInt64? {
    switch self {
    case 0x30...0x39: UInt64(self &- 0x30)
    case 0x61...0x66: UInt64(self &- 0x61 &+ 10)
    case 0x41...0x46: UInt64(self &- 0x41 &+ 10)
    default: nil
    }
  }
}
