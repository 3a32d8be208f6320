import Foundation
import LogSources
import Testing

@Suite struct `Inputs` {
  @Test(arguments: ["", "\n", "B", "BZh9 is no archive\n", "Jan  5 10:15:22 mail postfix/qmgr[1]: 4F: removed\n"])
  func `that are not packed come as they are`(log: String) throws {
    let folder = try TemporaryFolder()
    let reading = Reading(try folder.file("mail.log", log.utf8))
    #expect(reading.error == nil)
    #expect(reading.compression == .none)
    #expect(reading.log == Array(log.utf8))
    #expect(reading.bytesRead == log.utf8.count)
  }

  @Test(arguments: [1, 1000, 1 << 20])
  func `that are long come whole in chunks of any size`(chunkSize: Int) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(2000)
    #expect(Reading(try folder.file("mail.log", log), chunkSize: chunkSize).log == log)
  }

  @Test func `are judged by what they hold, not by their name`() throws {
    let folder = try TemporaryFolder()
    let log = deliveries(3)
    let plain = Reading(try folder.file("mail.log.1.gz", log))
    #expect(plain.compression == .none && plain.log == log)
    let packed = Reading(try folder.file("mail.log.1.bz2", try Packer.xz.pack(log)))
    #expect(packed.compression == .xz && packed.log == log)
  }

  @Test func `know their size and time`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("mail.log", deliveries(3))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_767_225_600)], ofItemAtPath: path)
    let reader = try LogReader(.file(path: path))
    #expect(reader.modified == 1_767_225_600)
    #expect(reader.totalBytes == Int64(deliveries(3).count))
    #expect(reader.bytesRead == 0)
  }

  @Test func `that shrink while they are read end where they end`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("mail.log", deliveries(2000))
    var reader = try LogReader(.file(path: path), chunkSize: 1000)
    var log: [UInt8] = []
    #expect(try reader.read(into: &log) == 1000)
    #expect(unsafe truncate(path, 500) == 0)
    while try reader.read(into: &log) > 0 {}
    #expect(deliveries(2000).starts(with: log))
  }

  @Test func `that are missing, folders or unreadable each say so`() throws {
    let folder = try TemporaryFolder()
    let missing = LogInput.file(path: folder.path + "/mail.log")
    #expect(Reading(missing).error == .notFound(missing))
    #expect(Reading(.file(path: folder.path)).error == .isDirectory(.file(path: folder.path)))
    let below = LogInput.file(path: try folder.file("plain", []) + "/mail.log")
    #expect(Reading(below).error == .notFound(below))
    // The memory of a process begins with a page that nobody may read.
    let memory = LogInput.file(path: "/proc/self/mem")
    #expect(Reading(memory).error == .notReadable(memory, code: EIO))
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func `that others keep to themselves are permission denied`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("mail.log", deliveries(1))
    #expect(unsafe chmod(path, 0) == 0)
    #expect(Reading(path).error == .permissionDenied(.file(path: path)))
  }

  @Test(arguments: [
    ("mail.log.Z", [0x1f, 0x9d, 0x90], "gzip -dc"), ("mail.zip", [0x50, 0x4b, 3, 4], "Unpack it first"),
    ("system.journal", Array("LPKSHHRH\0".utf8), "--journal"),
  ])
  func `of a foreign format say what to do instead`(name: String, bytes: [UInt8], advice: String) throws {
    let folder = try TemporaryFolder()
    let error = Reading(try folder.file(name, bytes)).error
    guard case .foreignFormat = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains(advice) == true)
  }

  @Test(arguments: [Packer?.none, .gzip, .zstd])
  func `through a FIFO arrive piece by piece`(packer: Packer?) throws {
    let folder = try TemporaryFolder()
    let fifo = folder.path + "/fifo"
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    let log = deliveries(300)
    let bytes = try packer?.pack(log) ?? log
    Thread.detachNewThread {
      let pipe = unsafe open(fifo, O_WRONLY)
      for start in stride(from: 0, to: bytes.count, by: 997) {
        let piece = Array(bytes[start..<min(bytes.count, start + 997)])
        _ = unsafe write(pipe, piece, piece.count)
        usleep(500)
      }
      close(pipe)
    }
    let reader = try LogReader(.file(path: fifo))
    #expect(reader.totalBytes == nil && reader.modified == nil)
    #expect(reader.compression == packer?.compression ?? .none)
    #expect(remainder(of: reader) == log)
  }

  @Test(arguments: ["/dev/stdin", nil])
  func `on standard input are read, however it is named`(path: String?) async throws {
    await #expect(processExitsWith: .success) { [path] in
      let log = deliveries(3)
      let (reading, writing) = pipeEnds()
      _ = unsafe write(writing, log, log.count)
      close(writing)
      dup2(reading, STDIN_FILENO)
      let result = Reading(path.map { .file(path: $0) } ?? .standardInput)
      exit(result.log == log && result.error == nil ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  @Test func `on standard input may be a socket that does not block`() async throws {
    await #expect(processExitsWith: .success) {
      var ends: [Int32] = [0, 0]
      guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0
      else { exit(2) }
      let log = deliveries(3)
      let writing = ends[1]
      Thread.detachNewThread {
        usleep(50_000)
        _ = unsafe write(writing, log, log.count)
        close(writing)
      }
      dup2(ends[0], STDIN_FILENO)
      exit(Reading("/dev/stdin").log == log ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  @Test func `are read on when a signal interrupts the wait for them`() async throws {
    await #expect(processExitsWith: .success) {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { _ in }
      unsafe sigaction(SIGUSR1, &action, nil)
      // The threads of libdispatch keep signals out.
      var signals = sigset_t()
      unsafe sigaddset(&signals, SIGUSR1)
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      let (reading, writing) = pipeEnds()
      dup2(reading, STDIN_FILENO)
      let log = deliveries(3)
      let reader = pthread_self()
      Thread.detachNewThread {
        for byte in log.prefix(200) {
          usleep(500)
          pthread_kill(reader, SIGUSR1)
          usleep(500)
          _ = unsafe write(writing, [byte], 1)
        }
        close(writing)
      }
      let result = Reading(.standardInput)
      exit(result.log == Array(log.prefix(200)) && result.error == nil ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}

private func remainder(of reader: consuming LogReader) -> [UInt8] {
  var log: [UInt8] = []
  while let count = try? reader.read(into: &log), count > 0 {}
  return log
}

private func pipeEnds() -> (reading: Int32, writing: Int32) {
  var ends: [Int32] = [0, 0]
  guard unsafe pipe(&ends) == 0 else { exit(2) }
  return (ends[0], ends[1])
}
