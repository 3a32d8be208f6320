package import Yams

/// Walks a YAML tree and collects what is wrong in it, with line and column, instead of stopping at the first fault.
package struct YAMLReader {
  package let path: String
  package var problems: [RuleProblem] = []

  package init(path: String) { self.path = path }

  /// So long a rule file may be, wherever it lies.
  package static let mostBytes = 262_144

  /// Parses `text`; rule files are small, so a large one is refused unread. `nil` is a fault, or nothing where nothing is
  /// allowed.
  package mutating func compose(_ text: String, mostBytes: Int = mostBytes, mayBeEmpty: Bool = false) -> Node? {
    guard text.utf8.count <= mostBytes else {
      problems.append(
        RuleProblem(path: path, "the file has \(text.utf8.count) bytes; a rule may have \(mostBytes). Split it."))
      return nil
    }
    if let line = Self.lineWithAnchor(text) {
      problems.append(
        RuleProblem(
          path: path, line: line, column: 1,
          "anchors and aliases (&name, *name) are not allowed in rules; write the text out, or quote it if it is a text"
        ))
      return nil
    }
    do {
      // Every value is read as text first; asking regular expressions what each might be costs more than all the rest.
      guard let node = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
        if mayBeEmpty { return nil }
        problems.append(RuleProblem(path: path, "the file is empty; docs/rule-format.md shows what a rule looks like"))
        return nil
      }
      return node
    } catch let error as YamlError {
      problems.append(Self.problem(error, path: path))
    } catch {
      problems.append(RuleProblem(path: path, "this is not YAML: \(error)"))
    }
    return nil
  }

  /// The first line with something like `&name` where a YAML node may begin, or behind its `!tag`. A few
  /// aliases of aliases can stand for more text than memory holds, and no rule needs them.
  private static func lineWithAnchor(_ text: String) -> Int? {
    var line = 1
    var last: UInt8 = 0x0A
    var isBehindBlank = true
    var isBehindTag = false
    var opened: Int?
    for byte in text.utf8 {
      let isName = (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
      if let opened, isName { return opened }
      opened = nil
      let isBlank = byte == 0x20 || byte == 0x09
      if !isBlank, isBehindBlank || last == UInt8(ascii: "[") || last == UInt8(ascii: "{") {
        let isNodeStart = isBehindTag || "\n-:?[{,".utf8.contains(last)
        if byte == UInt8(ascii: "&"), isNodeStart { opened = line }
        isBehindTag = byte == UInt8(ascii: "!") && isNodeStart
      }
      if byte == 0x0A { line += 1 }
      isBehindBlank = isBlank || byte == 0x0A
      if !isBlank { last = byte }
    }
    return nil
  }

  private static func problem(_ error: YamlError, path: String) -> RuleProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return RuleProblem(path: path, line: mark.line, column: mark.column, "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return RuleProblem(
        path: path, line: context.mark.line, column: context.mark.column,
        "these keys stand twice: \(keys.joined(separator: ", ")); keep one of each")
    default: return RuleProblem(path: path, "this is not YAML: \(error)")
    }
  }

  package mutating func complain(_ node: Node?, _ message: String) {
    let mark = node?.mark
    problems.append(RuleProblem(path: path, line: mark?.line ?? 0, column: mark?.column ?? 0, message))
  }

  /// The pairs of a mapping, each key of which must be in `known`.
  package mutating func mapping(_ node: Node?, _ what: String, known: [String]) -> [String: Node] {
    guard let node else { return [:] }
    guard let mapping = node.mapping else {
      complain(node, "\(what) must be a mapping with keys out of \(known.joined(separator: ", "))")
      return [:]
    }
    var found: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.string, known.contains(name) else {
        complain(key, Self.unknownKey(key.string ?? "?", in: what, known))
        continue
      }
      found[name] = value
    }
    return found
  }

  static func unknownKey(_ name: String, in what: String, _ known: [String]) -> String {
    let near = known.min { distance($0, name) < distance($1, name) }
    let guess = near.flatMap { distance($0, name) <= 2 ? "; did you mean '\($0)'?" : nil } ?? ""
    return "\(what) has no key '\(name)'\(guess.isEmpty ? ";" : guess) allowed: \(known.joined(separator: ", "))"
  }

  package mutating func string(_ node: Node?, _ what: String) -> String? {
    guard let node else { return nil }
    guard let scalar = node.scalar else {
      complain(node, "\(what) must be a text")
      return nil
    }
    return scalar.string
  }

  /// A text, or a list of texts.
  package mutating func strings(_ node: Node?, _ what: String) -> [String] {
    guard let node else { return [] }
    if let scalar = node.scalar { return [scalar.string] }
    return sequence(node, what).compactMap { string($0, what) }
  }

  package mutating func sequence(_ node: Node?, _ what: String) -> [Node] {
    guard let node else { return [] }
    guard let sequence = node.sequence else {
      complain(node, "\(what) must be a list")
      return []
    }
    return Array(sequence)
  }

  package mutating func integer(_ node: Node?, _ what: String) -> Int? {
    guard let node else { return nil }
    guard let number = node.int else {
      complain(node, "\(what) must be a whole number")
      return nil
    }
    return number
  }

  package mutating func flag(_ node: Node?, _ what: String) -> Bool {
    guard let node else { return false }
    guard let value = node.bool else {
      complain(node, "\(what) must be true or false")
      return false
    }
    return value
  }

  /// `90s`, `30m`, `24h` or `7d`, in seconds.
  package mutating func duration(_ node: Node?, _ what: String) -> Int64? {
    guard let node else { return nil }
    guard let seconds = node.string.flatMap(Self.seconds) else {
      complain(node, "\(what) must be a time such as 90s, 30m, 24h or 7d")
      return nil
    }
    return seconds
  }

  /// `90s`, `30m`, `24h` or `7d`, in seconds; `nil` for anything else.
  package static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count > 0, count < 100_000
    else { return nil }
    return count * unit
  }

  package mutating func oneOf<Choice: RawRepresentable & CaseIterable>(_ node: Node?, _ what: String) -> Choice?
  where Choice.RawValue == String {
    guard let node, let text = string(node, what) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      complain(node, "\(what) cannot be '\(text)'; allowed: \(allowed)")
      return nil
    }
    return choice
  }

  /// How many single edits lie between two words, for "did you mean".
  package static func distance(_ a: String, _ b: String) -> Int {
    let left = Array(a.utf8)
    let right = Array(b.utf8)
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substituted = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
