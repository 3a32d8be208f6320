/// A TXT record as BIND reads it.
public enum ZoneText {
  /// The text in quoted strings of at most 255 bytes (RFC 1035, section 3.3.14), in parentheses when one does not do.
  public static func strings(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let parts = stride(from: 0, to: max(1, bytes.count), by: 255).map { start in
      "\"" + bytes[start..<min(start + 255, bytes.count)].map(escaped).joined() + "\""
    }
    return parts.count == 1 ? parts[0] : "( " + parts.joined(separator: "\n    ") + " )"
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return "\\" + String(UnicodeScalar(byte))
    case 0x20...0x7E: return String(UnicodeScalar(byte))
    default:
      let digits = String(byte)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
}
