import Glibc

/// The names in a folder; none if it cannot be read.
struct FolderListing {
  let names: [String]

  private static let mostNames = 100_000

  init(_ path: String) {
    guard let folder = unsafe opendir(path) else {
      names = []
      return
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while names.count < Self.mostNames, let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    self.names = names
  }
}
