// Writes the rule files below a folder as one Swift file of string literals.
//
// Each rule is stored whole and, beside that, reduced to the keys that decide whether it matches: a program that explains
// one line must not spend its time on parsing the texts of hundreds of rules that have nothing to say.
import Foundation

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  FileHandle.standardError.write(Data("usage: embed-rules RULES-FOLDER OUTPUT.swift\n".utf8))
  exit(64)
}
let folder = URL(filePath: arguments[1], directoryHint: .isDirectory)

/// The top-level keys that only people read; all others decide about matching.
let textKeys: Set = ["title", "impact", "causes", "references", "tests", "fr"]

/// The file without its texts: rules are block mappings, so a top-level key begins in the first column.
func head(of source: String) -> String {
  var isText = false
  return source.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
    if let first = line.first, first.isLetter, let colon = line.firstIndex(of: ":") {
      isText = textKeys.contains(String(line[..<colon]))
    }
    return !isText
  }.joined(separator: "\n")
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
for path in paths {
  let source = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  let isPack = path.hasSuffix("/pack.yaml") || path == "pack.yaml"
  for part in [isPack ? "" : head(of: source), source] {
    offsets.append(text.utf8.count)
    text += part
    offsets.append(text.utf8.count)
  }
}
let output = """
  // Made by embed-rules from rules/; changes here are lost.

  let shippedPaths: [String] = [\(paths.map { "\"rules/\($0)\"" }.joined(separator: ", "))]
  /// For each path: where the matching half begins and ends in `shippedText`, and where the whole file does.
  let shippedOffsets: [Int] = [\(offsets.map(String.init).joined(separator: ", "))]
  let shippedText: StaticString = \(literal(text))

  """
try output.write(toFile: arguments[2], atomically: true, encoding: .utf8)
