import Foundation
import LogSources
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Following a file` {
  private let folder: TemporaryFolderBox
  private let path: String
  private let writer: LogWriter

  init() throws {
    folder = TemporaryFolderBox(try TemporaryFolder())
    path = folder.folder.path + "/mail.log"
    writer = LogWriter(path)
  }

  private func follower(_ read: Following = Following(), _ change: (inout FileSelection) -> Void = { _ in }) throws
    -> FileFollower
  {
    var selection = FileSelection([path])
    selection.lookEvery = .milliseconds(200)
    selection.rotatedPatience = .seconds(2)
    change(&selection)
    return try FileFollower(selection, from: try read.filePositions.map { try $0.stored() })
  }

  private func expect(_ read: Following, gives count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(read.lines.compactMap(\.number) == Array(0..<count), sourceLocation: sourceLocation)
    #expect(!read.isLate && read.error == nil, sourceLocation: sourceLocation)
  }

  @Test(arguments: [false, true])
  func `gives lines as they are written, with and without inotify`(avoidsInotify: Bool) async throws {
    writer.write(10)
    var read = Following()
    let follower = try follower { $0.avoidsInotify = avoidsInotify }
    await read.read(follower) { $0.lines.count >= 10 }
    writer.write(10)
    await read.read(follower) { $0.lines.count >= 20 }
    expect(read, gives: 20)
    #expect(read.notices.isEmpty)
  }

  @Test func `says that all is read though nobody writes, also after a restart`() async throws {
    writer.write(10)
    var read = Following()
    await read.read(try follower()) { $0.lines.count >= 10 && $0.isCaughtUp }
    expect(read, gives: 10)
    var again = Following()
    await again.read(try follower(read)) { $0.isCaughtUp }
    #expect(again.isCaughtUp && again.lines.isEmpty && again.notices.isEmpty)
  }

  @Test func `says that all is read only when no log of a glob has more, and when it matches none`() async throws {
    let glob = folder.folder.path + "/mail*.log"
    var none = Following()
    await none.read(try follower { $0.paths = [glob] }) { $0.isCaughtUp }
    #expect(none.isCaughtUp)
    writer.write(1)
    LogWriter(folder.folder.path + "/mail-b.log").write(500)
    let follower = try follower {
      $0.paths = [glob]
      $0.batchBytes = 1_000
    }
    var read = Following()
    await read.read(follower) { $0.isCaughtUp }
    #expect(read.lines.count == 501)
  }

  @Test func `reads a renamed file to its end before the new one, also when its writer goes on for a while`()
    async throws
  {
    var read = Following()
    let follower = try follower()
    writer.write(50)
    await read.read(follower) { $0.lines.count >= 50 }
    writer.write(10)
    try writer.rotate()
    writer.write(10)
    await read.read(follower) { $0.lines.count >= 70 }
    writer.write(10)
    writer.reopen()
    writer.write(10)
    await read.read(follower) { $0.lines.count >= 90 }
    expect(read, gives: 90)
    #expect(read.notices == [.rotated(to: path + ".1")])
  }

  @Test(arguments: [false, true])
  func `finds what stood in a truncated file in its copy`(packing: Bool) async throws {
    var read = Following()
    let follower = try follower()
    writer.write(50)
    await read.read(follower) { $0.lines.count >= 50 }
    writer.write(10)
    try writer.copyAndTruncate(packing: packing)
    writer.write(5)
    await read.read(follower) { $0.lines.count >= 65 }
    expect(read, gives: 65)
    #expect(read.notices == [.truncated(copy: path + (packing ? ".1.gz" : ".1"))])
  }

  @Test func `says that lines may be lost when a file is truncated and there is no copy`() async throws {
    var read = Following()
    let follower = try follower()
    writer.write(50)
    await read.read(follower) { $0.lines.count >= 50 }
    try #require(unsafe truncate(path, 0) == 0)
    writer.write(5)
    await read.read(follower) { $0.lines.count >= 55 }
    expect(read, gives: 55)
    #expect(read.notices == [.truncated(copy: nil)])
  }

  @Test func `notices that a truncated file has outgrown its old length`() async throws {
    var read = Following()
    writer.write(5)
    await read.read(try follower()) { $0.lines.count >= 5 }
    try #require(unsafe truncate(path, 0) == 0)
    writer.write(50)
    await read.read(try follower(read)) { $0.lines.count >= 55 }
    expect(read, gives: 55)
    #expect(read.notices == [.truncated(copy: nil)])
  }

  @Test func `skips the hole that a writer leaves who goes on at its old place`() async throws {
    try FileManager.default.removeItem(atPath: path)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    func put(_ text: String) { _ = unsafe Glibc.write(descriptor, text, text.utf8.count) }
    var read = Following()
    let follower = try follower()
    for number in 0..<3 {
      put("line \(2 * number)\n")
      await read.read(follower) { $0.lines.count >= 2 * number + 1 }
      try #require(unsafe truncate(path, 0) == 0)
      put("line \(2 * number + 1)\n")
      await read.read(follower) { $0.lines.count >= 2 * number + 2 }
    }
    expect(read, gives: 6)
  }

  @Test func `goes on when the file was deleted and made anew`() async throws {
    var read = Following()
    let follower = try follower()
    writer.write(5)
    await read.read(follower) { $0.lines.count >= 5 }
    writer.write(5)
    try FileManager.default.removeItem(atPath: path)
    await read.read(follower) { $0.notices.contains(.vanished) }
    expect(read, gives: 10)
    writer.reopen()
    writer.write(5)
    await read.read(follower) { $0.lines.count >= 15 }
    expect(read, gives: 15)
    #expect(read.notices == [.vanished, .appeared])
  }

  @Test func `waits for a file that is not there yet, and for its folder`() async throws {
    let late = folder.folder.path + "/later/mail.log"
    var read = Following()
    let follower = try follower { $0.paths = [late] }
    await read.read(follower) { $0.notices == [.vanished] }
    try FileManager.default.createDirectory(
      atPath: folder.folder.path + "/later", withIntermediateDirectories: true)
    let writer = LogWriter(late)
    writer.write(10)
    await read.read(follower) { $0.lines.count >= 10 }
    expect(read, gives: 10)
    #expect(read.notices == [.vanished, .appeared])
  }

  @Test func `follows a symbolic link to where it leads now`() async throws {
    let (link, other) = (folder.folder.path + "/current.log", folder.folder.path + "/other.log")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    var read = Following()
    let follower = try follower { $0.paths = [link] }
    writer.write(5)
    await read.read(follower) { $0.lines.count >= 5 }
    writer.write(1)
    try Data("line 6\n".utf8).write(to: URL(fileURLWithPath: other))
    try FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: other)
    await read.read(follower) { $0.lines.count >= 7 }
    expect(read, gives: 7)
    #expect(read.notices == [.linkChanged(target: other)])
  }

  @Test func `holds an unfinished line back, but not for ever`() async throws {
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(descriptor) }
    func put(_ text: String) { _ = unsafe Glibc.write(descriptor, text, text.utf8.count) }
    var read = Following()
    let follower = try follower { $0.linePatience = .seconds(1) }
    put("first\nhalf")
    await read.read(follower, deadline: .milliseconds(600)) { $0.lines.count >= 2 }
    #expect(read.lines == ["first"])
    read.isLate = false
    await read.read(follower) { $0.lines.count >= 2 }
    #expect(read.lines == ["first", "half"])
    // Its end, when it does come, is no line of its own.
    put("\nnext\n")
    await read.read(follower) { $0.lines.count >= 3 }
    #expect(read.lines == ["first", "half", "next"])
  }

  @Test func `hands on a line of megabytes in pieces`() async throws {
    let long = String(repeating: "x", count: 2_500_000)
    try Data("before\n\(long)\nafter\n".utf8).write(to: URL(fileURLWithPath: path))
    var read = Following()
    await read.read(try follower { $0.batchBytes = 65_536 }) { $0.lines.last == "after" }
    #expect(read.lines.first == "before")
    #expect(read.lines.dropFirst().dropLast().joined() == long)
  }

  @Test(arguments: [("/usr/bin/mkfifo", SourceNotice.FileKind.fifo), ("/bin/mkdir", .directory)])
  func `says that something else stands in the file's place`(command: String, kind: SourceNotice.FileKind) async throws
  {
    var read = Following()
    let follower = try follower()
    writer.write(3)
    await read.read(follower) { $0.lines.count >= 3 }
    try FileManager.default.removeItem(atPath: path)
    try Command.run(command, path)
    await read.read(follower) { $0.notices.contains(.notAFile(kind)) }
    #expect(unsafe rmdir(path) == 0 || unlink(path) == 0)
    writer.reopen()
    writer.write(3)
    await read.read(follower) { $0.lines.count >= 6 }
    expect(read, gives: 6)
  }

  @Test func `begins where it is told to`() async throws {
    writer.write(5)
    var read = Following()
    // That the second file is missing is told once the first one has been opened.
    let follower = try follower {
      $0.firstLook = .end
      $0.paths.append(path + ".missing")
    }
    var late = Following()
    await late.read(follower) { $0.notices == [.vanished] }
    writer.write(1)
    await late.read(follower) { !$0.lines.isEmpty }
    #expect(late.lines.compactMap(\.number) == [5])
    try writer.rotate()
    writer.reopen()
    writer.write(1)
    let hour = Int64(Date().timeIntervalSince1970 - 3_600) * 1_000_000
    await read.read(try self.follower { $0.firstLook = .since(microseconds: hour) }) { $0.lines.count >= 7 }
    expect(read, gives: 7)
  }

  @Test func `of several logs and globs leaves rotated files to the log they belong to`() async throws {
    writer.write(5)
    try writer.rotate()
    writer.reopen()
    writer.write(5)
    let other = LogWriter(folder.folder.path + "/mail-out.log")
    other.write(4)
    var read = Following()
    let follower = try follower { $0.paths = [folder.folder.path + "/mail*"] }
    await read.read(follower) { $0.lines.count >= 14 }
    let late = LogWriter(folder.folder.path + "/mail-late.log")
    late.write(3)
    await read.read(follower) { $0.lines.count >= 17 }
    #expect(read.lines.compactMap(\.number).sorted() == (Array(0..<10) + Array(0..<4) + Array(0..<3)).sorted())
    #expect(Set(read.positions.keys) == Set([path, other.path, late.path]))
  }

  @Test func `refuses a pattern that is no absolute path`() {
    #expect(throws: SourceError.badPattern("mail.log")) { try FileFollower(FileSelection(["mail.log"])) }
  }
}
