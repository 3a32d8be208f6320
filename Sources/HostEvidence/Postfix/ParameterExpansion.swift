/// `$name`, `$(name)`, `${name}`, `${name?text}`, `${name:text}`, `${name?{text}:{text}}` and `${{a} == {b} ? {x} : {y}}`
/// in values of main.cf (postconf(5)). Depth and length are bounded: a file may refer to itself.
struct ParameterExpansion {
  private let lookup: (String) -> String?
  private var depth = 0
  private var budget = 65_536

  init(_ lookup: @escaping (String) -> String?) { self.lookup = lookup }

  mutating func expand(_ text: Substring) -> String {
    guard depth < 32 else { return "" }
    depth += 1
    defer { depth -= 1 }
    var result = ""
    var rest = text
    while let character = rest.first, budget > 0 {
      budget -= 1
      rest = rest.dropFirst()
      guard character == "$" else {
        result.append(character)
        continue
      }
      switch rest.first {
      case "$":
        result.append("$")
        rest = rest.dropFirst()
      case "{":
        guard let inner = Self.braced(&rest, "{", "}") else { return result }
        result += conditional(inner)
      case "(":
        guard let inner = Self.braced(&rest, "(", ")") else { return result }
        result += conditional(inner)
      default:
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        result += value(name)
      }
    }
    return result
  }

  private mutating func value(_ name: Substring) -> String {
    guard let value = lookup(String(name)) else { return "" }
    return expand(value[...])
  }

  /// What stands inside the braces of `${…}`.
  private mutating func conditional(_ inner: Substring) -> String {
    if inner.first == "{" { return comparison(inner) }
    let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    var rest = inner.dropFirst(name.count)
    let value = self.value(name)
    switch rest.first {
    case nil: return value
    case "?":
      rest = rest.dropFirst()
      let branches = Self.branches(&rest)
      return expand(value.isEmpty ? branches.otherwise : branches.then)
    case ":":
      rest = rest.dropFirst()
      guard value.isEmpty else { return value }
      return expand(Self.branches(&rest).then)
    default: return ""
    }
  }

  private mutating func comparison(_ inner: Substring) -> String {
    var rest = inner
    guard let left = Self.braced(&rest, "{", "}") else { return "" }
    let sign = rest.prefix { $0 != "{" }.trimmed
    rest = rest.drop { $0 != "{" }
    guard let right = Self.braced(&rest, "{", "}") else { return "" }
    rest = rest.drop { $0 != "?" }.dropFirst()
    let branches = Self.branches(&rest)
    let (a, b) = (expand(left).trimmed, expand(right).trimmed)
    let order: Int =
      if let x = Int(a), let y = Int(b) { x < y ? -1 : x == y ? 0 : 1 } else { a < b ? -1 : a == b ? 0 : 1 }
    let holds =
      switch sign {
      case "==": order == 0
      case "!=": order != 0
      case "<": order < 0
      case "<=": order <= 0
      case ">": order > 0
      case ">=": order >= 0
      default: false
      }
    return expand(holds ? branches.then : branches.otherwise)
  }

  /// `{then}:{else}`, `{then}`, or the bare text of older files.
  private static func branches(_ rest: inout Substring) -> (then: Substring, otherwise: Substring) {
    rest = rest.drop { $0.isWhitespace }
    guard rest.first == "{" else { return (rest, "") }
    let then = braced(&rest, "{", "}") ?? ""
    rest = rest.drop { $0.isWhitespace || $0 == ":" }
    return (then, rest.first == "{" ? braced(&rest, "{", "}") ?? "" : "")
  }

  /// What stands between the opening character and the one that closes it; `rest` then begins behind that.
  private static func braced(_ rest: inout Substring, _ open: Character, _ close: Character) -> Substring? {
    guard rest.first == open else { return nil }
    var depth = 0
    for index in rest.indices {
      if rest[index] == open { depth += 1 }
      if rest[index] == close { depth -= 1 }
      if depth == 0 {
        let inner = rest[rest.index(after: rest.startIndex)..<index]
        rest = rest[rest.index(after: index)...]
        return inner
      }
    }
    return nil
  }
}
