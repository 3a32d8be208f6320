import Foundation

/// A folder for the files of one test; it goes away with the value.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/EndToEndTests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes `bytes` to the file called `name`, in subfolders if it says so, and returns its path.
  @discardableResult func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = self.path + "/" + name
    let folder = URL(filePath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  @discardableResult func file(_ name: String, _ text: String) throws -> String { try file(name, text.utf8) }

  func folder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }
}
