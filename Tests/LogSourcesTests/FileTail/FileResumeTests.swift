import Foundation
import LogSources
import RepeatableNumbers
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Reading on after a stop` {
  private let folder: TemporaryFolderBox
  private let path: String
  private let writer: LogWriter

  init() throws {
    folder = TemporaryFolderBox(try TemporaryFolder())
    path = folder.folder.path + "/mail.log"
    writer = LogWriter(path)
  }

  private func follower(_ read: Following) throws -> FileFollower {
    var selection = FileSelection([path])
    selection.lookEvery = .milliseconds(200)
    selection.rotatedPatience = .seconds(2)
    selection.batchBytes = 3_000
    return try FileFollower(selection, from: try read.filePositions.map { try $0.stored() })
  }

  private func readAll(_ read: inout Following) async throws {
    let count = writer.count
    await read.read(try follower(read)) { $0.lines.count >= count }
    try read.expectOnce(count)
  }

  @Test func `finds the rest in rotated and packed files, whatever they are called by then`() async throws {
    var read = Following()
    writer.write(100)
    try await readAll(&read)
    writer.write(50)
    for round in 1...3 {
      try writer.rotate()
      writer.reopen()
      writer.write(50)
      if round < 3 { try Command.run("/bin/gzip", path + ".1") }
    }
    try await readAll(&read)
    #expect(
      read.notices == [.caughtUpFrom(files: [path + ".3.gz", path + ".2.gz", path + ".1"])])
  }

  @Test(arguments: ["xz", "zstd", "bzip2"])
  func `finds the rest in what other programs packed`(packer: String) async throws {
    var read = Following()
    writer.write(100)
    try await readAll(&read)
    writer.write(50)
    try writer.rotate()
    writer.reopen()
    writer.write(20)
    try Command.run("/usr/bin/env", packer, "-q", path + ".1")
    if packer == "zstd" { try FileManager.default.removeItem(atPath: path + ".1") }
    try await readAll(&read)
  }

  @Test func `says so when the file is gone, and reads those written since`() async throws {
    var read = Following()
    writer.write(100)
    try await readAll(&read)
    try await Task.sleep(for: .milliseconds(1_100))
    try writer.rotate()
    writer.reopen()
    writer.write(20)
    try FileManager.default.removeItem(atPath: path + ".1")
    try writer.rotate()
    writer.reopen()
    writer.write(20)
    try await readAll(&read)
    #expect(read.notices == [.placeLost(read: [path + ".1"])])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `gives every line once, through rotations of all kinds and stops at any moment`(seed: UInt64) async throws {
    var random = RepeatableNumbers(state: seed)
    var read = Following()
    for _ in 0..<25 {
      writer.write(Int.random(in: 1...120, using: &random))
      // Reads a part, or nothing, and is killed.
      let goal = Int.random(in: 0...max(0, writer.count - read.lines.count), using: &random) + read.lines.count
      if goal > read.lines.count { await read.read(try follower(read)) { $0.lines.count >= goal } }
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        try writer.rotate()
        writer.reopen()
      case 1:
        try writer.rotate()
        writer.write(Int.random(in: 1...40, using: &random))
        if Bool.random(using: &random) {
          let goal = Int.random(in: 0...max(0, writer.count - read.lines.count), using: &random) + read.lines.count
          if goal > read.lines.count { await read.read(try follower(read)) { $0.lines.count >= goal } }
        }
        writer.reopen()
        writer.write(1)
      case 2:
        try writer.copyAndTruncate()
      case 3:
        try writer.rotate()
        writer.reopen()
        try Command.run("/bin/gzip", path + ".1")
      case 4:
        try writer.copyAndTruncate(packing: true)
      default: break
      }
      try read.expectOnce()
    }
    try await readAll(&read)
    #expect(!read.notices.contains { $0.isLossPossible })
  }

  @Test func `gives every line once while a writer writes and rotates all the time`() async throws {
    let total = 10_000
    let writing = Task.detached { [writer, folder] in
      defer { withExtendedLifetime(folder) {} }
      var random = RepeatableNumbers(state: 3)
      while writer.count < total {
        writer.write(Int.random(in: 1...200, using: &random))
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
          try writer.rotate()
          writer.write(5)
          writer.reopen()
        case 1: try writer.copyAndTruncate()
        default: try await Task.sleep(for: .milliseconds(5))
        }
      }
    }
    var random = RepeatableNumbers(state: 4)
    var read = Following()
    while read.lines.count < total, !read.isLate, read.error == nil {
      let goal = read.lines.count + Int.random(in: 1...1_500, using: &random)
      await read.read(try follower(read)) { $0.lines.count >= min(goal, total) }
      try read.expectOnce()
    }
    try await writing.value
    try await readAll(&read)
  }
}

extension Following {
  /// Requires the lines of a `LogWriter`, each once and in order: the first `count`, or as many as there are.
  func expectOnce(_ count: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let numbers = lines.map(\.number)
    let wrong = numbers.indices.first { numbers[$0] != $0 }
    try #require(
      wrong == nil && !isLate && error == nil && (count == nil || count == numbers.count),
      "\(numbers.count) lines; at \(wrong ?? -1): \(numbers[max(0, (wrong ?? 0) - 2)..<min(numbers.count, (wrong ?? 0) + 3)]); \(wrong.map { lines[max(0, $0 - 1)...min($0 + 1, lines.count - 1)] } ?? []) \(notices.suffix(5))",
      sourceLocation: sourceLocation)
  }
}
