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
    var text = text
    let parsed: Self? = text.withUTF8 { bytes in unsafe Self.parse(Span(_unsafeElements: bytes)) }
    guard let parsed else { return nil }
    self = parsed
  }

  private init(
    sequence: SequenceID, number: UInt64, boot: SequenceID, monotonic: UInt64, realtime: UInt64, hash: UInt64
  ) {
    self.sequence = sequence
    self.number = number
    self.boot = boot
    self.monotonic = monotonic
    self.realtime = realtime
    self.hash = hash
  }

  private static func parse(_ text: Span<UInt8>) -> Self? {
    var index = 0
    /// The hexadecimal digits behind `name=`, as two words.
    func field(_ name: UInt8) -> SequenceID? {
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
    guard let sequence = field(UInt8(ascii: "s")), let number = field(UInt8(ascii: "i")),
      let boot = field(UInt8(ascii: "b")), let monotonic = field(UInt8(ascii: "m")),
      let realtime = field(UInt8(ascii: "t")), let hash = field(UInt8(ascii: "x"))
    else { return nil }
    return Self(
      sequence: sequence, number: number.low, boot: boot, monotonic: monotonic.low, realtime: realtime.low,
      hash: hash.low)
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
