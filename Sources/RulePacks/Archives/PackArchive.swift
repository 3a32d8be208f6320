public import Diagnosis
import Foundation

/// A pack as one file: a tar archive whose manifest names every file in it with its digest.
public struct PackArchive: Sendable {
  public let name: String
  public let version: PackVersion
  /// The rules and the pack.yaml, and what else a pack may hold, without the manifest.
  let files: [TarArchive.File]
  let manifest: PackManifest
  public let bytes: [UInt8]

  public var sha256: String { Crypto.sha256(bytes) }
  /// `gmail-1.0.0.tar`
  public var fileName: String { "\(name)-\(version).tar" }

  /// Opens an archive and looks at everything in it before anything is done with it.
  public init(_ bytes: [UInt8]) throws(PackFault) {
    let tar = try TarArchive(reading: bytes)
    guard let first = tar.files.first, first.path == PackManifest.fileName,
      let text = String(validating: first.content, as: UTF8.self)
    else { throw .badArchive("it does not begin with a MANIFEST; maillogd rules pack makes such archives") }
    manifest = try PackManifest(text)
    files = Array(tar.files.dropFirst())
    self.bytes = bytes
    name = manifest.name
    version = manifest.version
    let found = PackManifest(name: name, version: version, files: files)
    for file in found.digests {
      guard let wanted = manifest.digests.first(where: { $0.path == file.path }) else {
        throw .badArchive("'\(file.path)' is not in its MANIFEST; somebody added it")
      }
      guard wanted.sha256 == file.sha256 else {
        throw .badArchive("'\(file.path)' is not as its MANIFEST says; somebody changed it")
      }
    }
    if let lost = manifest.digests.first(where: { wanted in !found.digests.contains { $0.path == wanted.path } }) {
      throw .badArchive("'\(lost.path)' is in its MANIFEST, but not in it")
    }
    guard found == manifest else { throw .badArchive("its MANIFEST is not in order") }
    let pack = try Self.pack(files)
    guard pack.name == name, PackVersion(pack.version) == version else {
      throw .badArchive("its MANIFEST and its pack.yaml name different packs or versions")
    }
  }

  /// Makes the archive of a folder with a pack.yaml; links in it are refused, for they may lead anywhere. What is made can
  /// be read again.
  public init(folder: String) throws(PackFault) {
    let files = try Self.files(in: folder)
    let pack = try Self.pack(files)
    guard let version = PackVersion(pack.version) else {
      throw .badFolder("its version '\(pack.version)' is none such as 1.10.2")
    }
    guard PackManifest.isName(pack.name) else { throw .badFolder("'\(pack.name)' is no name for a pack") }
    let manifest = PackManifest(name: pack.name, version: version, files: files)
    let head = TarArchive.File(path: PackManifest.fileName, content: Array(manifest.text.utf8))
    let bytes = TarArchive([head] + files).bytes
    guard bytes.count <= TarArchive.mostBytes else {
      throw .badFolder("it has more than \(TarArchive.mostBytes >> 20) MiB")
    }
    try self.init(bytes)
  }

  private static func pack(_ files: [TarArchive.File]) throws(PackFault) -> Pack {
    guard let file = files.first(where: { $0.path == "pack.yaml" }) else { throw .badArchive("it has no pack.yaml") }
    do throws(RuleProblems) {
      return try Pack(yaml: RulePacks.text(of: file.content, "pack.yaml"), path: "pack.yaml")
    } catch { throw .badRules(error.description) }
  }

  private static func files(in folder: String) throws(PackFault) -> [TarArchive.File] {
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw .badFolder("\(folder) cannot be read")
    }
    var files: [TarArchive.File] = []
    for name in names.sorted() {
      let path = folder + "/" + name
      guard let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType else {
        throw .badFolder("\(path) cannot be read")
      }
      switch type {
      case .typeDirectory: continue
      case .typeRegular: break
      default: throw .badFolder("\(path) is a link or a device; a pack holds plain files only")
      }
      // What an installation notes about itself is no part of the pack.
      if name == PackManifest.fileName || name == InstalledPack.noteName { continue }
      do { try TarArchive.check(name) } catch { throw .badFolder("\(path) cannot be in a pack (\(error))") }
      do {
        files.append(TarArchive.File(path: name, content: try CappedFile.bytes(path, most: TarArchive.mostFileBytes)))
      } catch {
        switch error {
        case .tooLarge: throw .badFolder("\(path) has more than \(TarArchive.mostFileBytes) bytes")
        case .unreadable(let reason): throw .badFolder("\(path) cannot be read: \(reason)")
        }
      }
    }
    return files
  }

  /// The YAML files as they will be read from below `folder`, which ends in a slash or is empty.
  func sources(below folder: String) throws(PackFault) -> [RuleFile] {
    var sources: [RuleFile] = []
    for file in files where file.path.hasSuffix(".yaml") {
      let path = "\(folder)\(name)/\(file.path)"
      do throws(RuleProblems) {
        sources.append(RuleFile(path: path, source: try RulePacks.text(of: file.content, path)))
      } catch { throw .badRules(error.description) }
    }
    return sources
  }

  /// Reads all rules as they will be read when installed; the first fault refuses the pack.
  public func rules() throws(PackFault) -> [Rule] {
    var problems: [RuleProblem] = []
    var rules: [Rule] = []
    let pack = try Self.pack(files)
    let placed = Pack(
      name: pack.name, version: pack.version, title: pack.title, languages: pack.languages, path: "\(name)/pack.yaml")
    for source in try sources(below: "") where !source.isPack {
      do { rules.append(try source.rule(in: [placed])) } catch { problems += error.problems }
    }
    if problems.isEmpty {
      do { _ = try RuleSet(rules, packs: [placed]) } catch { problems = error.problems }
    }
    guard problems.isEmpty else { throw .badRules(problems.map(\.description).joined(separator: "\n")) }
    return rules
  }
}
