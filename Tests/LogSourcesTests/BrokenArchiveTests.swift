import LogSources
import RepeatableNumbers
import Testing

@Suite struct `Broken archives` {
  @Test(arguments: Packer.allCases)
  func `cut anywhere give what they can, then say that they end too early`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(4)
    let packed = try packer.pack(log)
    for length in packed.indices {
      let path = try folder.file("mail.log" + packer.suffix, packed[..<length])
      let reading = Reading(path, chunkSize: 100)
      #expect(
        reading.error
          == .truncatedArchive(
            .file(path: path), packer.compression, readBytes: Int64(length), decodedBytes: Int64(reading.log.count)))
      #expect(log.starts(with: reading.log))
    }
  }

  @Test(arguments: [Packer.gzip, .xz, .zstd])
  func `cut in the middle keep the log before the cut`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(20_000)
    let packed = try packer.pack(log)
    let reading = Reading(try folder.file("mail.log", packed[..<(packed.count / 2)]))
    #expect(log.starts(with: reading.log))
    #expect(reading.log.count > log.count / 4)
  }

  @Test(arguments: Packer.allCases)
  func `cut one byte into a second member keep the first`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(4)
    let packed = try packer.pack(log)
    let reading = Reading(try folder.file("mail.log", packed + packed[..<1]))
    #expect(reading.log == log)
    guard case .truncatedArchive = reading.error else {
      Issue.record("\(String(describing: reading.error))")
      return
    }
  }

  @Test(arguments: Packer.allCases)
  func `with any byte changed end with an error or unharmed`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(4)
    let packed = try packer.pack(log)
    for index in packed.indices {
      var damaged = packed
      damaged[index] ^= 0xff
      let reading = Reading(try folder.file("mail.log", damaged))
      #expect(reading.error != nil || reading.log == log || reading.compression == .none, "byte \(index)")
    }
  }

  @Test(arguments: Packer.allCases)
  func `keep every block before the damage`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(20_000)
    var packed = try packer.pack(log, options: packer == .bzip2 ? ["-1"] : ["-4"])
    let middle = packed.count / 2
    for index in middle..<(middle + 64) { packed[index] ^= 0x5a }
    let whole = Reading(try folder.file("mail.log", packed))
    let inSmallChunks = Reading(try folder.file("mail.log", packed), chunkSize: 999)
    #expect(whole.log.count > log.count / 4)
    #expect(whole.gave(inSmallChunks.log))
    guard case .corruptArchive(_, packer.compression, _, _, Int64(whole.log.count)) = whole.error else {
      Issue.record("\(String(describing: whole.error))")
      return
    }
  }

  @Test(arguments: Packer.allCases)
  func `of noise behind a true beginning do no harm`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let beginning = try packer.pack(deliveries(1))
    var noise = RepeatableNumbers(state: 42)
    for round in 0..<100 {
      let rest = (0..<(round * 7)).map { _ in UInt8.random(in: 0...255, using: &noise) }
      let path = try folder.file("mail.log" + packer.suffix, beginning.prefix(4 + round % 20) + rest)
      let reading = Reading(path)
      #expect(reading.error != nil || reading.compression == .none)
    }
  }

  @Test(arguments: Packer.allCases)
  func `with a stranger behind their end give the log and say so`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(4)
    let packed = try packer.pack(log)
    let path = try folder.file("mail.log", packed + Array("Jan  5 10:15:22 mail postfix/smtp".utf8))
    let reading = Reading(path)
    #expect(reading.log == log)
    #expect(
      reading.error
        == .corruptArchive(
          .file(path: path), packer.compression, reason: "other data follows its end", readBytes: Int64(packed.count),
          decodedBytes: Int64(log.count)))
  }

  @Test func `throw the same error again when they are read again`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("mail.log", try Packer.gzip.pack(deliveries(4)).dropLast())
    var reader = try LogReader(.file(path: path))
    var log: [UInt8] = []
    #expect(try reader.read(into: &log) == log.count)
    for _ in 1...2 {
      var error: LogInputError?
      do throws(LogInputError) { _ = try reader.read(into: &log) } catch let thrown { error = thrown }
      guard case .truncatedArchive = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func `that want more than their memory say which command unpacks them`() throws {
    let folder = try TemporaryFolder()
    let log = deliveries(4)
    let greedyXz = try Packer.xz.pack(log, options: ["--lzma2=dict=1GiB"])
    let xz = Reading(try folder.file("mail log.xz", greedyXz))
    #expect(xz.log.isEmpty)
    #expect(xz.error?.description.contains(/needs 102\d MiB of memory, more than the 256 MiB/) == true)
    #expect(xz.error?.description.hasSuffix("xz -dc '\(folder.path)/mail log.xz' | maillogd scan -") == true)

    // A frame header that asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2).
    let path = try folder.file("mail.log.zst", [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00])
    #expect(Reading(path).error == .tooMuchMemory(.file(path: path), .zstd, needed: nil, limit: 256 << 20))
  }
}
