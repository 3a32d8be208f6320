import Foundation

@testable import HostEvidence

/// A folder that stands for a machine, removed with the value.
final class MachineFolder {
  let path: String
  var machine: Machine { Machine(root: path) }

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/machine-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, folders above it included.
  func write(_ file: String, _ text: String) throws {
    let place = path + file
    try FileManager.default.createDirectory(
      atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: place))
  }

  func age(_ file: String, by seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path + file)
  }
}
