import Foundation

/// A line of a recording with the places that change each time it is written.
struct LineTemplate {
  /// Without the time, with the line end.
  let bytes: [UInt8]
  /// Where in `bytes` which of the story's queue ids stands.
  let queueIDs: [(offset: Int, index: Int)]
  /// Microseconds after the first line of its recording.
  let delay: Int
}

/// The lines of the recordings: a run of healthy traffic, and single lines that tell of failures.
struct RecordedLines {
  let healthy: [LineTemplate]
  let failures: [LineTemplate]
  /// How many queue ids `healthy` speaks of.
  let queueIDs: Int
  /// How long the healthy run lasts, in microseconds.
  let duration: Int

  static let queueIDLength = 11

  /// A word in a line that says: something went wrong.
  private static let signs: [[UInt8]] = [
    " warning: ", " error: ", " fatal: ", " panic: ", "status=deferred", "status=bounced", "status=expired",
    ": reject: ",
    "milter-reject:", "key data is not secure", "error loading key", "Permission denied",
  ].map { Array($0.utf8) }

  /// What OpenDKIM adds to every foreign message with `LogWhy yes`, which is not its default (opendkim.conf(5)).
  private static let reasons: [[UInt8]] = [" not internal", " not authenticated", " no signature data"].map {
    Array($0.utf8)
  }

  /// `failing`: only recordings whose names begin so give failures. `logsWhy`: healthy mail as with OpenDKIM's LogWhy.
  init(folder: String, failing: String = "", logsWhy: Bool = false) throws {
    let run = try Self.lines(of: folder + "/healthy_200/mail.log").filter { line in
      logsWhy || !Self.reasons.contains { line.suffix($0.count).elementsEqual($0) }
    }
    var indices: [[UInt8]: Int] = [:]
    healthy = run.map { LineTemplate($0, since: run[0], &indices) }
    queueIDs = indices.count
    duration = healthy.map(\.delay).max() ?? 0
    var failures: [LineTemplate] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where !name.hasPrefix("healthy") && name.hasPrefix(failing) {
      guard let lines = try? Self.lines(of: "\(folder)/\(name)/mail.log") else { continue }
      for line in lines where Self.tellsOfFailure(line) {
        var own: [[UInt8]: Int] = [:]
        let template = LineTemplate(line, since: line, &own)
        if own.count <= 1 { failures.append(template) }
      }
    }
    self.failures = failures
  }

  private static func lines(of path: String) throws -> [ArraySlice<UInt8>] {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return bytes.split(separator: UInt8(ascii: "\n")).filter { LineTemplate.microsecond(of: $0) != nil }
  }

  private static func tellsOfFailure(_ line: ArraySlice<UInt8>) -> Bool {
    line.indices.contains { start in signs.contains { line[start...].starts(with: $0) } }
  }
}

extension LineTemplate {
  /// `2026-11-23T17:48:09.873201+00:00`
  private static let timeLength = 32

  init(_ line: ArraySlice<UInt8>, since first: ArraySlice<UInt8>, _ indices: inout [[UInt8]: Int]) {
    let body = Array(line.dropFirst(Self.timeLength))
    bytes = body + [UInt8(ascii: "\n")]
    queueIDs = Self.queueIDs(in: body).map { offset in
      let id = Array(body[offset..<offset + RecordedLines.queueIDLength])
      let index = indices[id, default: indices.count]
      indices[id] = index
      return (offset, index)
    }
    delay = max(0, (Self.microsecond(of: line) ?? 0) - (Self.microsecond(of: first) ?? 0))
  }

  /// Queue ids of the recordings have eleven digits; nothing else in them that is written in capitals does.
  private static func queueIDs(in body: [UInt8]) -> [Int] {
    var offsets: [Int] = []
    var run = 0
    for (offset, byte) in (body + [0]).enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"): run += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"): run = -body.count
      default:
        if run == RecordedLines.queueIDLength { offsets.append(offset - run) }
        run = 0
      }
    }
    return offsets
  }

  /// The microsecond of the day; `nil` if the line does not begin with a time of this form.
  static func microsecond(of line: ArraySlice<UInt8>) -> Int? {
    let time = line.prefix(timeLength)
    guard line.count > timeLength, time.suffix(6).elementsEqual("+00:00".utf8) else { return nil }
    func number(_ places: Range<Int>) -> Int? {
      Int(
        String(
          decoding: time[(time.startIndex + places.lowerBound)..<(time.startIndex + places.upperBound)], as: UTF8.self))
    }
    guard let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let fraction = number(20..<26)
    else { return nil }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  }
}
