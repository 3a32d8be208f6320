/// The branches of an RE2 expression's alternations, as they are written.
struct Alternation {
  /// Those of the whole expression; one, if it has no alternation outside groups.
  let whole: [String]
  /// Those of each group that has several.
  let groups: [[String]]

  init(of pattern: String) {
    var stack: [[String]] = [[""]]
    var done: [[String]] = []
    var isClass = false
    var rest = pattern[...]
    func add(_ text: Substring) { stack[stack.count - 1][stack[stack.count - 1].count - 1] += text }
    while let character = rest.first {
      var piece = rest.prefix(1)
      if character == "\\" {
        piece = rest.prefix(2)
        add(piece)
      } else if isClass {
        isClass = character != "]"
        add(piece)
      } else if character == "[" {
        // A bracket right behind the opening one is a member.
        piece = rest.hasPrefix("[^]") ? rest.prefix(3) : rest.hasPrefix("[]") ? rest.prefix(2) : piece
        isClass = true
        add(piece)
      } else if character == "(" {
        stack.append([""])
        piece = Self.opening(rest)
      } else if character == ")", stack.count > 1 {
        let branches = stack.removeLast()
        done.append(branches)
        add("(\(branches.joined(separator: "|")))")
      } else if character == "|" {
        stack[stack.count - 1].append("")
      } else {
        add(piece)
      }
      rest = rest.dropFirst(piece.count)
    }
    whole = stack[0]
    groups = done.filter { $0.count > 1 }
  }

  /// `(`, `(?:`, `(?P<name>`
  private static func opening(_ text: Substring) -> Substring {
    guard text.hasPrefix("(?") else { return text.prefix(1) }
    let end = text.hasPrefix("(?P<") ? text.firstIndex(of: ">") : text.firstIndex(of: ":")
    return end.map { text[...$0] } ?? text.prefix(2)
  }

  /// Branches that can add nothing: the same stands before them, or another of the whole expression matches all that they do.
  var dead: [String] {
    var found = ([whole] + groups).flatMap { branches in
      branches.indices.filter { branches[..<$0].contains(branches[$0]) }.map { branches[$0] }
    }
    for (place, branch) in whole.enumerated() {
      guard let text = Self.literal(branch) else { continue }
      if whole.enumerated().contains(where: { $0.offset != place && Self.covers($0.element, text) }) {
        found.append(branch)
      }
    }
    return found
  }

  /// Whether every line with `text` in it is matched by `branch` too.
  private static func covers(_ branch: String, _ text: String) -> Bool {
    guard let inner = literal(branch), inner != text else { return false }
    return text.contains(inner)
  }

  /// The text of a branch that holds nothing but text.
  private static func literal(_ branch: String) -> String? {
    var text = ""
    var isEscaped = false
    for character in branch {
      if isEscaped {
        guard !character.isLetter, !character.isNumber else { return nil }
        text.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if ".+*?()|[]{}^$".contains(character) {
        return nil
      } else {
        text.append(character)
      }
    }
    return isEscaped || text.isEmpty ? nil : text
  }
}
