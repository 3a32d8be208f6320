/// A rule's text with `{names}` in it.
public struct TextTemplate: Sendable {
  enum Part: Equatable {
    case text(String)
    case name(String, otherwise: String?)
  }

  let parts: [Part]

  /// `{name}`, `{name|words for when it is unknown}`; doubled braces mean braces. A brace that opens nothing is a brace.
  public init(_ source: String) {
    var parts: [Part] = []
    var text = ""
    var rest = source[...]
    while let character = rest.first {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        text.append(character)
        rest = rest.dropFirst(2)
      } else if character == "{", let close = rest.firstIndex(of: "}"),
        let name = Self.name(rest[rest.index(after: rest.startIndex)..<close])
      {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(name)
        rest = rest[rest.index(after: close)...]
      } else {
        text.append(character)
        rest = rest.dropFirst()
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  private static func name(_ inner: Substring) -> Part? {
    let halves = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let name = halves[0]
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".")
          || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
    return isName ? .name(String(name), otherwise: halves.count == 2 ? String(halves[1]) : nil) : nil
  }

  /// The names that the text asks for.
  public var names: [String] {
    parts.compactMap { part in
      if case .name(let name, _) = part { name } else { nil }
    }
  }

  /// The text with its names still open, for people who read the rule.
  public var open: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name, _): "{\(name)}"
      }
    }.joined()
  }

  /// The text with the facts put in; an unknown name without other words is shown as `<name>`.
  public func filled(with facts: Facts) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name, let otherwise): facts[name] ?? otherwise ?? "<\(name)>"
      }
    }.joined()
  }

  /// As `filled`, for a shell command. A sender chooses addresses, and an admin pastes commands as root: in a value out of
  /// the log, every character that a shell could act on becomes `?`, whatever quotes the rule puts around it.
  public func filledForShell(with facts: Facts) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .name(let name, let otherwise): facts[name].map(Self.harmless) ?? otherwise ?? "<\(name)>"
      }
    }.joined()
  }

  private static func harmless(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      let isPlain =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "@%_+=:,./-[]".unicodeScalars.contains(scalar)
      text.unicodeScalars.append(isPlain ? scalar : "?")
    }
    // What begins with a hyphen would be an option.
    return text.hasPrefix("-") ? "?" + text.dropFirst() : text
  }
}
