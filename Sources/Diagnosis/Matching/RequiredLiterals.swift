/// Works out which words a text must contain for an expression to match it, so that a fast search for those words can
/// skip every other line.
///
/// It reads RE2's syntax and errs on the safe side: what it does not understand requires nothing. All words are in lower
/// case, for a search that ignores case.
struct RequiredLiterals {
  /// A shorter word is in too many lines to be worth a search.
  static let shortest = 3
  private static let longest = 32
  /// So many texts are kept apart when parts are joined; so many words may be asked for in the end.
  private static let mostTexts = 64
  private static let mostWords = 1_000

  private let whole: Piece

  init(of pattern: String) {
    var parser = Parser(bytes: Array(pattern.utf8))
    whole = parser.alternation() ?? .anything
    isUnderstood = !parser.isLost && parser.isAtEnd
  }

  private let isUnderstood: Bool

  /// The best set of words: each match contains at least one. `nil` if there is none worth a search.
  var best: [[UInt8]]? {
    guard isUnderstood else { return nil }
    return whole.candidates.compactMap { set -> [[UInt8]]? in
      let words = Set(set.map { Array($0.prefix(Self.longest)) })
      return words.allSatisfy { $0.count >= Self.shortest } ? words.sorted { $0.lexicographicallyPrecedes($1) } : nil
    }
    .max { Self.worth($0) < Self.worth($1) }
  }

  /// Long words are rare in logs; many alternatives cost.
  private static func worth(_ words: [[UInt8]]) -> Int {
    (words.map(\.count).min() ?? 0) * 4 - words.count
  }

  /// What is known about the texts that one part of an expression matches.
  private struct Piece {
    /// All the texts, if they are few; else `nil`.
    var exact: Set<[UInt8]>?
    /// Sets of words; each match contains one of each set.
    var required: [Set<[UInt8]>] = []

    static let anything = Piece(exact: nil)
    static let empty = Piece(exact: [[]])

    var candidates: [Set<[UInt8]>] {
      guard let exact, !exact.contains([]) else { return required }
      return required + [exact]
    }

    /// The texts of this piece followed by those of `next`, if they are few.
    func exact(followedBy next: Piece) -> Set<[UInt8]>? {
      guard let exact, let following = next.exact, exact.count * following.count <= mostTexts else { return nil }
      return Set(exact.flatMap { head in following.map { head + $0 } })
    }

    func or(_ other: Piece) -> Piece {
      var either = Piece(exact: nil)
      if let exact, let others = other.exact, exact.count + others.count <= mostWords {
        either.exact = exact.union(others)
      }
      // One word set for both sides: the longest-worded of each.
      if let mine = candidates.max(by: Self.isShorter), let theirs = other.candidates.max(by: Self.isShorter),
        mine.count + theirs.count <= mostWords
      {
        either.required = [mine.union(theirs)]
      }
      return either
    }

    private static func isShorter(_ a: Set<[UInt8]>, _ b: Set<[UInt8]>) -> Bool {
      (a.map(\.count).min() ?? 0) < (b.map(\.count).min() ?? 0)
    }
  }

