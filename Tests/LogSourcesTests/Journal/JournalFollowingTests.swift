import Foundation
import LogSources
import RepeatableNumbers
import Testing

@Suite(
  .enabled(if: PrivateJournald.isAvailable, "SKIPPED: a private journald needs root and unshare(1)"),
  .timeLimit(.minutes(2)))
struct `Following journald` {
  private let folder: TemporaryFolderBox
  private let journald: PrivateJournald

  init() throws {
    folder = TemporaryFolderBox(try TemporaryFolder())
    // Files as small as journald makes them, so that they are rotated all the time.
    journald = try PrivateJournald(folder.folder, settings: ["SystemMaxFileSize=1M"])
    try journald.start()
  }

  private func follower(from position: JournalPosition? = nil) -> JournalFollower {
    var selection = JournalSelection()
    selection.directory = journald.journal
    return JournalFollower(selection, from: position)
  }

  @Test func `gives every line once, in order, while journald rotates`() async throws {
    let count = 6_000
    let writer = Task { [journald] in
      for number in 0..<count { journald.log("\(number)") }
    }
    var read = Following()
    await read.read(follower()) { $0.lines.count >= count }
    await writer.value
    #expect(read.lines.compactMap(\.number) == Array(0..<count))
    #expect(read.notices.filter { $0 != .journaldStarted && $0 != .noJournal }.isEmpty)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: journald.journal).count > 5)
  }

  @Test func `goes on where it stopped, however often the reader is killed`() async throws {
    let count = 4_000
    let writer = Task { [journald] in
      for number in 0..<count {
        journald.log("\(number)")
        if number % 900 == 899 { journald.rotate() }
      }
    }
    var random = RepeatableNumbers(state: 7)
    var read = Following()
    while read.lines.count < count, read.error == nil, !read.isLate {
      let goal = min(count, read.lines.count + Int.random(in: 1...700, using: &random))
      await read.read(follower(from: try read.journalPosition?.stored())) { $0.lines.count >= goal }
    }
    await writer.value
    #expect(read.lines.compactMap(\.number) == Array(0..<count))
  }

  @Test func `outlives a journald that is killed, and gives what is in the journal`() async throws {
    let reader = follower()
    var read = Following()
    for round in 0..<4 {
      for number in 0..<300 { journald.log("\(round * 1_000 + number)") }
      if round < 3 {
        journald.kill()
        try journald.start()
      }
    }
    journald.log("end")
    await read.read(reader) { $0.lines.last?.hasSuffix(" end") == true }
    let kept = try journald.messages()
    #expect(kept.count > 300)
    #expect(read.lines.map { $0.split(separator: " ").last.map(String.init) } == kept.map(Optional.some))
    #expect(read.notices.filter { $0 == .journaldStarted }.count == 4)
    #expect(!read.notices.contains { if case .vacuumed = $0 { true } else { false } })
  }

  @Test func `says so when entries were vacuumed before they were read`() async throws {
    for number in 0..<500 { journald.log("\(number)") }
    var read = Following()
    await read.read(follower()) { $0.lines.count >= 500 }
    for number in 500..<3_000 { journald.log("\(number)") }
    journald.log("last")
    usleep(300_000)
    journald.rotate()
    usleep(500_000)
    try Command.run("/usr/bin/journalctl", "-D", journald.journal, "--vacuum-files=1")
    journald.log("behind the gap")
    await read.read(follower(from: try read.journalPosition?.stored())) {
      $0.lines.last?.hasSuffix("behind the gap") == true
    }
    #expect(read.lines.count < 3_002)
    let numbers = read.lines.compactMap(\.number)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    #expect(read.notices.contains { if case .vacuumed(let from, let to) = $0 { from < to } else { false } })
  }

  @Test func `is silent about vacuumed entries that had been read`() async throws {
    for number in 0..<500 { journald.log("\(number)") }
    var read = Following()
    let reader = follower()
    await read.read(reader) { $0.lines.count >= 500 }
    journald.rotate()
    usleep(500_000)
    try Command.run("/usr/bin/journalctl", "-D", journald.journal, "--vacuum-files=1")
    journald.log("500")
    await read.read(reader) { $0.lines.count >= 501 }
    #expect(read.lines.compactMap(\.number) == Array(0...500))
    #expect(!read.notices.contains { if case .vacuumed = $0 { true } else { false } })
  }

  @Test func `ends at once when its task is cancelled`() async throws {
    let reader = follower()
    var read = Following()
    journald.log("first")
    await read.read(reader) { !$0.lines.isEmpty }
    let waiting = Task { try await reader.next() }
    try await Task.sleep(for: .milliseconds(100))
    let clock = ContinuousClock.now
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(clock.duration(to: .now) < .seconds(5))
    journald.log("second")
    await read.read(reader) { $0.lines.count >= 2 }
    #expect(read.lines.count == 2)
  }
}

/// Lets a suite own a folder for as long as its test runs.
final class TemporaryFolderBox: Sendable {
  let folder: TemporaryFolder
  init(_ folder: consuming TemporaryFolder) { self.folder = folder }
}

extension String {
  /// The number that a test's line ends with.
  var number: Int? { split(separator: " ").last.flatMap { Int($0) } }
}

extension Decodable where Self: Encodable {
  /// The value as it comes back from a database.
  func stored() throws -> Self { try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(self)) }
}
