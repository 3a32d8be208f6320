import Glibc

/// The paths that were asked for, and those that globs stand for now.
struct PathPatterns {
  private let patterns: [String]

  init(_ patterns: [String]) throws(SourceError) {
    for pattern in patterns where !pattern.hasPrefix("/") || pattern.utf8.contains(0) { throw .badPattern(pattern) }
    self.patterns = patterns
  }

  /// The paths without globs, whether or not something stands there.
  var plain: [String] { patterns.filter { !$0.isGlob } }

  /// The folders in which names decide.
  var folders: Set<String> { Set(patterns.map(\.folderAndName.folder).filter { !$0.isGlob }) }

  /// What the globs match, without what was rotated away from a log that is there, or is among `logs`.
  func matches(besides logs: [String]) -> [String] {
    let found = Set(patterns.filter(\.isGlob).flatMap(Self.expand))
    let packed = Compression.allCases.flatMap(\.suffixes)
    return found.filter { path in
      guard !packed.contains(where: path.hasSuffix) else { return false }
      let log = RotatedFile(path).log
      if log == path { return true }
      let isThere = unsafe access(log, F_OK) == 0
      return !isThere && !found.contains(log) && !logs.contains(log)
    }.sorted()
  }

  /// Whether `path` is asked for, be there a file or not.
  func covers(_ path: String) -> Bool {
    patterns.contains { unsafe $0 == path || $0.isGlob && fnmatch($0, path, FNM_PATHNAME) == 0 }
  }

  private static func expand(_ pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0, let paths = unsafe found.gl_pathv else { return [] }
    var result: [String] = []
    for index in unsafe 0..<Int(found.gl_pathc) {
      guard let path = unsafe paths[index] else { continue }
      result.append(unsafe String(cString: path))
    }
    return result
  }
}

extension String {
  fileprivate var isGlob: Bool { contains { "*?[".contains($0) } }

  /// Where the path leads if it is a symbolic link.
  var linkTarget: String? {
    var bytes = [CChar](repeating: 0, count: 4_096)
    let count = unsafe readlink(self, &bytes, bytes.count)
    guard count > 0, count < bytes.count else { return nil }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
