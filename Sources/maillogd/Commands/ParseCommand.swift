import ArgumentParser
import LogParsing
import LogSources
import Reporting

struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Prints each log line as one JSON object.",
    discussion: """
      For jq, ClickHouse or anything else. No line is lost: what is not understood has the kind "unrecognized".

      Examples:
        maillogd parse mail.log | jq 'select(.kind == "delivery") | .fields.status' | sort | uniq -c
        maillogd parse mail.log | jq -r 'select(.kind == "unrecognized") | .message'
      """)

  @Argument(help: "Log files; \"-\" is standard input.") var files: [String] = []

  func run() throws {
    try Failure.reporting {
      let output = try OutputFile(nil)
      var stream = LogStream()
      var writing: (any Error)?
      for input in try LogStream.inputs(files) {
        var parser = RecordParser(clock: .local(newest: nil))
        var framer = BlockFramer()
        var json = JSONText()
        func write(_ block: Span<UInt8>) {
          guard writing == nil else { return }
          block.forEachLine { line, _ in
            EventJSON.add(LogEvent(line: line.copy, record: parser.parse(line)), to: &json)
          }
          do { try output.write(json.take()) } catch { writing = error }
        }
        stream.read(input, begin: { parser = RecordParser(clock: $1) }, take: { framer.feed($0, write) })
        framer.end(write)
        if let writing { throw writing }
      }
      try stream.report()
    }
  }
}
