import LogParsing

/// The event that a whole line becomes.
func event(_ line: String) -> LogEvent { event(Array(line.utf8)) }

func event(_ line: [UInt8]) -> LogEvent {
  var parser = RecordParser(clock: LogClock(newest: 1_795_500_000))
  return LogEvent(line: line, record: parser.parse(line.span))
}

/// The event of a text that `program` logs.
func event(_ program: String, _ text: String) -> LogEvent {
  event("2026-11-23T17:40:53.633063+00:00 mail \(program)[4711]: \(text)")
}

extension LogEvent {
  /// The program's own words: all that somebody outside chose is a dot.
  var ownWords: String {
    var bytes = line
    for range in foreign {
      for index in range.indices where bytes.indices.contains(index) { bytes[index] = UInt8(ascii: ".") }
    }
    return bytes[record.text].text
  }

  /// Every field and run points into the line.
  var isSound: Bool {
    foreign.allSatisfy(isInside)
      && fields.allSatisfy { isSound($0.value) && text($0.name)?.isEmpty != nil || !hasText($0.value) }
  }

  private func hasText(_ value: FieldValue) -> Bool {
    if case .object(let fields) = value { fields.contains { $0.name == "text" || $0.name == "logged" } } else { true }
  }

  private func isInside(_ range: ByteRange) -> Bool {
    range.start >= 0 && range.start <= range.end && Int(range.end) <= line.count
  }

  private func isSound(_ value: FieldValue) -> Bool {
    switch value {
    case .range(let range): isInside(range)
    case .object(let fields): fields.allSatisfy { isSound($0.value) }
    case .bytes, .word, .integer, .decimal, .decimals: true
    }
  }
}
