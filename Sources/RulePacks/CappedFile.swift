import Foundation

/// Reads whole files of which nobody knows who wrote them, as far as they are no larger than they should be.
enum CappedFile {
  enum Fault: Error {
    case tooLarge(size: Int)
    case unreadable(String)
  }

  static func bytes(_ path: String, most: Int) throws(Fault) -> [UInt8] {
    let data: Data
    let size: Int
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      data = try handle.read(upToCount: most + 1) ?? Data()
      size = data.count > most ? Int(clamping: try handle.seekToEnd()) : data.count
    } catch { throw .unreadable(error.localizedDescription) }
    guard data.count <= most else { throw .tooLarge(size: size) }
    return Array(data)
  }
}
