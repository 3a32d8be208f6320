/// Lines of a paste that stand together, and the one line that they are when their breaks are taken out.
struct Paragraph {
  let source: WrappedText
  let lines: Range<Int>
  let breaks: LineBreaks
  private let joined: [UInt8]

  init(_ lines: Range<Int>, of source: WrappedText, breaks: LineBreaks) {
    self.source = source
    self.lines = lines
    self.breaks = breaks
    joined = source.joined(lines, as: breaks)
  }

  var text: ArraySlice<UInt8> { joined[...] }
  var bytes: [UInt8] { joined }

  func marks(_ line: Int) -> WrappedText.Marks { source.lines[line].marks }

  /// The runs of lines that begin with a line for which `begins` holds; lines before the first such line are left out.
  func runs(beginningAt begins: (Int) -> Bool) -> [Paragraph] {
    let starts = lines.filter(begins)
    return zip(starts, starts.dropFirst() + [lines.upperBound]).map { part($0..<$1) }
  }

  func part(_ lines: Range<Int>) -> Paragraph { Paragraph(lines, of: source, breaks: breaks) }
}
