import LogSources
import Testing

@Suite struct `Input errors` {
  @Test func `of a cut archive say how much was read and what to do`() {
    let error = LogInputError.truncatedArchive(
      .file(path: "mail.log.gz"), .gzip, readBytes: 4096, decodedBytes: 1_012_345)
    #expect(
      "\(error)"
        == "mail.log.gz: the gzip data ends in the middle (after 4,096 bytes); 1,012,345 bytes of log were read. "
        + "Copy the file again, or go on with what was read.")
  }

  @Test func `of an archive that gave nothing do not offer to go on`() {
    let error = LogInputError.truncatedArchive(.standardInput, .xz, readBytes: 0, decodedBytes: 0)
    #expect(
      "\(error)"
        == "standard input: the xz data ends in the middle (after 0 bytes); no log could be read from it. "
        + "Copy the file again.")
  }

  @Test func `name the system's reason`() {
    let error = LogInputError.notReadable(.file(path: "mail.log"), code: 5)
    #expect("\(error)".hasPrefix("mail.log: cannot be read: Input/output error (errno 5). "))
  }

  @Test func `give commands that a shell takes as they are`() {
    let error = LogInputError.tooMuchMemory(.file(path: "-it's.xz"), .xz, needed: 1 << 30, limit: 256 << 20)
    #expect("\(error)".hasSuffix(#"Unpack it first: xz -dc './-it'\''s.xz' | maillogd scan -"#))
  }
}
