/// What the reader's screen can show.
public struct Terminal: Sendable {
  public let width: Int
  public let hasColour: Bool

  /// Text wider than `widest` is hard to read, whatever the window.
  private static let widest = 100
  private static let narrowest = 40

  public init(width: Int, hasColour: Bool) {
    self.width = min(max(width, Self.narrowest), Self.widest)
    self.hasColour = hasColour
  }

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case green = "32"
  }

  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  /// Safe on a terminal: log lines and replies come from strangers, so control characters and the marks that reverse text
  /// are shown as `\x1b`, never sent.
  public var printable: String {
    guard unicodeScalars.contains(where: \.isUnsafeOnTerminal) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isUnsafeOnTerminal {
        let digits = String(scalar.value, radix: 16)
        text += scalar.value < 256 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The text in lines of at most `width` characters, broken at blanks; a longer word stays whole, so that what is to be
  /// copied can be copied.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// What a line may be broken between: French punctuation stays with its word, as behind a no-break space.
  private var words: [String] {
    var words: [String] = []
    for word in split(separator: " ", omittingEmptySubsequences: true) {
      if let last = words.last,
        [":", ";", "!", "?", "»"].contains(word.prefix(1)) && word.count <= 2 || last.hasSuffix("«")
      {
        words[words.count - 1] = last + " " + word
      } else {
        words.append(String(word))
      }
    }
    return words
  }

  /// At most `length` characters, with an ellipsis where some were cut.
  func shortened(to length: Int) -> String { count <= length ? self : prefix(max(0, length - 1)) + "…" }
}

extension Unicode.Scalar {
  fileprivate var isUnsafeOnTerminal: Bool {
    value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
      || (0x2066...0x2069).contains(value) || value == 0x061C || value == 0x200E || value == 0x200F || value == 0x2028
      || value == 0x2029
  }
}
