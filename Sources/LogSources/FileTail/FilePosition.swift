/// A place in a log of files: behind the last line handed on, in each of the files that are being read.
public struct FilePosition: Codable, Sendable, Hashable {
  /// The path as it was asked for; the log's name.
  public let path: String
  /// Oldest first. There are several while a rotated file may still be written to; none when nothing of the log is left,
  /// so that the position may be forgotten.
  public internal(set) var places: [FilePlace]
}

/// A place in one file, found again by what stands in the file rather than by its name.
public struct FilePlace: Codable, Sendable, Hashable {
  public internal(set) var device: UInt64
  public internal(set) var inode: UInt64
  /// Behind the last line handed on; in an archive, counted in unpacked bytes.
  public internal(set) var offset: Int64
  /// The bytes at the file's start and just before `offset`, hashed.
  public internal(set) var fingerprint: Fingerprint
  /// When the file had last been written, in nanoseconds since 1970.
  public internal(set) var modified: Int64
  /// A piece of the line at `offset` has been handed on as a line: it was too long, or its end did not come in time.
  public internal(set) var isInsideLine: Bool
}

extension FilePlace {
  var identity: FileIdentity { FileIdentity(device: device, inode: inode) }
  /// Nothing was in the file yet, so that nothing but its time tells it from others.
  var isOfEmptyFile: Bool { offset == 0 && fingerprint.headLength == 0 }
}
