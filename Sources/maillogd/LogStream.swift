import Foundation
import LogParsing
import LogSources

/// Reads inputs one after the other and hands on plain log text: unpacked, journal exports turned into lines.
struct LogStream {
  /// Called after every chunk with the bytes read so far and the input's size, if it has one.
  var progress: (_ path: String, _ read: Int64, _ total: Int64?) -> Void = { _, _, _ in }
  /// Problems with single inputs; the others are read all the same.
  private(set) var failures: [Failure] = []

  /// The inputs that a command line names; none named: what is piped in, else the machine's own log.
  static func inputs(_ paths: [String]) throws -> [LogInput] {
    guard paths.isEmpty else { return paths.map { $0 == "-" ? .standardInput : .file(path: $0) } }
    if StandardInput.isPiped { return [.standardInput] }
    let own = ["/var/log/mail.log", "/var/log/maillog"]
    guard let found = own.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw Failure.cannotOpen(
        "this machine has neither \(own.joined(separator: " nor ")); name a file, or: journalctl -o export | maillogd scan -"
      )
    }
    return [.file(path: found)]
  }

  /// Reads `input`: `begin` gets the clock that dates its lines, `take` the text, chunk by chunk.
  mutating func read(_ input: LogInput, begin: (String, LogClock) -> Void, take: (Span<UInt8>) -> Void) {
    let path = input.description
    do {
      var reader = try LogReader(input)
      begin(path, .local(newest: reader.modified))
      var journal = JournalText()
      var chunk: [UInt8] = []
      do {
        while try reader.read(into: &chunk) > 0 {
          hand(journal.lines(chunk), take)
          chunk.removeAll(keepingCapacity: true)
          progress(path, reader.bytesRead, reader.totalBytes)
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
  enum Source {
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

  /// Tells every failure; the gravest decides the exit code.
  func report() throws {
    for failure in failures { StandardError.write("maillogd: " + failure.message) }
    if let first = failures.first { throw ExitStatus(code: first.code) }
  }
}

/// Ends the program with a code after everything has been said.
struct ExitStatus: Error { let code: Int32 }

extension Failure {
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

enum StandardInput {
  /// Whether something is piped or redirected into the program.
  static var isPiped: Bool {
    var status = stat()
    guard unsafe fstat(STDIN_FILENO, &status) == 0 else { return false }
    let type = status.st_mode & S_IFMT
    return type == S_IFIFO || type == S_IFREG || type == S_IFSOCK
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
