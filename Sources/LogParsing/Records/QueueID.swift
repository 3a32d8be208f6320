/// The forms of Postfix queue ids (global/mail_queue.h).
///
/// Short ids are upper-case hexadecimal: five digits of microseconds, then the inode. Long ids
/// (`enable_long_queue_ids`) use digits and consonants; a `z` parts time and inode.
enum QueueID {
  /// The end of a queue id that stands at `start` before `": "` or at the line's end.
  static func end(in line: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var index = start
    var isHexadecimal = true
    var lastSeparator = -1
    while index < end {
      let byte = line[index]
      switch byte {
      case 0x30...0x39, 0x41...0x46: break
      case UInt8(ascii: "z"):
        isHexadecimal = false
        lastSeparator = index
      case 0x47...0x5A, 0x61...0x79:
        guard !isVowel(byte) else { return nil }
        isHexadecimal = false
      case UInt8(ascii: ":"):
        let isBeforeText = index + 1 == end || line[index + 1] == UInt8(ascii: " ")
        guard isBeforeText else { return nil }
        let length = index - start
        // A hexadecimal word as short as five digits may be an id of an old system; shorter ones are words.
        if isHexadecimal { return length >= 5 ? index : nil }
        return lastSeparator - start >= 10 && index - lastSeparator > 1 ? index : nil
      default: return nil
      }
      index += 1
    }
    return nil
  }

  private static func isVowel(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
    default: false
    }
  }
}
