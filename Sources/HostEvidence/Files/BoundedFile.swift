import Diagnosis
import Glibc

/// Why a file could not be read.
enum FileFault: Error, Equatable {
  case missing, denied, notAFile
  case tooLarge(Int)
  case failed(Int32)

  init(errno code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .missing
    case EACCES, EPERM: self = .denied
    default: self = .failed(code)
    }
  }

  func said(of path: String) -> Wording {
    switch self {
    case .missing: Wording("\(path) does not exist", french: "\(path) n'existe pas")
    case .denied:
      Wording(
        "\(path) may not be read without root: run maillogd as root to look",
        french: "\(path) n'est pas lisible sans root : lancez maillogd en root pour regarder")
    case .notAFile: Wording("\(path) is no regular file", french: "\(path) n'est pas un fichier ordinaire")
    case .tooLarge(let most):
      Wording("\(path) is larger than \(most) bytes", french: "\(path) dépasse \(most) octets")
    case .failed(let code):
      Wording("\(path): \(errorText(code))", french: "\(path) : \(errorText(code))")
    }
  }

  func observation(of path: String) -> Observation { Observation(.unknown, said(of: path)) }
}

func errorText(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// Reads small files whole, and never more: no pipe or device is waited for, no large file fills the memory.
enum BoundedFile {
  static let most = 1 << 20

  /// With `cutting`, a longer file gives its beginning.
  static func bytes(_ path: String, most: Int = most, cutting: Bool = false) throws(FileFault) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault(errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileFault(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= most {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileFault(errno: errno) }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
    guard cutting else { throw .tooLarge(most) }
    return Array(bytes.prefix(most))
  }

  static func text(_ path: String, most: Int = most, cutting: Bool = false) throws(FileFault) -> String {
    String(decoding: try bytes(path, most: most, cutting: cutting), as: UTF8.self)
  }

  /// The text, or nothing where there is none to read.
  static func lines(_ path: String, most: Int = most) -> [Substring] {
    guard let text = try? text(path, most: most, cutting: true) else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: true)
  }
}