  /// Recursive descent over RE2's syntax (re2 doc/syntax.txt).
  private struct Parser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0
    var isLost = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
      guard position < bytes.count else { return nil }
      position += 1
      return bytes[position - 1]
    }

    private mutating func skip(_ byte: Character) -> Bool {
      guard let wanted = byte.asciiValue, next == wanted else { return false }
      position += 1
      return true
    }

    mutating func alternation() -> Piece? {
      depth += 1
      defer { depth -= 1 }
      guard depth < 64, var all = concatenation() else { return lost() }
      while skip("|") {
        guard let other = concatenation() else { return lost() }
        all = all.or(other)
      }
      return all
    }

    private mutating func lost() -> Piece? {
      isLost = true
      return nil
    }

    private mutating func concatenation() -> Piece? {
      // Literal text that may still grow, so that "Connection refused" is one word and not eighteen.
      var run = Piece.empty
      var required: [Set<[UInt8]>] = []
      var isExact = true
      while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
        guard let atom = atom(), let item = quantified(atom) else { return lost() }
        if let longer = run.exact(followedBy: item) {
          run = Piece(exact: longer, required: run.required + item.required)
          continue
        }
        isExact = false
        required += run.candidates
        run = item.exact == nil ? .empty : item
        if item.exact == nil { required += item.required }
      }
      return isExact ? run : Piece(exact: nil, required: required + run.candidates)
    }

    private mutating func atom() -> Piece? {
      guard let byte = take() else { return nil }
      switch byte {
      case UInt8(ascii: "("): return group()
      case UInt8(ascii: "["): return characterClass()
      case UInt8(ascii: "."): return .anything
      case UInt8(ascii: "^"), UInt8(ascii: "$"): return .empty
      case UInt8(ascii: "\\"): return escape()
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): return nil
      default: return literal(byte)
      }
    }

    private func literal(_ byte: UInt8) -> Piece {
      Piece(exact: [[byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte]])
    }

    private mutating func group() -> Piece? {
      if skip("?") {
        if skip("P") {
          guard skip("<"), skipPast(">") else { return nil }
        } else if skip("<") {
          guard skipPast(">") else { return nil }
        } else {
          while let byte = next, byte != UInt8(ascii: ":"), byte != UInt8(ascii: ")") {
            guard "imsU-".utf8.contains(byte) else { return nil }
            position += 1
          }
          if skip(")") { return .empty }
          guard skip(":") else { return nil }
        }
      }
      guard let inner = alternation(), skip(")") else { return nil }
      return inner
    }

    private mutating func skipPast(_ end: Character) -> Bool {
      while let byte = take() { if byte == end.asciiValue { return true } }
      return false
    }

    /// A class of a few characters is a choice of literals; a larger one is anything.
    private mutating func characterClass() -> Piece? {
      let isNegated = skip("^")
      var members: Set<[UInt8]> = []
      var isLarge = isNegated
      var isFirst = true
      while let byte = take() {
        if byte == UInt8(ascii: "]"), !isFirst {
          return isLarge || members.isEmpty || members.count > 6 ? .anything : Piece(exact: members)
        }
        isFirst = false
        if byte == UInt8(ascii: "["), next == UInt8(ascii: ":") {
          guard skipPast("]") else { return nil }
          isLarge = true
        } else if byte == UInt8(ascii: "\\") {
          guard let escaped = escape() else { return nil }
          if let exact = escaped.exact { members.formUnion(exact) } else { isLarge = true }
        } else if next == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") {
          position += 2
          if bytes[position - 1] == UInt8(ascii: "\\") { guard escape() != nil else { return nil } }
          isLarge = true
        } else {
          members.formUnion(literal(byte).exact ?? [])
        }
      }
      return nil
    }

    private mutating func escape() -> Piece? {
      guard let byte = take() else { return nil }
      switch byte {
      case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "s"),
        UInt8(ascii: "S"), UInt8(ascii: "C"):
        return .anything
      case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"): return .empty
      case UInt8(ascii: "p"), UInt8(ascii: "P"):
        if skip("{") { return skipPast("}") ? .anything : nil }
        return take() == nil ? nil : .anything
      case UInt8(ascii: "t"): return literal(9)
      case UInt8(ascii: "n"): return literal(10)
      case UInt8(ascii: "r"): return literal(13)
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return nil
      default: return literal(byte)
      }
    }

    private mutating func quantified(_ atom: Piece) -> Piece? {
      var piece = atom
      while let byte = next {
        switch byte {
        case UInt8(ascii: "*"):
          position += 1
          piece = .anything
        case UInt8(ascii: "+"):
          position += 1
          piece = Piece(exact: nil, required: piece.candidates)
        case UInt8(ascii: "?"):
          position += 1
          piece = Piece(exact: piece.exact.map { $0.union([[]]) })
        case UInt8(ascii: "{"):
          guard let least = repetition() else { return piece }
          piece = least > 0 ? Piece(exact: nil, required: piece.candidates) : .anything
        default: return piece
        }
        _ = skip("?")
      }
      return piece
    }

    /// The least count of `{n}`, `{n,}` or `{n,m}`; `nil`, and nothing read, if the brace is meant as such.
    private mutating func repetition() -> Int? {
      let start = position
      position += 1
      var least = 0
      var digits = 0
      while let byte = next, (0x30...0x39).contains(byte), digits < 5 {
        least = least * 10 + Int(byte & 0x0F)
        digits += 1
        position += 1
      }
      if digits > 0, skip("}") { return least }
      if digits > 0, skip(",") {
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        if skip("}") { return least }
      }
      position = start
      return nil
    }
  }
}
