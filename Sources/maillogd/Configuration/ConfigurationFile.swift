import Foundation
import Glibc

/// A file or folder of the configuration. One that is there and may not be read is a fault: taken for none, it would leave
/// the daemon silent where somebody believes to be alerted.
enum ConfigurationFile {
  enum Fault: Error, Equatable {
    case absent
    case unreadable(String)

    var words: String {
      switch self {
      case .absent: "there is no such file"
      case .unreadable(let reason): reason
      }
    }

    fileprivate init(_ code: Int32) {
      switch code {
      case ENOENT, ENOTDIR: self = .absent
      case EACCES, EPERM: self = .unreadable("permission denied; it must be readable for the user of maillogd")
      default: self = .unreadable(unsafe String(cString: strerror(code)))
      }
    }
  }

  /// The first `most` bytes, and one more if there are more.
  static func contents(_ path: String, upTo most: Int) throws(Fault) -> Data {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(errno) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var data = Data()
    do {
      while data.count <= most, let part = try file.read(upToCount: most + 1 - data.count), !part.isEmpty {
        data += part
      }
    } catch { throw .unreadable(error.localizedDescription) }
    return data
  }

  /// The names in a folder, in their order; none if there is no such folder.
  static func names(in folder: String) throws(Fault) -> [String] {
    guard let open = unsafe opendir(folder) else {
      let fault = Fault(errno)
      if fault == .absent { return [] }
      throw fault
    }
    unsafe closedir(open)
    do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
      throw .unreadable(error.localizedDescription)
    }
  }
}
