import Foundation
import LogSources
import Testing

/// A program that makes archives, as logrotate would start it.
enum Packer: String, CaseIterable {
  case gzip, xz, zstd, bzip2

  var suffix: String {
    switch self {
    case .gzip: ".gz"
    case .xz: ".xz"
    case .zstd: ".zst"
    case .bzip2: ".bz2"
    }
  }

  var compression: Compression { Compression(rawValue: rawValue)! }

  func pack(_ log: some Sequence<UInt8>, options: [String] = []) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let packed = try folder.file("packed", [])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [rawValue, "-c"] + options
    process.standardInput = FileHandle(forReadingAtPath: try folder.file("log", log))
    process.standardOutput = FileHandle(forWritingAtPath: packed)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(rawValue) must be installed")
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: packed)))
  }
}
