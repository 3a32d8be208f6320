import Foundation
import LogParsing
import LogSources

/// Reads inputs one after the other and hands on plain log text: unpacked, journal exports turned into lines.
struct LogStream {
  /// How much of the input is handed on at a time, in bytes.
  var chunkSize = 1 << 20
  /// Called after every chunk with the bytes of the input used so far, packed as it may be.
  var progress: (Int64) -> Void = { _ in }
  /// Problems with single inputs; the others are read all the same.
  private(set) var failures: [Failure] = []

  /// Reads `input`: `begin` gets the clock that dates its lines, `take` the text, chunk by chunk.
  mutating func read(_ input: LogInput, begin: (String, LogClock) -> Void, take: (Span<UInt8>) -> Void) {
    let path = input.description
    do {
      var reader = try LogReader(input, chunkSize: chunkSize)
      begin(path, .local(newest: reader.modified))
      var journal = JournalText()
      var chunk: [UInt8] = []
      do {
        while try reader.read(into: &chunk) > 0 {
          hand(journal.lines(chunk), take)
          chunk.removeAll(keepingCapacity: true)
          progress(reader.bytesRead)
        }
      } catch {
        // What was unpacked before the damage counts; the damage is told when all is read.
        hand(journal.lines(chunk), take)
        failures.append(Failure(error))
      }
      hand(journal.end(), take)
    } catch {
      failures.append(Failure(error))
    }
  }

  /// What a scan reads.
  enum Source: Sendable {
    case input(LogInput)
    case journal(JournalSelection)
  }

  mutating func read(_ source: Source, begin: (String, LogClock) -> Void, take: (Span<UInt8>) -> Void) {
    switch source {
    case .input(let input): read(input, begin: begin, take: take)
    case .journal(let selection): read(selection, begin: begin, take: take)
    }
  }

  /// Reads what the journal holds; what is missing in it is told with the failures.
  mutating func read(_ selection: JournalSelection, begin: (String, LogClock) -> Void, take: (Span<UInt8>) -> Void) {
    do {
      var journal = try JournalScan(selection)
      begin(selection.source, .local(newest: nil))
      while let batch = try journal.next() {
        hand(batch.text, take)
        for notice in batch.notices {
          if let failure = Failure(notice) { failures.append(failure) }
        }
      }
    } catch {
      failures.append(Failure(error))
    }
  }

  private func hand(_ text: [UInt8], _ take: (Span<UInt8>) -> Void) {
    if !text.isEmpty { take(text.span) }
  }

  /// Tells every failure; the first decides the exit code.
  func report() throws { try Failure.report(failures) }
}

/// Ends the program with a code after everything has been said.
struct ExitStatus: Error { let code: Int32 }

extension Failure {
  /// Tells every failure; the first decides the exit code.
  static func report(_ failures: [Failure]) throws {
    for failure in failures { StandardError.write("maillogd: " + failure.message) }
    if let first = failures.first { throw ExitStatus(code: first.code) }
  }

  init(_ error: LogInputError) {
    switch error {
    case .permissionDenied: self = .noPermission(error.description)
    case .notReadable: self = .readingFailed(error.description)
    case .notFound, .isDirectory: self = .cannotOpen(error.description)
    default: self = .badData(error.description)
    }
  }
}

extension Failure {
  init(_ error: SourceError) {
    switch error {
    case .journalDenied: self = .noPermission(error.description)
    case .journalUnreadable: self = .readingFailed(error.description)
    case .noJournalDirectory, .noJournalLibrary: self = .cannotOpen(error.description)
    case .badPattern: self = Failure(code: 64, message: error.description)
    }
  }

  /// What a one-shot reading has to say of a notice: that a file is damaged.
  init?(_ notice: SourceNotice) {
    guard case .journalCorrupt(let path, let unread) = notice.event else { return nil }
    let share = unread.map { "\($0) of its entries" } ?? "a part of it"
    self = .badData(
      "\(path): the journal file is damaged; \(share) could not be read. What was read is in the report; "
        + "journalctl --verify --file \(path) shows the damage.")
  }
}

extension LogClock {
  /// For logs of this machine's zone that end at `newest` (seconds since 1970), or now.
  static func local(newest: Int64?) -> LogClock {
    LogClock(newest: newest ?? Int64(Date().timeIntervalSince1970), zone: .current)
  }
}

extension ZoneOffsets {
  /// The zone of this machine, over the last ten years and the coming one.
  static let current: ZoneOffsets = {
    let zone = TimeZone.current
    let end = Date().addingTimeInterval(366 * 86_400)
    var moment = end.addingTimeInterval(-11 * 366 * 86_400)
    let initial = zone.secondsFromGMT(for: moment)
    var changes: [(localSecond: Int64, offset: Int)] = []
    while let next = zone.nextDaylightSavingTimeTransition(after: moment), next < end, changes.count < 64 {
      let offset = zone.secondsFromGMT(for: next.addingTimeInterval(1))
      changes.append((Int64(next.timeIntervalSince1970) + Int64(offset), offset))
      moment = next
    }
    return ZoneOffsets(initial: initial, changes: changes)
  }()
}
