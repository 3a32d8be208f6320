import LogParsing

/// Lists of texts inside one string: every text is preceded by its length in bytes (`12:postfix.smtp`), every list by the
/// number of its elements.
enum CompiledText {
  struct Writer {
    private(set) var output = ""

    mutating func text(_ text: String) { output += "\(text.utf8.count):\(text)" }

    mutating func texts(_ texts: [String]) { list(texts) { $0.text($1) } }

    mutating func list<Element>(_ elements: [Element], _ write: (inout Writer, Element) -> Void) {
      text(String(elements.count))
      for element in elements { write(&self, element) }
    }
  }

  struct Reader {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int
    private(set) var isWhole = true

    init(_ text: String) {
      bytes = Array(text.utf8)
      index = 0
      end = bytes.count
    }

    /// The next text; `nil` where `Writer` wrote none.
    mutating func text() -> String? {
      guard let range = range() else { return nil }
      return bytes[range].text
    }

    mutating func texts() -> [String] { list { $0.text() } }

    mutating func list<Element>(_ read: (inout Reader) -> Element?) -> [Element] {
      let count = text().flatMap { Int($0) } ?? 0
      return (0..<max(0, count)).compactMap { _ in isWhole ? read(&self) : nil }
    }

    private mutating func range() -> Range<Int>? {
      var length = 0
      let start = index
      while index < end, bytes[index] &- 0x30 <= 9, index - start < 9 {
        length = length * 10 + Int(bytes[index] &- 0x30)
        index += 1
      }
      guard index > start, index < end, bytes[index] == UInt8(ascii: ":"), length <= end - index - 1 else {
        isWhole = false
        return nil
      }
      let first = index + 1
      index = first + length
      return first..<index
    }
  }
}
