import Foundation

// Makes a mail log of any size out of the recordings in Tests/Fixtures: `generate-log --size 1G --failures 0.02 > mail.log`.

let usage = """
  usage: generate-log [--size BYTES] [--failures SHARE] [--failing NAME] [--log-why yes|no] [--seed NUMBER]
                      [--recordings FOLDER] [--output FILE]

    --size        how much to write, such as 20M or 1G (default 20M)
    --failures    share of lines that tell of a failure, from 0 to 1 (default 0.02)
    --failing     only recordings whose names begin so give failures (default: all)
    --log-why     yes: OpenDKIM tells of every foreign message why it does not sign it (default no)
    --seed        the same seed gives the same log (default 1)
    --recordings  default Tests/Fixtures/scenarios
    --output      default standard output

  """

func stop(_ message: String, code: Int32) -> Never {
  FileHandle.standardError.write(Data("generate-log: \(message)\n".utf8))
  exit(code)
}

var size = 20_000_000
var failures = 0.02
var failing = ""
var logsWhy = false
var seed: UInt64 = 1
var recordings = "Tests/Fixtures/scenarios"
var output: String?

var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
  if option == "--help" {
    print(usage, terminator: "")
    exit(0)
  }
  guard let value = arguments.popFirst() else { stop("\(option) needs a value\n\(usage)", code: 64) }
  switch option {
  case "--size":
    guard let bytes = parsedSize(value) else { stop("'\(value)' is no size; write 20M or 1G", code: 64) }
    size = bytes
  case "--failures":
    guard let share = Double(value), (0...1).contains(share) else {
      stop("'\(value)' is no share from 0 to 1", code: 64)
    }
    failures = share
  case "--failing": failing = value
  case "--log-why":
    guard ["yes", "no"].contains(value) else { stop("--log-why is yes or no", code: 64) }
    logsWhy = value == "yes"
  case "--seed":
    guard let number = UInt64(value) else { stop("'\(value)' is no number", code: 64) }
    seed = number
  case "--recordings": recordings = value
  case "--output": output = value
  default: stop("there is no option \(option)\n\(usage)", code: 64)
  }
}

func parsedSize(_ text: String) -> Int? {
  let units: [Character: Int] = ["K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
  guard let last = text.last else { return nil }
  guard let unit = units[last] else { return Int(text) }
  return Int(text.dropLast()).map { $0 * unit }
}

do {
  let source = try RecordedLines(folder: recordings, failing: failing, logsWhy: logsWhy)
  var generator = LogGenerator(source, failures: failures, seed: seed)
  var file = FileHandle.standardOutput
  if let output {
    guard FileManager.default.createFile(atPath: output, contents: nil) else {
      stop("\(output) cannot be written", code: 73)
    }
    file = try FileHandle(forWritingTo: URL(filePath: output))
  }
  var written = 0
  while written < size {
    let chunk = generator.next(atMost: size - written)
    guard !chunk.isEmpty else { break }
    try file.write(contentsOf: Data(chunk))
    written += chunk.count
  }
} catch {
  stop("\(error)", code: 74)
}
