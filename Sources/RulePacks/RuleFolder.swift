import Diagnosis
import Foundation

extension RulePacks {
  /// How many files a folder of rules may hold; it may come from a stranger.
  static let mostFiles = 20_000
  static let mostBytes = 262_144

  /// The YAML files below `path`, packs first, in the order of their names.
  static func folder(_ path: String) throws(RuleProblems) -> [RuleFile] {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw RuleProblems([RuleProblem(path: path, "there is no such folder; --rules takes a folder with rule files")])
    }
    guard isDirectory.boolValue else {
      return [try file(path, shownAs: path)]
    }
    guard let walk = FileManager.default.enumerator(atPath: path) else {
      throw RuleProblems([
        RuleProblem(path: path, "the folder cannot be read; check its permissions (namei -l \(path))")
      ])
    }
    var names: [String] = []
    for case let name as String in walk where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      names.append(name)
      guard names.count <= mostFiles else {
        throw RuleProblems([
          RuleProblem(path: path, "the folder has more than \(mostFiles) rule files; is it the right one?")
        ])
      }
    }
    let root = path.hasSuffix("/") ? String(path.dropLast()) : path
    guard !names.isEmpty else {
      throw RuleProblems([RuleProblem(path: path, "the folder holds no rule: no file in it ends in .yaml")])
    }
    var files: [RuleFile] = []
    for name in names.sorted() { files.append(try file(root + "/" + name, shownAs: root + "/" + name)) }
    return files
  }

  private static func file(_ path: String, shownAs shown: String) throws(RuleProblems) -> RuleFile {
    RuleFile(path: shown, source: try text(path))
  }

  /// The text of a rule, pack or overrides file.
  static func text(_ path: String) throws(RuleProblems) -> String {
    let shown = path
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      guard data.count <= mostBytes else {
        throw RuleProblems([
          RuleProblem(path: shown, "the file has \(data.count) bytes; a rule may have \(mostBytes). Split it.")
        ])
      }
      guard let source = String(data: data, encoding: .utf8) else {
        throw RuleProblems([RuleProblem(path: shown, "the file is not UTF-8; convert it: iconv -f latin1 -t utf-8")])
      }
      return source
    } catch let problems as RuleProblems {
      throw problems
    } catch {
      throw RuleProblems([RuleProblem(path: shown, "the file cannot be read: \(error.localizedDescription)")])
    }
  }
}
