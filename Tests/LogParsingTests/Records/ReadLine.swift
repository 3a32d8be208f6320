import LogParsing

/// A line as the record parser reads it, with its parts as text.
struct ReadLine {
  let line: [UInt8]
  let record: LogRecord

  /// `newest` is 23 November 2026, 18:00 UTC.
  init(_ line: String, clock: LogClock = LogClock(newest: 1_795_456_800)) {
    let bytes = Array(line.utf8)
    var parser = RecordParser(clock: clock)
    record = parser.parse(bytes.span)
    self.line = bytes
  }

  var time: String? { record.time?.rfc3339 }
  var host: String { line[record.host].text }
  var program: String { line[record.program].text }
  var message: String { line[record.message].text }
  var queueID: String { line[record.queueID].text }
  var text: String { line[record.text].text }
}

extension Array {
  /// The array in pieces of the lengths that `length` gives.
  func cut(_ length: () -> Int) -> [ArraySlice<Element>] {
    var pieces: [ArraySlice<Element>] = []
    var start = 0
    while start < count {
      let end = Swift.min(count, start + Swift.max(1, length()))
      pieces.append(self[start..<end])
      start = end
    }
    return pieces
  }
}
