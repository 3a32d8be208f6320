import Foundation

// Measures the parser against public test data: `conformance [--disagreements] a_parser_conformance.dev.jsonl`.

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first(where: { !$0.hasPrefix("-") }) else {
  print("usage: conformance [--disagreements] FILE.jsonl")
  exit(64)
}
guard let data = FileManager.default.contents(atPath: path) else {
  print("skipped: \(path) is not there")
  exit(0)
}

let rows = try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Row.self, from: $0) }
let results = Corpus.all.map { $0.measure(rows) }
for result in results { print(result.summary) }
if arguments.contains("--disagreements") {
  for disagreement in results.flatMap(\.disagreements) { print(disagreement.description) }
}
