/// The fields of the entry being read that say whether it is about mail, and that make its line.
///
/// The buffers are kept from entry to entry, so that reading a journal allocates next to nothing.
struct JournalLine {
  private(set) var message: [UInt8] = []
  private(set) var hasMessage = false
  private(set) var identifier: [UInt8] = []
  private(set) var facility: [UInt8] = []
  /// The unit that logged.
  private(set) var unit: [UInt8] = []
  /// The unit that systemd speaks about.
  private(set) var subject: [UInt8] = []
  private(set) var messageID: [UInt8] = []
  private(set) var dropped: [UInt8] = []
  private(set) var machine: [UInt8] = []
  private var command: [UInt8] = []
  private var syslogPID: [UInt8] = []
  private var processID: [UInt8] = []
  private var host: [UInt8] = []
  private var sourceTime: [UInt8] = []

  mutating func clear() {
    hasMessage = false
    message.removeAll(keepingCapacity: true)
    identifier.removeAll(keepingCapacity: true)
    facility.removeAll(keepingCapacity: true)
    unit.removeAll(keepingCapacity: true)
    subject.removeAll(keepingCapacity: true)
    messageID.removeAll(keepingCapacity: true)
    dropped.removeAll(keepingCapacity: true)
    machine.removeAll(keepingCapacity: true)
    command.removeAll(keepingCapacity: true)
    syslogPID.removeAll(keepingCapacity: true)
    processID.removeAll(keepingCapacity: true)
    host.removeAll(keepingCapacity: true)
    sourceTime.removeAll(keepingCapacity: true)
  }

  /// `field` is `NAME=value`.
  mutating func set(_ field: RawSpan) {
    if let start = field.start(of: "MESSAGE") {
      field.copy(from: start, to: &message)
      hasMessage = true
    } else if let start = field.start(of: "SYSLOG_IDENTIFIER") {
      field.copy(from: start, to: &identifier)
    } else if let start = field.start(of: "SYSLOG_FACILITY") {
      field.copy(from: start, to: &facility)
    } else if let start = field.start(of: "SYSLOG_PID") {
      field.copy(from: start, to: &syslogPID)
    } else if let start = field.start(of: "_PID") {
      field.copy(from: start, to: &processID)
    } else if let start = field.start(of: "_HOSTNAME") {
      field.copy(from: start, to: &host)
    } else if let start = field.start(of: "_COMM") {
      field.copy(from: start, to: &command)
    } else if let start = field.start(of: "_SYSTEMD_UNIT") {
      field.copy(from: start, to: &unit)
    } else if let start = field.start(of: "_SOURCE_REALTIME_TIMESTAMP") {
      field.copy(from: start, to: &sourceTime)
    } else if let start = field.start(of: "UNIT") {
      field.copy(from: start, to: &subject)
    } else if let start = field.start(of: "MESSAGE_ID") {
      field.copy(from: start, to: &messageID)
    } else if let start = field.start(of: "_MACHINE_ID") {
      field.copy(from: start, to: &machine)
    } else if let start = field.start(of: "N_DROPPED") {
      field.copy(from: start, to: &dropped)
    }
  }

  /// The tag that the line will have.
  var tag: [UInt8] { identifier.isEmpty ? command : identifier }

  /// Appends `TIME HOST TAG[PID]: MESSAGE`; the time is the program's own, `realtime` where it gave none.
  func write(realtime: Int64, stamps: inout StampWriter, to output: inout [UInt8]) {
    let own = Int64(String(decoding: sourceTime, as: UTF8.self))
    // Up to the year 9999: what lies outside no program has meant.
    let time = own.flatMap { (0..<253_402_300_800_000_000).contains($0) ? $0 : nil } ?? realtime
    stamps.write(microseconds: time, to: &output)
    output.append(0x20)
    let start = output.count
    if host.isEmpty { output.append(contentsOf: "localhost".utf8) } else { output.append(contentsOf: host) }
    output.append(0x20)
    output.append(contentsOf: tag)
    let pid = syslogPID.isEmpty ? processID : syslogPID
    if !pid.isEmpty {
      output.append(UInt8(ascii: "["))
      output.append(contentsOf: pid)
      output.append(UInt8(ascii: "]"))
    }
    output.append(UInt8(ascii: ":"))
    output.append(0x20)
    output.append(contentsOf: message)
    // An entry is one line; journald lets a message have several, and a program's tag too.
    for index in start..<output.count where output[index] == 0x0A || output[index] == 0x0D { output[index] = 0x20 }
    output.append(0x0A)
  }
}

extension RawSpan {
  /// Where the value of the field begins if its name is `name`.
  @inline(__always)
  fileprivate func start(of name: StaticString) -> Int? {
    let length = name.utf8CodeUnitCount
    guard byteCount > length, self[length] == UInt8(ascii: "=") else { return nil }
    // The compiler's own constant bytes, as many as were counted.
    let wanted = unsafe UnsafeBufferPointer(start: name.utf8Start, count: length)
    for index in 0..<length where unsafe self[index] != wanted[index] { return nil }
    return length + 1
  }

  fileprivate func copy(from start: Int, to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    unsafe withUnsafeBytes { unsafe bytes.append(contentsOf: $0.dropFirst(start).prefix(Journal.longestField)) }
  }

  private subscript(index: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self) }
}
