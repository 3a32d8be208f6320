/// Reads the outer shape of any log line: stamp, host, tag, level word, queue id.
///
/// Total: a line it cannot read is a record whose message is the whole line. It remembers the current day only, so lines
/// may come from several files, in any order.
public struct RecordParser: Sendable {
  private var stamps: StampReader
  private var programs = ProgramTable()

  public init(clock: LogClock) { stamps = StampReader(clock: clock) }

  /// `line` without its line end.
  public mutating func parse(_ line: Span<UInt8>) -> LogRecord {
    var record = LogRecord()
    var index = line.byte(0) == UInt8(ascii: "<") ? Self.behindPriority(line) : 0
    if line.byte(index) == UInt8(ascii: "1"), line.byte(index + 1) == UInt8(ascii: " "), index > 0 {
      readRFC5424(line, from: index + 2, into: &record)
    } else {
      if let stamp = stamps.read(line, at: index) {
        record.time = stamp.time
        index = stamp.end
        index = readHost(line, from: index, into: &record)
      }
      readTag(line, from: index, into: &record)
    }
    readMessage(line, into: &record)
    return record
  }

  /// Where the text behind a `<22>` begins; 0 if that is none (RFC 3164, section 4.1.1).
  private static func behindPriority(_ line: Span<UInt8>) -> Int {
    var index = 1
    while line.digit(index) != nil, index <= 3 { index += 1 }
    return index > 1 && line.byte(index) == UInt8(ascii: ">") ? index + 1 : 0
  }

  /// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`, each may be `-` (RFC 5424, section 6).
  private mutating func readRFC5424(_ line: Span<UInt8>, from start: Int, into record: inout LogRecord) {
    var index = start
    if let stamp = stamps.read(line, at: index) {
      record.time = stamp.time
      index = stamp.end
    } else {
      _ = Self.takeWord(line, &index)
    }
    record.host = Self.nonNil(line, Self.takeWord(line, &index))
    record.program = Self.nonNil(line, Self.takeWord(line, &index))
    record.daemon = programs.daemon(of: line, tag: record.program)
    let pid = Self.takeWord(line, &index)
    record.pid = Self.number(line, pid.indices)
    _ = Self.takeWord(line, &index)
    while line.byte(index) == UInt8(ascii: "[") {
      index += 1
      var isQuoted = false
      while let byte = line.byte(index), isQuoted || byte != UInt8(ascii: "]") {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        index += 1
      }
      index += 1
    }
    if line.byte(index) == UInt8(ascii: "-") { index += 1 }
    index = line.skippingBlank(min(index, line.count))
    if line.starts(with: "\u{FEFF}", at: index) { index += 3 }
    record.message = ByteRange(index, line.count)
  }

  /// The host token, where one stands: container logs and `journalctl -o cat` go on with the tag at once.
  private func readHost(_ line: Span<UInt8>, from start: Int, into record: inout LogRecord) -> Int {
    var index = start
    while line.byte(index) == UInt8(ascii: " ") { index += 1 }
    let token = Self.takeWord(line, &index)
    guard !token.isEmpty, line[Int(token.end) - 1] != UInt8(ascii: ":"),
      !line.starts(with: "last message repeated", at: start)
    else { return start }
    record.host = token
    return index
  }

  /// `tag[pid]: `, `tag: `; a `mail.info` of BusyBox before it and a `[ID 197553 mail.info]` of Solaris behind it are skipped.
  private mutating func readTag(_ line: Span<UInt8>, from start: Int, into record: inout LogRecord) {
    var begin = Self.behindFacility(line, from: start)
    while line.byte(begin) == UInt8(ascii: " ") { begin += 1 }
    var index = begin
    while let byte = line.byte(index), byte > 0x20, byte != UInt8(ascii: ":"), byte != UInt8(ascii: "[") { index += 1 }
    var tag = ByteRange(begin, index)
    if line.byte(index) == UInt8(ascii: "["),
      let close = Self.first(UInt8(ascii: "]"), in: line, from: index, atMost: 24)
    {
      record.pid = Self.number(line, (index + 1)..<close)
      index = close + 1
    }
    guard !tag.isEmpty, line.byte(index) == UInt8(ascii: ":"),
      index + 1 == line.count || line.byte(index + 1) == UInt8(ascii: " ")
    else {
      record.pid = nil
      record.message = ByteRange(start, line.count)
      return
    }
    begin = line.skippingBlank(index + 1)
    if line.starts(with: "[ID ", at: begin),
      let close = Self.first(UInt8(ascii: "]"), in: line, from: begin, atMost: 48)
    {
      begin = line.skippingBlank(close + 1)
    }
    // Without stamp and host, a first word with a colon is a tag only if we know the program: "warning: …" is none.
    let daemon = programs.daemon(of: line, tag: tag)
    if record.time == nil, daemon == .other, record.pid == nil {
      tag = .empty
      begin = start
    }
    record.program = tag
    record.daemon = daemon
    record.message = ByteRange(begin, line.count)
  }

