/// Turns what `journalctl -o export` and `-o json` print into log lines, so that everything behind reads one form:
/// `2026-01-31T22:04:20.123456Z host tag[pid]: text`.
///
/// The formats: systemd "Journal Export Formats". Entries without MESSAGE are left out.
public struct JournalText: Sendable {
  private enum Form { case unknown, plain, export, json }
  private var form = Form.unknown
  private var pending: [UInt8] = []
  private var entry = JournalEntry()
  /// What is left of a field too large to keep.
  private var bytesToSkip = 0

  /// A field longer than this is cut; coredumps may stand in a journal.
  private static let longestField = 65_536
  private static let mostPending = 16 << 20
  private static let mostStored: UInt64 = 1 << 30
  /// A journal shows what it is within so many bytes; what does not is a plain log.
  private static let longestBeginning = 4_096

  public init() {}

  /// Whether the input is a journal; known after its first bytes.
  public var isJournal: Bool { form == .export || form == .json }

  /// The log lines in `chunk`; a plain log comes back as it is.
  public mutating func lines(_ chunk: [UInt8]) -> [UInt8] {
    guard form != .plain else { return chunk }
    pending += chunk
    if form == .unknown { form = Self.form(of: pending.prefix(Self.longestBeginning)) }
    switch form {
    case .unknown: return []
    case .json: return jsonLines(atEnd: false)
    case .export: return exportLines(atEnd: false)
    case .plain:
      defer { pending = [] }
      return pending
    }
  }

  /// What is left when the input has ended.
  public mutating func end() -> [UInt8] {
    switch form {
    case .json:
      pending.append(0x0A)
      return jsonLines(atEnd: true)
    case .export:
      pending += [0x0A, 0x0A]
      return exportLines(atEnd: true)
    case .unknown, .plain:
      defer { pending = [] }
      return pending
    }
  }

  /// Unknown until the first line that is not empty has come far enough to tell. Exports begin with a field name in capitals; JSON with a brace that is followed by a quoted name in capitals.
  private static func form(of chunk: ArraySlice<UInt8>) -> Form {
    guard let start = chunk.firstIndex(where: { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }) else {
      return chunk.count < longestBeginning ? .unknown : .plain
    }
    if chunk[start] == UInt8(ascii: "{") { return .json }
    let name = chunk[start...].prefix { byte in
      byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
    guard name.endIndex < chunk.endIndex else {
      return name.count > 64 || chunk.count >= longestBeginning ? .plain : .unknown
    }
    return name.count > 2 && !(0x30...0x39).contains(chunk[start]) && chunk[name.endIndex] == UInt8(ascii: "=")
      ? .export : .plain
  }

  // MARK: Export format

  private mutating func exportLines(atEnd: Bool) -> [UInt8] {
    var output: [UInt8] = []
    var position = min(bytesToSkip, pending.count)
    bytesToSkip -= position
    while position < pending.count {
      guard let lineEnd = pending[position...].firstIndex(of: 0x0A) else { break }
      let line = pending[position..<lineEnd]
      if line.isEmpty {
        entry.write(to: &output)
        entry = JournalEntry()
        position = lineEnd + 1
      } else if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
        entry.set(line[..<equals], line[(equals + 1)...].prefix(Self.longestField))
        position = lineEnd + 1
      } else {
        // A binary field: its name alone, then the length as 64 bits little-endian, the bytes and a line end.
        guard lineEnd + 9 <= pending.count else { break }
        var length: UInt64 = 0
        for place in (0..<8).reversed() { length = length << 8 | UInt64(pending[lineEnd + 1 + place]) }
        let start = lineEnd + 9
        guard length < UInt64(Self.mostPending) else {
          // Beyond what journald stores (DATA_SIZE_MAX is 768 MiB) it is damage, and what follows is read as fields again.
          let end = length < Self.mostStored ? start + Int(length) + 1 : start
          position = min(end, pending.count)
          bytesToSkip = end - position
          continue
        }
        guard start + Int(length) < pending.count else { break }
        entry.set(line, pending[start..<(start + Int(length))].prefix(Self.longestField))
        position = start + Int(length) + 1
      }
    }
    pending.removeFirst(position)
    if atEnd || pending.count > Self.mostPending { pending.removeAll() }
    return output
  }

  // MARK: JSON

  private mutating func jsonLines(atEnd: Bool) -> [UInt8] {
    var output: [UInt8] = []
    var position = 0
    while let lineEnd = pending[position...].firstIndex(of: 0x0A) {
      var reader = FlatJSONReader(pending[position..<lineEnd])
      var entry = JournalEntry()
      if reader.readObject({ name, value in entry.set(name[...], value[...].prefix(Self.longestField)) }) {
        entry.write(to: &output)
      } else if lineEnd > position {
        // Not JSON after all: the line stays reachable as it is.
        output += pending[position...lineEnd]
      }
      position = lineEnd + 1
    }
    pending.removeFirst(position)
    if pending.count > Self.mostPending { pending.removeAll() }
    return output
  }
}

/// The fields of one journal entry that make a log line.
struct JournalEntry: Sendable {
  private var message: [UInt8]?
  private var identifier: [UInt8] = []
  private var command: [UInt8] = []
  private var pid: [UInt8] = []
  private var host: [UInt8] = []
  private var microseconds: Int64?
  private var sourceMicroseconds: Int64?

  mutating func set(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    switch name.text {
    case "MESSAGE": message = Array(value)
    case "SYSLOG_IDENTIFIER": identifier = Array(value)
    case "_COMM": command = Array(value)
    case "SYSLOG_PID": pid = Array(value)
    case "_PID": if pid.isEmpty { pid = Array(value) }
    case "_HOSTNAME": host = Array(value)
    case "__REALTIME_TIMESTAMP": microseconds = Self.time(value)
    case "_SOURCE_REALTIME_TIMESTAMP": sourceMicroseconds = Self.time(value)
    default: break
    }
  }

  /// Microseconds since 1970, up to the year 9999: what lies outside no journal has written.
  private static func time(_ value: ArraySlice<UInt8>) -> Int64? {
    Int64(value.text).flatMap { (0..<253_402_300_800_000_000).contains($0) ? $0 : nil }
  }

  func write(to output: inout [UInt8]) {
    guard let message else { return }
    if let time = sourceMicroseconds ?? microseconds {
      output += Array(EventTime(microseconds: time).rfc3339.utf8)
      output.append(0x20)
      output += host.isEmpty ? Array("localhost".utf8) : host
      output.append(0x20)
    }
    output += identifier.isEmpty ? command : identifier
    if !pid.isEmpty { output += [UInt8(ascii: "[")] + pid + [UInt8(ascii: "]")] }
    output += [UInt8(ascii: ":"), 0x20]
    // A record is one line; journald lets a message have several.
    output += message.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    output.append(0x0A)
  }
}
