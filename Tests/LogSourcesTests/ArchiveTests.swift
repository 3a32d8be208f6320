import LogSources
import Testing

@Suite struct `Archives` {
  @Test(arguments: Packer.allCases)
  func `give back the log that was packed`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(5000)
    let packed = try packer.pack(log)
    let reading = Reading(try folder.file("mail.log.1" + packer.suffix, packed))
    #expect(reading.error == nil)
    #expect(reading.compression == packer.compression)
    #expect(reading.gave(log))
    #expect(reading.bytesRead == packed.count)
  }

  @Test(arguments: Packer.allCases, [1, 7, 4096])
  func `give the same log in chunks of any size`(packer: Packer, chunkSize: Int) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(100)
    let reading = Reading(try folder.file("mail.log", try packer.pack(log)), chunkSize: chunkSize)
    #expect(reading.error == nil)
    #expect(reading.log == log)
    #expect(reading.chunks >= log.count / chunkSize)
  }

  @Test(arguments: Packer.allCases)
  func `of twenty megabytes come back whole`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let day = deliveries(5000)
    var log: [UInt8] = []
    while log.count < 20_000_000 { log += day }
    let reading = Reading(try folder.file("mail.log", try packer.pack(log, options: ["-1"])))
    #expect(reading.error == nil)
    #expect(reading.gave(log))
  }

  @Test(arguments: Packer.allCases)
  func `put one behind the other are one log`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(30)
    let parts = try [log[..<1000], log[1000..<1000], log[1000...]].map { try packer.pack($0) }
    let reading = Reading(try folder.file("mail.log" + packer.suffix, parts.joined()))
    #expect(reading.error == nil)
    #expect(reading.log == log)
  }

  @Test(arguments: Packer.allCases)
  func `with zero bytes behind their end are whole`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let log = deliveries(3)
    let reading = Reading(try folder.file("mail.log", try packer.pack(log) + [UInt8](repeating: 0, count: 512)))
    #expect(reading.error == nil)
    #expect(reading.log == log)
  }

  @Test func `of zstd may begin with a skippable frame, as those of pzstd do`() throws {
    let folder = try TemporaryFolder()
    let log = deliveries(3)
    let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
    let packed = try Packer.zstd.pack(log)
    let reading = Reading(try folder.file("mail.log.zst", skippable + packed + skippable + packed))
    #expect(reading.error == nil)
    #expect(reading.log == log + log)
  }

  @Test(arguments: Packer.allCases)
  func `of an empty log are an empty log`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let reading = Reading(try folder.file("mail.log", try packer.pack([])))
    #expect(reading.error == nil)
    #expect(reading.compression == packer.compression)
    #expect(reading.log.isEmpty)
  }

  @Test(arguments: Packer.allCases)
  func `that swell to 256 megabytes stream through one chunk of memory`(packer: Packer) throws {
    let folder = try TemporaryFolder()
    let zeros = try packer.pack([UInt8](repeating: 0, count: 1 << 23))
    let path = try folder.file("mail.log" + packer.suffix, Array(repeatElement(zeros, count: 32).joined()))
    var reader = try LogReader(.file(path: path), chunkSize: 1 << 18)
    var chunk: [UInt8] = []
    var total = 0
    while true {
      chunk.removeAll(keepingCapacity: true)
      let count = try reader.read(into: &chunk)
      guard count > 0 else { break }
      total += count
      try #require(chunk.count == count && chunk.capacity <= 1 << 19)
    }
    #expect(total == 1 << 28)
  }
}
