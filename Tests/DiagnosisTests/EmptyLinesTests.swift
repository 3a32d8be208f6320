import LogParsing
import Testing

@testable import Diagnosis

@Suite struct `Twenty megabytes of empty lines` {
  private static let size = 20 << 20
  private static let log = [UInt8](repeating: 0x0A, count: size)

  @Test func `are cut into blocks of bounded size, and take no room as lines`() throws {
    let rules = try ruleSet()
    var pipeline = Pipeline(rules: rules, clock: clock)
    var reader = BlockReader(rules: rules, options: Pipeline.Options(), clock: clock)
    let input = pipeline.add("mail.log")
    var framer = BlockFramer()
    var blocks: [[UInt8]] = []
    framer.feed(Self.log.span, piecewise: Pipeline.blockSize) { blocks.append($0.copy) }
    #expect(blocks.allSatisfy { $0.count <= Pipeline.blockSize })
    #expect(blocks.map(\.count).reduce(0, +) == Self.size)
    for block in blocks {
      let reading = reader.read(block)
      #expect(reading.lines.count == 1)
      pipeline.absorb(reading, lines: reading.lines.indices, of: input)
    }
    #expect(pipeline.finish().inputs.map(\.lines) == [Self.size])
  }

  @Test func `are no journal, which is known after four kilobytes`() {
    var journal = JournalText()
    var handedOn = 0
    for start in stride(from: 0, to: Self.size, by: 1_000) {
      handedOn += journal.lines(Array(Self.log[start..<min(start + 1_000, Self.size)])).count
      #expect(start + 1_000 - handedOn < 4_096 || handedOn == Self.size)
    }
    #expect(handedOn + journal.end().count == Self.size)
  }

  @Test func `do not change the numbers of the lines between them`() throws {
    let rules = try ruleSet(try rule("a.odd", "match: [{daemon: smtp, message: '^something odd'}]"))
    let line = "Nov 23 17:00:00 mail postfix/smtp[7]: something odd\n"
    let report = diagnosis("\n\n" + line + "\r\n\n" + line + "\n", rules)
    #expect(report["a.odd"]?.lines.map(\.line) == [3, 6])
    #expect(report.inputs.map(\.lines) == [7])
    let repeated = diagnosis(line + "Nov 23 17:00:01 mail last message repeated 2 times\n", rules)
    #expect(repeated["a.odd"]?.count == 3)
    let parted = diagnosis(line + "\nNov 23 17:00:01 mail last message repeated 2 times\n", rules)
    #expect(parted["a.odd"]?.count == 1)
  }

  @Test func `are counted where several logs are read as one`() throws {
    let rules = try ruleSet(try rule("a.odd", "match: [{daemon: smtp, message: '^something odd'}]"))
    var pipeline = Pipeline(rules: rules, clock: clock)
    var reader = BlockReader(rules: rules, options: Pipeline.Options(), clock: clock)
    var merge = TimeMerge(count: 2)
    let inputs = ["mx1", "mx2"].map { pipeline.add($0) }
    for (log, block) in ["\n\n\n", "\n\nNov 23 17:00:00 mx2 postfix/smtp[7]: something odd\n\n"].enumerated() {
      merge.give(reader.read(Array(block.utf8)), of: log, input: inputs[log])
      merge.drain(into: &pipeline)
    }
    for log in inputs.indices { merge.end(log) }
    merge.drain(into: &pipeline)
    let report = pipeline.finish()
    #expect(report.inputs.map(\.lines) == [3, 4])
    #expect(report["a.odd"]?.lines.map(\.line) == [3])
  }
}
