import RepeatableNumbers

/// Plays the healthy run again and again, each time with fresh queue ids and later times, and strews failures into it.
struct LogGenerator {
  private let source: RecordedLines
  private let failures: Double
  private var random: RepeatableNumbers
  /// Microseconds since 2026-01-01.
  private var begin = 0
  /// Where in the healthy run the next chunk begins.
  private var next = 0
  private var queueIDs: [[UInt8]] = []
  private var buffer: [UInt8] = []
  private var clock = LogTime()

  static let chunk = 1 << 20

  init(_ source: RecordedLines, failures: Double, seed: UInt64) {
    self.source = source
    self.failures = source.failures.isEmpty ? 0 : failures
    random = RepeatableNumbers(state: seed)
    buffer.reserveCapacity(Self.chunk + 65_536)
    queueIDs = (0..<source.queueIDs).map { _ in random.queueID() }
  }

  /// The next whole lines, about a megabyte, at most `limit` bytes; empty once not even one line fits.
  mutating func next(atMost limit: Int) -> [UInt8] {
    buffer.removeAll(keepingCapacity: true)
    while buffer.count < Self.chunk {
      let before = buffer.count
      writeLine()
      if buffer.count > limit {
        buffer.removeLast(buffer.count - before)
        break
      }
    }
    return buffer
  }

  private mutating func writeLine() {
    let template = source.healthy[next]
    let time = begin + template.delay
    if random.share() < failures {
      let failure = source.failures[Int(random.next() % UInt64(source.failures.count))]
      write(failure, at: time, queueIDs: [random.queueID()])
      return
    }
    write(template, at: time, queueIDs: queueIDs)
    next += 1
    guard next == source.healthy.count else { return }
    next = 0
    begin += source.duration + 1_000
    for index in queueIDs.indices { queueIDs[index] = random.queueID() }
  }

  private mutating func write(_ template: LineTemplate, at time: Int, queueIDs: [[UInt8]]) {
    buffer.append(contentsOf: clock.text(microsecond: time))
    let start = buffer.count
    buffer.append(contentsOf: template.bytes)
    for place in template.queueIDs {
      let id = queueIDs[place.index]
      for offset in id.indices { buffer[start + place.offset + offset] = id[offset] }
    }
  }
}

/// `2026-01-01T00:00:00.000000+00:00` and later, one number at a time.
struct LogTime {
  private var bytes = Array("2026-01-01T00:00:00.000000+00:00".utf8)
  private var second = 0
  private var day = 0

  private static let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  mutating func text(microsecond: Int) -> [UInt8] {
    let (seconds, fraction) = microsecond.quotientAndRemainder(dividingBy: 1_000_000)
    put(fraction, at: 20, digits: 6)
    guard seconds != second else { return bytes }
    second = seconds
    put(seconds % 60, at: 17, digits: 2)
    put(seconds / 60 % 60, at: 14, digits: 2)
    put(seconds / 3_600 % 24, at: 11, digits: 2)
    guard seconds / 86_400 != day else { return bytes }
    day = seconds / 86_400
    var rest = day % 365
    var month = 0
    while rest >= Self.monthLengths[month] {
      rest -= Self.monthLengths[month]
      month += 1
    }
    put(rest + 1, at: 8, digits: 2)
    put(month + 1, at: 5, digits: 2)
    return bytes
  }

  private mutating func put(_ number: Int, at offset: Int, digits: Int) {
    var rest = number
    for place in stride(from: offset + digits - 1, through: offset, by: -1) {
      bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }
}

extension RepeatableNumbers {
  /// From 0 up to, but not, 1.
  mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

  /// Eleven digits, as Postfix makes them.
  mutating func queueID() -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var bits = next()
    return (0..<RecordedLines.queueIDLength).map { _ in
      defer { bits >>= 4 }
      return digits[Int(bits & 15)]
    }
  }
}
