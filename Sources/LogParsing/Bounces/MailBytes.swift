/// Finding words in mail text. ASCII letters match in either case: programs disagree about theirs.
extension ArraySlice<UInt8> {
  /// Without the blanks and line ends around it.
  var withoutBlanks: ArraySlice<UInt8> {
    guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank }) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }

  /// The runs of bytes between blanks.
  var words: [ArraySlice<UInt8>] { split(whereSeparator: \.isBlank) }

  func opens(with phrase: String) -> Bool { holds(phrase, at: startIndex) }

  func closes(with phrase: String) -> Bool { holds(phrase, at: endIndex - phrase.utf8.count) }

  func isSame(as phrase: String) -> Bool { count == phrase.utf8.count && opens(with: phrase) }

  func mentions(_ phrase: String) -> Bool { firstPlace(of: phrase) != nil }

  /// What follows the first `phrase`.
  func text(after phrase: String) -> ArraySlice<UInt8>? {
    firstPlace(of: phrase).map { self[($0 + phrase.utf8.count)...] }
  }

  /// What stands before the first `phrase`.
  func text(before phrase: String) -> ArraySlice<UInt8>? {
    firstPlace(of: phrase).map { self[..<$0] }
  }

  func firstPlace(of phrase: String) -> Int? {
    guard let first = phrase.utf8.first, count >= phrase.utf8.count else { return nil }
    let either = (first.lowercased, first.uppercased)
    let last = endIndex - phrase.utf8.count
    var index = startIndex
    while index <= last {
      let byte = self[index]
      if byte == either.0 || byte == either.1, holds(phrase, at: index) { return index }
      index += 1
    }
    return nil
  }

  func lastPlace(of phrase: String) -> Int? {
    var index = endIndex - phrase.utf8.count
    while index >= startIndex {
      if holds(phrase, at: index) { return index }
      index -= 1
    }
    return nil
  }

  private func holds(_ phrase: String, at place: Int) -> Bool {
    guard place >= startIndex, endIndex - place >= phrase.utf8.count else { return false }
    var index = place
    for wanted in phrase.utf8 {
      guard self[index].lowercased == wanted.lowercased else { return false }
      index += 1
    }
    return true
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  var isBlank: Bool { self == 0x20 || self == 0x09 || self == .lineFeed || self == .carriageReturn }
  var isLetter: Bool { isUppercase || isLowercase }
  var uppercased: UInt8 { isLowercase ? self - 0x20 : self }
  var lowercased: UInt8 { isUppercase ? self + 0x20 : self }

  var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
