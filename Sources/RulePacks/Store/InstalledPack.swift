import Foundation

/// A pack in `rules.d`, with what was noted when it was installed.
public struct InstalledPack: Sendable {
  static let noteName = "INSTALLED"

  public let name: String
  public let version: PackVersion
  /// Where it came from; `update` looks there again.
  public let source: String
  /// The archive's digest.
  public let sha256: String
  /// For whom the signature spoke; `nil` for a pack that was installed unsigned.
  public let signer: String?
  /// Files that are not as they were installed, were added, or are gone.
  public let changed: [String]

  /// `nil` where the folder is no installed pack.
  init?(folder: String) {
    guard let manifestText = Self.text(folder + "/" + PackManifest.fileName),
      let manifest = try? PackManifest(manifestText),
      let note = Self.text(folder + "/" + Self.noteName)
    else { return nil }
    let pairs = note.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    let values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    name = manifest.name
    version = manifest.version
    source = values["source"] ?? ""
    sha256 = values["sha256"] ?? ""
    signer = values["signer"]
    var changed: [String] = []
    if values["manifest"] != Crypto.sha256(Array(manifestText.utf8)) { changed.append(PackManifest.fileName) }
    let wanted = Dictionary(manifest.digests.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    let found = Set((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [])
    for (path, digest) in wanted {
      let content = FileManager.default.contents(atPath: folder + "/" + path)
      if content.map({ Crypto.sha256(Array($0)) }) != digest { changed.append(path) }
    }
    changed += found.filter { $0.hasSuffix(".yaml") && wanted[$0] == nil }
    self.changed = changed.sorted()
  }

  static func note(source: String, sha256: String, signer: String?, manifest: PackManifest) -> String {
    var lines = ["source \(source)", "sha256 \(sha256)", "manifest \(Crypto.sha256(Array(manifest.text.utf8)))"]
    if let signer { lines.append("signer \(signer)") }
    return lines.map { $0.replacing("\n", with: " ") + "\n" }.joined()
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
