import Foundation

/// A folder for the files of one test; it goes away with the value.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = URL(fileURLWithPath: NSTemporaryDirectory()).path + "/LogSourcesTests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes `bytes` to the file called `name` and returns its path.
  func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
