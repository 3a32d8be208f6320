import Foundation
import LogParsing
import LogSources

/// Which logs are read side by side, their lines in the order of time: those of several hosts, and those that programs of
/// one host write next to each other.
///
/// Logs of one host in several folders are copies of different days, or of different machines that call themselves alike:
/// they are read one after the other, as named, for what was seen in one proves nothing in another.
struct SideBySide {
  /// The inputs of each strand, in the order in which they are read.
  let strands: [[LogInput]]

  /// Each log that is open takes memory, a descriptor and a thread; more than so many are read one after the other.
  private static let mostStrands = 256

  init(_ logs: [[LogInput]]) {
    guard logs.count > 1, logs.allSatisfy({ $0.allSatisfy { $0 != .standardInput } }) else {
      strands = [logs.flatMap(\.self)]
      return
    }
    var strands: [[LogInput]] = []
    var origins: [(host: String, folder: String)] = []
    for log in logs {
      let host = log.lazy.compactMap(Self.host(of:)).first ?? ""
      let folder = log.first.map { URL(filePath: $0.description).deletingLastPathComponent().path } ?? ""
      if let place = origins.firstIndex(where: { $0.host == host && $0.folder != folder }) {
        strands[place] += log
      } else {
        origins.append((host, folder))
        strands.append(log)
      }
    }
    self.strands = strands.count <= Self.mostStrands ? strands : [logs.flatMap(\.self)]
  }

  /// The host that the log's first lines name.
  private static func host(of input: LogInput) -> String? {
    guard var reader = try? LogReader(input, chunkSize: 1 << 16) else { return nil }
    var journal = JournalText()
    var opening: [UInt8] = []
    _ = try? reader.read(into: &opening)
    let text = journal.lines(opening)
    var parser = RecordParser(clock: .local(newest: reader.modified))
    var host: String?
    text.span.forEachLine { line, _ in
      guard host == nil else { return }
      let record = parser.parse(line)
      if !record.host.isEmpty { host = line.text(record.host) }
    }
    return host
  }
}
