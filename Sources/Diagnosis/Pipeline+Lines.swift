import LogParsing

/// What the pipeline learns of a line before it asks what is wrong in it.
extension Pipeline {
  mutating func readForeign(_ line: Span<UInt8>, _ record: LogRecord) {
    if record.program.isEmpty, line.first("last message repeated ", from: 0) != nil { return repeatLast(line, record) }
    last.event = nil
    guard record.program.isEmpty, !line.isEmpty else { return }
    input.unparsed += 1
    if input.firstUnparsed == nil {
      input.firstUnparsed = LineReference(
        path: input.path, line: input.lines, bytes: line.extracting(0..<min(line.count, 400)).copy)
    }
  }

  /// `last message repeated 3 times`: the line before happened that often once more.
  mutating func repeatLast(_ line: Span<UInt8>, _ record: LogRecord) {
    guard let event = last.event, let times = line.number(after: "last message repeated "), times > 0 else { return }
    var again = event.record
    again.repetitions = times
    if let time = record.time { again.time = time }
    let repeated = LogEvent(
      line: event.line, record: again, kind: event.kind, fields: event.fields, foreign: event.foreign)
    for finding in last.findings { add(finding, of: repeated) }
    settle(
      repeated, isExplained: !last.findings.isEmpty, isFailure: again.level > .info || count(repeated, []) == .failed)
  }

  mutating func noteTime(_ time: EventTime) {
    if input.first == nil {
      // A log that does not go on where the last one ended is another story: nothing seen there proves anything here.
      if let newest = newestInput, time < newest || time.seconds - newest.seconds > 86_400 { book.closeLog() }
      input.first = time
    }
    input.last = max(input.last ?? time, time)
    if !absences.isEmpty { reportAbsences(at: time) }
    newestInput = max(newestInput ?? time, time)
  }

  /// What should have come by now and has not; the line that shows it is the one now read.
  mutating func reportAbsences(at now: EventTime) {
    for (rule, since) in absences.overdue(at: now) {
      var record = LogRecord()
      record.time = now
      let captures = [Finding.Capture(name: "since", value: since.rfc3339)]
      let event = LogEvent(line: [], record: record, kind: .notice, fields: [], foreign: [])
      _ = book.add(Finding(rule: rule, captures: captures), of: event, message: nil, reference: reference(event)) {
        nil
      }
    }
  }

  /// The places of closed incidents are used again: nothing that waits may point at them.
  mutating func forgetOrphans() { orphans = OrphanFindings() }

  /// A warning without queue id belongs to the message that the same process names next.
  mutating func adoptOrphans(_ line: Span<UInt8>, _ record: LogRecord) {
    guard !orphans.isEmpty, let process = OrphanFindings.Process(line, record) else { return }
    let places = orphans.take(of: process, at: record.time)
    guard !places.isEmpty, let message = stories.refer(line, record) else { return }
    for place in places { book.hit(message, at: place) { stories[message] } }
  }

  /// `message-id=<20260131220420.3F0C12A0B1@mail.example.org>`: cleanup(8) makes ids from time, queue id and myhostname.
  mutating func learnHostname(_ line: Span<UInt8>, _ record: LogRecord) {
    guard myhostname == nil, record.daemon == .cleanup, !record.queueID.isEmpty else { return }
    let stamp = Int(record.text.start) + "message-id=<".utf8.count
    let id = stamp + "20260131220420.".utf8.count
    let at = id + record.queueID.count
    guard line.starts(with: "message-id=<", at: Int(record.text.start)), at < line.count, line[at] == UInt8(ascii: "@"),
      line[id - 1] == UInt8(ascii: "."),
      zip(record.queueID.indices, id..<at).allSatisfy({ line[$0] == line[$1] })
    else { return }
    let host = line.text(ByteRange(at + 1, line.first(">", from: at) ?? line.count))
    if host.contains(".") { myhostname = host }
  }
}