  private func readMessage(_ line: Span<UInt8>, into record: inout LogRecord) {
    unfoldRepetition(line, &record)
    record.text = record.message
    var start = Int(record.message.start)
    let end = Int(record.message.end)
    switch record.daemon {
    case .dovecot: record.level = Self.dovecotLevel(line, start, end)
    case .other, .otherMailServer, .systemd, .kernel, .rspamd, .amavis: return
    default:
      if let (level, behind) = Self.level(line, start, end) {
        record.level = level
        start = behind
      }
      if line.starts(with: "NOQUEUE: ", at: start) {
        start += 9
      } else if let idEnd = QueueID.end(in: line, from: start, to: end) {
        record.queueID = ByteRange(start, idEnd)
        start = line.skippingBlank(idEnd + 1)
      }
      record.text = ByteRange(min(start, end), end)
    }
  }

  /// `message repeated 3 times: [ TEXT]` (rsyslog) stands for three lines of TEXT.
  private func unfoldRepetition(_ line: Span<UInt8>, _ record: inout LogRecord) {
    var index = Int(record.message.start)
    guard line.byte(index) == UInt8(ascii: "m"), line.starts(with: "message repeated ", at: index) else { return }
    index += 17
    let digits = index
    while line.digit(index) != nil { index += 1 }
    guard let times = Self.number(line, digits..<index), line.starts(with: " times: [", at: index) else { return }
    index = line.skippingBlank(index + 9)
    let end = line.byte(line.count - 1) == UInt8(ascii: "]") ? line.count - 1 : line.count
    record.repetitions = times
    record.message = ByteRange(min(index, end), end)
  }

  private static func level(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> (LogRecord.Level, Int)? {
    switch line.byte(start) {
    case UInt8(ascii: "w") where line.starts(with: "warning: ", at: start): (.warning, start + 9)
    case UInt8(ascii: "e") where line.starts(with: "error: ", at: start): (.error, start + 7)
    case UInt8(ascii: "f") where line.starts(with: "fatal: ", at: start): (.fatal, start + 7)
    case UInt8(ascii: "p") where line.starts(with: "panic: ", at: start): (.panic, start + 7)
    default: nil
    }
  }

  /// Dovecot writes `service(user)<pid><session>: Error: text`.
  private static func dovecotLevel(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> LogRecord.Level {
    var index = start
    while index < min(end, start + 160) {
      if line[index] == UInt8(ascii: ":") || index == start {
        let word = index == start ? index : index + 2
        if line.starts(with: "Error: ", at: word) { return .error }
        if line.starts(with: "Warning: ", at: word) { return .warning }
        if line.starts(with: "Fatal: ", at: word) { return .fatal }
        if line.starts(with: "Panic: ", at: word) { return .panic }
      }
      index += 1
    }
    return .info
  }

  /// Behind a `mail.info` word, as BusyBox syslogd writes between host and tag.
  private static func behindFacility(_ line: Span<UInt8>, from start: Int) -> Int {
    guard line.starts(with: "mail.", at: start) || line.starts(with: "daemon.", at: start) else { return start }
    var index = start
    while let byte = line.byte(index), byte != UInt8(ascii: " ") {
      if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") { return start }
      index += 1
    }
    return index < line.count ? index + 1 : start
  }

  private static func takeWord(_ line: Span<UInt8>, _ index: inout Int) -> ByteRange {
    let start = index
    while let byte = line.byte(index), byte != UInt8(ascii: " ") { index += 1 }
    defer { index = line.skippingBlank(index) }
    return ByteRange(start, index)
  }

  private static func nonNil(_ line: Span<UInt8>, _ range: ByteRange) -> ByteRange {
    range.count == 1 && line[Int(range.start)] == UInt8(ascii: "-") ? .empty : range
  }

  private static func first(_ byte: UInt8, in line: Span<UInt8>, from start: Int, atMost most: Int) -> Int? {
    (start..<min(line.count, start + most)).first { line[$0] == byte }
  }

  private static func number(_ line: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
    guard !range.isEmpty, range.count <= 9 else { return nil }
    var value: UInt32 = 0
    for index in range {
      guard let digit = line.digit(index) else { return nil }
      value = value * 10 + UInt32(digit)
    }
    return value
  }
}
