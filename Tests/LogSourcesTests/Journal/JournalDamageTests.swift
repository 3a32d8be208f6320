import Foundation
import LogSources
import RepeatableNumbers
import Testing

@Suite(
  .enabled(if: Command.isThere("/lib/systemd/systemd-journal-remote"), "SKIPPED: systemd-journal-remote is missing"),
  .timeLimit(.minutes(2)))
struct `A journal that is not what it was` {
  private let folder: TemporaryFolderBox
  private let file: String

  init() throws {
    folder = TemporaryFolderBox(try TemporaryFolder())
    file = folder.folder.path + "/mail.journal"
  }

  private var selection: JournalSelection {
    var selection = JournalSelection()
    selection.directory = folder.folder.path
    return selection
  }

  private func write(_ numbers: some Sequence<Int>) throws {
    var export = JournalExport()
    for number in numbers { export.add("\(number)", second: Double(number)) }
    try export.write(to: file)
  }

  private func at(_ second: Int) -> Int64 { JournalExport.start + Int64(second) * 1_000_000 }

  @Test func `is read on by time when its entries were written anew, none of them twice`() async throws {
    try write(0..<10)
    var read = Following()
    await read.read(JournalFollower(selection)) { $0.lines.count >= 10 }
    try FileManager.default.removeItem(atPath: file)
    try write(5..<15)
    await read.read(JournalFollower(selection, from: try read.journalPosition?.stored())) { $0.lines.count >= 15 }
    #expect(read.lines.compactMap(\.number) == Array(0..<15))
    #expect(read.notices == [.cursorUnknown(stopped: at(9), resumed: at(10))])
  }

  @Test func `is read on by time when the stored cursor is none`() async throws {
    try write(0..<10)
    var read = Following()
    await read.read(JournalFollower(selection)) { $0.lines.count >= 10 }
    try write(10..<15)
    let stored = String(decoding: try JSONEncoder().encode(try #require(read.journalPosition)), as: UTF8.self)
    let broken = stored.replacing(#""cursor":"s="#, with: #""cursor":"?"#)
    #expect(broken != stored)
    let position = try JSONDecoder().decode(JournalPosition.self, from: Data(broken.utf8))
    await read.read(JournalFollower(selection, from: position)) { $0.lines.count >= 15 }
    #expect(read.lines.compactMap(\.number) == Array(0..<15))
    #expect(read.notices == [.cursorUnknown(stopped: at(9), resumed: at(10))])
  }

  @Test func `says what was removed before it was read`() async throws {
    try write(0..<10)
    var read = Following()
    await read.read(JournalFollower(selection)) { $0.lines.count >= 10 }
    try FileManager.default.removeItem(atPath: file)
    try write(20..<25)
    await read.read(JournalFollower(selection, from: try read.journalPosition?.stored())) { $0.lines.count >= 15 }
    #expect(read.lines.compactMap(\.number) == Array(0..<10) + Array(20..<25))
    #expect(read.notices == [.vacuumed(from: at(9), to: at(20))])
  }

  enum Damage: String, CaseIterable {
    case cutInHalf, zerosInTheMiddle, noiseAllOver, headGone
  }

  @Test(arguments: Damage.allCases)
  func `gives what can be read of it, and says that there was more`(damage: Damage) async throws {
    let count = 3_000
    try write(0..<count)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    var random = RepeatableNumbers(state: 11)
    switch damage {
    case .cutInHalf: bytes.removeLast(bytes.count / 2)
    case .zerosInTheMiddle:
      bytes.replaceSubrange((bytes.count / 3)..<(bytes.count / 2), with: Data(count: bytes.count / 2 - bytes.count / 3))
    case .noiseAllOver:
      for _ in 0..<2_000 {
        bytes[Int.random(in: 4_096..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    case .headGone: bytes.replaceSubrange(0..<64, with: Data(count: 64))
    }
    try bytes.write(to: URL(fileURLWithPath: file))
    var export = JournalExport()
    export.add("of a sound file", second: 10_000)
    try export.write(to: folder.folder.path + "/sound.journal")

    var followed = Following()
    await followed.read(JournalFollower(selection)) { read in
      read.lines.contains { $0.hasSuffix("sound file") } && read.notices.contains { $0.isLossPossible }
    }
    #expect(!followed.isLate && followed.error == nil, "\(followed.lines.count) lines, \(followed.notices)")
    let numbers = followed.lines.compactMap(\.number)
    #expect(numbers == numbers.sorted() && numbers.count < count)

    var scanned = Following()
    var scan = try JournalScan(selection)
    while let batch = try scan.next() { scanned.add(batch) }
    #expect(scanned.lines == followed.lines)
    #expect(scanned.notices.contains { if case .journalCorrupt(file, _) = $0 { true } else { false } })
  }

  @Test func `of several machines gives also what one of them delivers late`() async throws {
    try write(100..<110)
    var read = Following()
    let follower = JournalFollower(selection)
    await read.read(follower) { $0.lines.count >= 10 }
    var late = JournalExport()
    for number in 0..<10 {
      late.add(
        "\(number)", second: Double(number), machine: String(repeating: "3", count: 32),
        boot: String(repeating: "4", count: 32))
    }
    try late.write(to: folder.folder.path + "/other.journal")
    await read.read(follower) { $0.lines.count >= 20 }
    #expect(!read.isLate)
    try late.write(to: folder.folder.path + "/other.journal")
    await read.read(JournalFollower(selection, from: try read.journalPosition?.stored())) { $0.lines.count >= 30 }
    #expect(read.lines.compactMap(\.number) == Array(100..<110) + Array(0..<10) + Array(0..<10))
  }
}
