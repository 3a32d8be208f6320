public import LogParsing

/// One parsed line as JSON, for `maillogd parse`.
public enum EventJSON {
  /// Adds one object and a line end.
  public static func add(_ event: LogEvent, to json: inout JSONText) {
    let record = event.record
    let parts = ProgramParts(event.line[record.program].text)
    json.object { json in
      json.optional("time", record.time?.rfc3339)
      json.optional("host", text(record.host, in: event))
      json.optional("program", text(record.program, in: event))
      json.optional("instance", parts.instance)
      json.optional("service", parts.service)
      json.optional("daemon", record.daemon == .other ? parts.service : record.daemon.rawValue)
      if let pid = record.pid { json.number("pid", pid) } else { json.optional("pid", nil) }
      json.optional("queueID", text(record.queueID, in: event))
      json.string("kind", event.kind.rawValue)
      json.string("severity", record.level.rawValue)
      json.string("message", event.line[record.message].text)
      if record.repetitions > 1 { json.number("repeated", record.repetitions) }
      json.object("fields") { json in for field in event.fields { add(field, event.line, to: &json) } }
    }
    json.lineEnd()
  }

  private static func text(_ range: ByteRange, in event: LogEvent) -> String? {
    range.isEmpty ? nil : event.line[range].text
  }

  private static func add(_ field: Field, _ line: [UInt8], to json: inout JSONText) {
    switch field.value {
    case .object(let inner): json.object(field.name) { json in for part in inner { add(part, line, to: &json) } }
    case .decimals(let numbers):
      json.array(field.name) { json in for number in numbers { json.decimal(nil, number) } }
    case .integer, .decimal: json.number(field.name, text: field.value.text(in: line) ?? "0")
    case .range, .bytes, .word: json.string(field.name, field.value.text(in: line) ?? "")
    }
  }
}

/// `postfix-out/submission/smtpd`: the instance is the first part, the service the rest.
struct ProgramParts {
  var instance: String?
  var service: String?

  init(_ program: String) {
    guard !program.isEmpty else { return }
    guard let slash = program.firstIndex(of: "/") else {
      service = program
      return
    }
    instance = String(program[..<slash])
    service = String(program[program.index(after: slash)...])
  }
}
