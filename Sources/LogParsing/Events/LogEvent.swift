/// One log line, taken apart: its record, what happened, and every field that the daemon wrote.
public struct LogEvent: Sendable {
  /// The line's bytes, without its line end; passwords in it are stars.
  public let line: [UInt8]
  public let record: LogRecord
  /// What the line reports; `.unrecognized` lines are counted and stay reachable.
  public var kind: EventKind
  /// In the order in which the line has them.
  public var fields: [Field]
  /// Runs of `line` that somebody outside this host could choose: addresses, HELO names, message ids, header content,
  /// quoted SMTP commands, remote answers. Rules do not see words in them as the program's own.
  public var foreign: [ByteRange]

  public init(
    line: [UInt8], record: LogRecord, kind: EventKind = .unrecognized, fields: [Field] = [],
    foreign: [ByteRange] = []
  ) {
    self.line = line
    self.record = record
    self.kind = kind
    self.fields = fields
    self.foreign = foreign
  }

  /// The field at a dotted path such as `relay.host`.
  public subscript(path: String) -> FieldValue? {
    guard path.utf8.contains(UInt8(ascii: ".")) else { return fields.first { $0.name == path }?.value }
    var names = path.split(separator: ".").makeIterator()
    guard let first = names.next(), var value = fields.first(where: { $0.name == first })?.value else { return nil }
    while let name = names.next() {
      guard case .object(let inner) = value, let next = inner.first(where: { $0.name == name }) else { return nil }
      value = next.value
    }
    return value
  }

  /// The field at `path` as text, as rules and people see it.
  public func text(_ path: String) -> String? { self[path]?.text(in: line) }
}

/// A named value of a line, under the name that Postfix itself uses where it has one.
public struct Field: Sendable {
  public let name: String
  public var value: FieldValue

  public init(_ name: String, _ value: FieldValue) {
    self.name = name
    self.value = value
  }
}

public enum FieldValue: Sendable {
  /// Bytes of the line.
  case range(ByteRange)
  /// Bytes that do not stand in the line in one piece, such as a reply without its continuation codes.
  case bytes([UInt8])
  case word(String)
  case integer(Int)
  case decimal(Double)
  case decimals([Double])
  case object([Field])

  /// The value as text: numbers as Postfix writes them, lists with `/`; `nil` for an object without `text`.
  public func text(in line: [UInt8]) -> String? {
    switch self {
    case .range(let range): line[range].text
    case .bytes(let bytes): bytes.text
    case .word(let word): word
    case .integer(let number): String(number)
    case .decimal(let number): Self.plain(number)
    case .decimals(let numbers): numbers.map(Self.plain).joined(separator: "/")
    case .object(let fields): fields.first { $0.name == "text" || $0.name == "logged" }?.value.text(in: line)
    }
  }

  private static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
  }
}
