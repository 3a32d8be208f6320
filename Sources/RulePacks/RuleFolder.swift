import Diagnosis
import Foundation

extension RulePacks {
  /// How many files a folder of rules may hold; it may come from a stranger.
  private static let mostFiles = 20_000

  struct Folder {
    var files: [RuleFile] = []
    /// Files that somebody seems to have meant as rules and that are none.
    var notices: [RuleProblem] = []
  }

  /// The YAML files below `path` in the order of their names.
  static func folder(_ path: String) throws(RuleProblems) -> Folder {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw RuleProblems([RuleProblem(path: path, "there is no such folder; --rules takes a folder with rule files")])
    }
    guard isDirectory.boolValue else {
      return Folder(files: [try file(path)])
    }
    guard let walk = FileManager.default.enumerator(atPath: path) else {
      throw RuleProblems([
        RuleProblem(path: path, "the folder cannot be read; check its permissions (namei -l \(path))")
      ])
    }
    let root = path.hasSuffix("/") ? String(path.dropLast()) : path
    var folder = Folder()
    var names: [String] = []
    for case let name as String in walk where isYAML(name) {
      if name.hasSuffix(".yaml") {
        names.append(name)
      } else {
        folder.notices.append(
          RuleProblem(path: root + "/" + name, "rules are read from .yaml files only; call it .yaml"))
      }
      guard names.count + folder.notices.count <= mostFiles else {
        throw RuleProblems([
          RuleProblem(path: path, "the folder has more than \(mostFiles) rule files; is it the right one?")
        ])
      }
    }
    guard !names.isEmpty || !folder.notices.isEmpty else {
      throw RuleProblems([RuleProblem(path: path, "the folder holds no rule: no file in it ends in .yaml")])
    }
    for name in names.sorted() { folder.files.append(try file(root + "/" + name)) }
    return folder
  }

  /// Whether the name is one of a rule, or of what was meant to be one.
  static func isYAML(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

  private static func file(_ path: String) throws(RuleProblems) -> RuleFile {
    RuleFile(path: path, source: try text(path))
  }

  /// The text of a rule, pack or overrides file.
  static func text(_ path: String) throws(RuleProblems) -> String {
    let bytes: [UInt8]
    do { bytes = try CappedFile.bytes(path, most: YAMLReader.mostBytes) } catch {
      switch error {
      case .tooLarge(let size):
        throw RuleProblems([
          RuleProblem(path: path, "the file has \(size) bytes; a rule may have \(YAMLReader.mostBytes). Split it.")
        ])
      case .unreadable(let reason):
        throw RuleProblems([RuleProblem(path: path, "the file cannot be read: \(reason)")])
      }
    }
    return try text(of: bytes, path)
  }

  static func text(of bytes: [UInt8], _ path: String) throws(RuleProblems) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RuleProblems([RuleProblem(path: path, "the file is not UTF-8; convert it: iconv -f latin1 -t utf-8")])
    }
    return text
  }
}
