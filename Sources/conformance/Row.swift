import Foundation
import LogParsing

/// One line of the test data: a log line and what its source says about it.
struct Row: Decodable {
  var corpus: String
  var file: String
  var line: String
  var form: String?
  var program: String?
  var expected: JSON
}

/// A value whose shape the source decides.
enum JSON: Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  subscript(name: String) -> JSON {
    guard case .object(let members) = self, let member = members[name] else { return .null }
    return member
  }

  /// The names and values of all members that are no objects, with dotted names.
  var leaves: [Corpus.Expectation] {
    guard case .object(let members) = self else { return [] }
    return members.sorted { $0.key < $1.key }.flatMap { name, value -> [Corpus.Expectation] in
      if case .object = value { return value.leaves.map { (name + "." + $0.field, $0.value) } }
      return value.string.map { [(name, $0)] } ?? []
    }
  }

  var isObject: Bool {
    if case .object = self { true } else { false }
  }

  var string: String? {
    switch self {
    case .null, .list, .object: nil
    case .bool(let value): String(value)
    case .number(let value): Int64(exactly: value).map { String($0) } ?? String(value)
    case .text(let value): value
    }
  }

  var strings: [String] {
    guard case .list(let values) = self else { return [] }
    return values.compactMap(\.string)
  }
}

/// A line of the test data as maillogd reads it.
struct Reading {
  let event: LogEvent

  /// A line without stamp, host and tag gets those of `program`.
  init(_ text: String, program: String?) {
    let text = program.map { "Mar  4 09:26:53 mail \($0)[1]: \(text)" } ?? text
    // The data expect the year 2026 where a stamp has none.
    var parser = RecordParser(clock: LogClock(newest: 1_798_675_200))
    let line = Array(text.utf8)
    event = LogEvent(line: line, record: parser.parse(line.span))
  }

  subscript(path: String) -> String? { event.text(path) }

  func text(_ range: ByteRange) -> String { event.line[range].text }

  var host: String { text(event.record.host) }
  var program: String { text(event.record.program) }
  var daemon: String { event.record.daemon.rawValue }
  var pid: String? { event.record.pid.map { String($0) } }
  var queueID: String? { event.record.queueID.isEmpty ? nil : text(event.record.queueID) }
  var message: String { text(event.record.message) }
  var words: String { text(event.record.text) }
  /// The stamp as it stands before the host.
  var stamp: String {
    let start = Int(event.record.host.start)
    return start > 1 ? event.line[ByteRange(0, start - 1)].text : ""
  }

  /// The moment in UTC, as RFC 3339 writes it.
  var moment: String? {
    guard let time = event.record.time else { return nil }
    let date = Date(timeIntervalSince1970: Double(time.seconds))
    let fraction = time.microseconds - time.seconds * 1_000_000
    let second = date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
    return second + (fraction == 0 ? "Z" : String(format: ".%06dZ", fraction))
  }

  /// The words of a refusal without its codes and the data that it judges.
  var judgement: String? {
    guard let text = self["text"], let data = self["data"] else { return self["text"] }
    for ending in ["<\(data)>: ", "[\(data)] "] {
      if let range = text.firstRange(of: ending) { return String(text[range.upperBound...]) }
    }
    return text
  }

  /// The bytes of the fields `first` to `last`, as they stand in the line.
  func span(from first: String, to last: String) -> String? {
    guard let start = words.range(of: first), let end = words.range(of: last, options: .backwards),
      start.lowerBound < end.upperBound
    else { return nil }
    return String(words[start.lowerBound..<end.upperBound])
  }
}
