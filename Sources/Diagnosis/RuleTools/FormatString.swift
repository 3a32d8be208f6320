/// A format string of a program's source (`printf`, Python, or a shell's `$name`), taken apart.
public struct FormatString: Sendable {
  enum Part: Sendable, Equatable {
    case text(String)
    case word
    case number
    case character
    /// `%m`: the text of an error number.
    case error
  }

  let parts: [Part]

  /// `source` as it stands in the program, without its quotes; `\n` at the end is no part of what is logged.
  public init(_ source: String) {
    var parts: [Part] = []
    var text = ""
    func close() {
      if !text.isEmpty { parts.append(.text(text)) }
      text = ""
    }
    var rest = source[...]
    while let character = rest.first {
      if rest.hasPrefix("%%") {
        text.append("%")
        rest = rest.dropFirst(2)
      } else if character == "%", let (part, behind) = Self.directive(rest.dropFirst()) {
        close()
        parts.append(part)
        rest = behind
      } else if character == "$", let behind = Self.shellName(rest.dropFirst()) {
        close()
        parts.append(.word)
        rest = behind
      } else if character == "\\", let escaped = rest.dropFirst().first {
        text.append(escaped == "n" || escaped == "t" || escaped == "r" ? " " : escaped)
        rest = rest.dropFirst(2)
      } else {
        text.append(character)
        rest = rest.dropFirst()
      }
    }
    close()
    if case .text(let last)? = parts.last {
      var trimmed = last[...]
      while trimmed.last == " " { trimmed.removeLast() }
      parts[parts.count - 1] = .text(String(trimmed))
    }
    self.parts = parts
  }

  /// `-5.200lls` behind a percent sign: what it prints, and what follows.
  private static func directive(_ text: Substring) -> (Part, Substring)? {
    let rest = text.drop { "-+ #0123456789.*lhzjt".contains($0) }
    guard let letter = rest.first else { return nil }
    let behind = rest.dropFirst()
    switch letter {
    case "s", "r", "p": return (.word, behind)
    case "d", "i", "u", "x", "X", "o", "f", "g", "e": return (.number, behind)
    case "c": return (.character, behind)
    case "m": return (.error, behind)
    default: return nil
    }
  }

  /// What follows `name` or `{name}` behind a dollar sign.
  private static func shellName(_ text: Substring) -> Substring? {
    if text.first == "{", let close = text.firstIndex(of: "}") { return text[text.index(after: close)...] }
    let behind = text.drop { $0.isLetter || $0 == "_" }
    return behind.startIndex > text.startIndex ? behind : nil
  }

  /// How many letters are the program's own: a format without any says nothing.
  var letters: Int {
    parts.reduce(0) { sum, part in
      if case .text(let text) = part { sum + text.count(where: \.isLetter) } else { sum }
    }
  }

  /// How many of its parts vary.
  var openings: Int { parts.count { if case .text = $0 { false } else { true } } }

  /// An RE2 expression that matches what the format can print.
  var pattern: String {
    parts.map { part in
      switch part {
      case .text(let text): text.escapedForRE2
      case .word: ".*"
      case .number: "-?[0-9a-fA-F.]+"
      case .character: "."
      case .error: ".+"
      }
    }.joined()
  }

  /// The format printed; `word` and `error` give the values of the openings, counted from 0.
  func filled(word: (Int) -> String, error: (Int) -> String) -> String {
    var place = 0
    return parts.map { part -> String in
      if case .text(let text) = part { return text }
      defer { place += 1 }
      return switch part {
      case .word: word(place)
      case .error: error(place)
      case .character: "N"
      default: "17"
      }
    }.joined()
  }
}

extension String {
  /// The text as an RE2 expression that matches it and nothing else.
  var escapedForRE2: String {
    var escaped = ""
    for character in self {
      if "\\.+*?()|[]{}^$".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
