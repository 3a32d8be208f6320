public import Diagnosis
import Foundation
import Glibc

/// The packs that an admin has installed, each a folder in `rules.d`.
public struct PackStore {
  private let places: RulePlaces

  public init(_ places: RulePlaces) { self.places = places }

  private var folder: String { places.installed }
  /// Beside `rules.d`, so that what is half written there is never read as rules, and a rename is one step.
  private var workshop: String { places.root + "/etc/maillogd/.packs-\(getpid())" }

  /// The installed packs in the order of their names.
  public func packs() -> [InstalledPack] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { InstalledPack(folder: folder + "/" + $0) }
  }

  /// Puts `archive` in the place of what is installed under its name, in one step. `shipped`: the packs inside the program.
  public func install(_ archive: PackArchive, source: String, signer: String?, shipped: [Pack]) throws(PackFault) {
    _ = try archive.rules()
    let installed = packs().first { $0.name == archive.name }
    if let installed {
      if archive.version < installed.version {
        throw .downgrade(
          "\(archive.name) \(installed.version) is installed, and \(archive.version) is older; remove it first if you want the older one: maillogd rules remove \(archive.name)"
        )
      }
      if archive.version == installed.version, archive.sha256 != installed.sha256 {
        throw .downgrade(
          "\(archive.name) \(installed.version) is installed with other content (sha256 \(installed.sha256)); a changed pack needs a higher version"
        )
      }
      if archive.sha256 == installed.sha256, installed.changed.isEmpty, signer == nil || signer == installed.signer {
        return
      }
    } else if FileManager.default.fileExists(atPath: folder + "/" + archive.name) {
      throw .disk("\(folder)/\(archive.name) is there already and was not installed by maillogd; move it away first")
    }
    if let own = shipped.first(where: { $0.name == archive.name }), let version = PackVersion(own.version),
      archive.version < version
    {
      throw .downgrade(
        "the program itself has \(archive.name) \(version); \(archive.version) is older and would hide it")
    }
    // A fault that only shows beside the other packs would stop every command later.
    let problems = try RulePacks.problems(installing: archive, at: places)
    guard problems.isEmpty else { throw .badRules(problems.map(\.description).joined(separator: "\n")) }
    try place(
      archive,
      note: InstalledPack.note(source: source, sha256: archive.sha256, signer: signer, manifest: archive.manifest))
  }

  /// What an installation that was interrupted has left.
  private func clearWorkshops() {
    let parent = places.root + "/etc/maillogd"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(".packs-") {
      guard let process = Int32(name.dropFirst(7)), kill(process, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: parent + "/" + name)
    }
  }

  /// The daemon reads rules as a user of its own, whatever umask the admin has.
  private func openToReaders(_ folder: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let path = folder + "/" + name
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      try FileManager.default.setAttributes([.posixPermissions: isFolder.boolValue ? 0o755 : 0o644], ofItemAtPath: path)
    }
  }

  private func place(_ archive: PackArchive, note: String) throws(PackFault) {
    let target = folder + "/" + archive.name
    let work = workshop
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      clearWorkshops()
      try? FileManager.default.removeItem(atPath: work)
      try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: work) }
      let made = work + "/" + archive.name
      let notes = [
        TarArchive.File(path: PackManifest.fileName, content: Array(archive.manifest.text.utf8)),
        TarArchive.File(path: InstalledPack.noteName, content: Array(note.utf8)),
      ]
      for file in archive.files + notes {
        let path = made + "/" + file.path
        let parent = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(file.content).write(to: URL(filePath: path), options: .withoutOverwriting)
      }
      try openToReaders(made)
      try FolderExchange.put(made, inPlaceOf: target)
    } catch let fault as PackFault {
      throw fault
    } catch {
      throw .disk("\(target) cannot be written: \(error.localizedDescription). Nothing was changed.")
    }
  }

  /// Takes a pack away, in one step.
  public func remove(_ name: String) throws(PackFault) {
    guard PackManifest.isName(name), let pack = packs().first(where: { $0.name == name }) else {
      throw .notInstalled("no pack '\(name)' is installed; maillogd rules list --packs shows those that are")
    }
    let work = workshop
    do {
      try? FileManager.default.removeItem(atPath: work)
      try FileManager.default.moveItem(atPath: folder + "/" + pack.name, toPath: work)
      try FileManager.default.removeItem(atPath: work)
    } catch { throw .disk("\(folder)/\(name) cannot be removed: \(error.localizedDescription)") }
  }
}
