/// main.cf as postconf(5) reads it: continuation lines, comments between them, the last setting of a name wins.
struct MainConfiguration: Equatable {
  private(set) var settings: [String: String] = [:]

  init(_ text: String) {
    for line in LogicalLines.of(text) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let name = line[..<equals].trimmed
      guard !name.isEmpty, name.allSatisfy({ !$0.isWhitespace }) else { continue }
      settings[name] = line[line.index(after: equals)...].trimmed
    }
  }

  subscript(name: String) -> String? { settings[name] }

  /// What `$name`, `${name?text}` and the like stand for; `defaults` are asked for what is not set.
  func expanded(_ value: String, defaults: [String: String] = [:]) -> String {
    var expansion = ParameterExpansion { settings[$0] ?? defaults[$0] }
    return expansion.expand(value[...])
  }
}

/// Lines that begin with white space go on with the one before; comment and blank lines are no lines (postconf(5)).
enum LogicalLines {
  static func of(_ text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let first = line.first(where: { $0 != " " && $0 != "\t" && $0 != "\r" }), first != "#" else { continue }
      if line.first == " " || line.first == "\t" {
        guard !lines.isEmpty else { continue }
        lines[lines.count - 1] += " " + line.trimmed
      } else {
        lines.append(line.trimmed)
      }
    }
    return lines
  }
}

extension Substring {
  var trimmed: String {
    var view = self
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}

extension String {
  var trimmed: String { self[...].trimmed }

  /// The words of a list: separated by blanks and commas, `{ … }` kept whole (postconf(5)).
  var listed: [String] {
    var words: [String] = []
    var word = ""
    var depth = 0
    for character in self {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth <= 0, character == "," || character.isWhitespace {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
