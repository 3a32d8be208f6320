import LogParsing

/// Collects the failures that no rule knows, by shape: equal but for numbers, names and addresses.
struct UnexplainedShapes {
  private var shapes: [String: UnexplainedShape] = [:]
  private static let mostShapes = 2_000
  private static let longestTemplate = 200
  private static let overflow = "… (more shapes than are kept apart)"

  mutating func add(_ event: LogEvent, reference: LineReference) {
    var template = Self.template(of: event)
    if shapes[template] == nil, shapes.count >= Self.mostShapes { template = Self.overflow }
    let time = event.record.time
    var shape =
      shapes[template]
      ?? UnexplainedShape(template: template, count: 0, first: time, last: time, sample: reference)
    shape.count += UInt64(event.record.repetitions)
    if let time {
      shape.first = min(shape.first ?? time, time)
      shape.last = max(shape.last ?? time, time)
    }
    shapes[template] = shape
  }

  /// Lets go of what has not been seen since `moment`, for a daemon that runs for years.
  mutating func forget(before moment: EventTime) {
    shapes = shapes.filter { $0.value.last.map { $0 >= moment } ?? true }
  }

  /// Most frequent first.
  func ranked() -> [UnexplainedShape] {
    shapes.values.sorted { ($1.count, $0.template) < ($0.count, $1.template) }
  }

  /// The line's words with what varies taken out: `smtp: status=deferred (host … said: <n> try again later)`.
  static func template(of event: LogEvent) -> String {
    let level = event.record.level
    var head = event.record.daemon.rawValue + ": " + (level == .info ? "" : level.rawValue + ": ")
    var text = event.line[event.record.text].text
    if event.kind == .delivery, let status = event.text("status") {
      head += "status=\(status) "
      text = event.text("remote.text") ?? event.text("reply") ?? text
    }
    let words = text.split(separator: " ", omittingEmptySubsequences: true).map { masked($0) }
    var short: [String] = []
    for word in words where short.last != word || word != "…" { short.append(word) }
    return head + short.joined(separator: " ").prefix(longestTemplate)
  }

  /// A word that holds a digit, an address or a name in brackets is told apart by nobody.
  private static func masked(_ word: Substring) -> String {
    let varies = word.utf8.contains { (0x30...0x39).contains($0) || "@<>[]=/".utf8.contains($0) }
    guard varies else { return String(word) }
    let tail = word.last.map { ":;,.)".contains($0) ? String($0) : "" } ?? ""
    return "…" + tail
  }
}
