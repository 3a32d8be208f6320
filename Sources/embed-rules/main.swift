// Writes the rule files below a folder as one Swift file, each whole and beside that compiled to what decides whether it
// matches. A rule with a fault stops the build, with its line and column.
import Diagnosis
import Foundation

let arguments = CommandLine.arguments
guard arguments.count == 3 else { stop(64, ["usage: embed-rules RULES-FOLDER OUTPUT.swift"]) }
let folder = URL(filePath: arguments[1], directoryHint: .isDirectory)

func stop(_ code: Int32, _ messages: [String]) -> Never {
  FileHandle.standardError.write(Data((messages.joined(separator: "\n") + "\n").utf8))
  exit(code)
}

/// A raw string literal; Swift drops the line ends beside the quotes.
func literal(_ text: String) -> String {
  var hashes = "#"
  while text.contains("\"\"\"" + hashes) || text.contains("\\" + hashes) { hashes += "#" }
  return "\(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)"
}

let paths = (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
  .filter { $0.hasSuffix(".yaml") }.sorted()
// One literal for everything: hundreds of small ones take the compiler a minute.
var text = ""
var offsets: [Int] = []
var problems: [RuleProblem] = []
for path in paths {
  let source = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  var parts: [String] = []
  do {
    if path.hasSuffix("/pack.yaml") {
      parts = [try Pack(yaml: source, path: "rules/" + path).compiled, "", ""]
    } else {
      let rule = try Rule(yaml: source, path: "rules/" + path)
      let advice = Language.allCases.map { rule.advice(in: $0).map(CompiledAdvice.encode) ?? "" }
      parts = [CompiledRule.encode(rule)] + advice
    }
  } catch {
    problems += error.problems
  }
  for part in parts + [source] {
    offsets.append(text.utf8.count)
    text += part
  }
}
offsets.append(text.utf8.count)
if !problems.isEmpty { stop(65, problems.map { "\($0.path):\($0.line):\($0.column): error: \($0.message)" }) }
let output = """
  // Made by embed-rules from rules/; changes here are lost.

  let shippedPaths: [String] = [\(paths.map { "\"rules/\($0)\"" }.joined(separator: ", "))]
  /// For each path: where in `shippedText` the compiled rule begins, its texts in each language, and the whole file.
  let shippedOffsets: [Int] = [\(offsets.map(String.init).joined(separator: ", "))]
  let shippedText: StaticString = \(literal(text))

  """
try output.write(toFile: arguments[2], atomically: true, encoding: .utf8)
