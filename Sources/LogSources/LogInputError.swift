import Glibc

/// Why an input cannot be read, or not to its end.
///
/// The bytes before the fault are always handed out first, so an archive's error is the last thing said about it.
public enum LogInputError: Error, Hashable, Sendable {
  case notFound(LogInput)
  case isDirectory(LogInput)
  case permissionDenied(LogInput)
  /// The system refused to open or to read the input, for the reason that `code` (errno) names.
  case notReadable(LogInput, code: Int32)
  /// The input is of a format that maillogd does not unpack.
  case foreignFormat(LogInput, ForeignFormat)
  /// The archive ends before its own end mark, as it does after a full disk or a broken copy.
  case truncatedArchive(LogInput, Compression, readBytes: Int64, decodedBytes: Int64)
  case corruptArchive(LogInput, Compression, reason: String, readBytes: Int64, decodedBytes: Int64)
  /// Unpacking takes more memory than `limit`; `needed` is `nil` where the format does not say how much.
  case tooMuchMemory(LogInput, Compression, needed: UInt64?, limit: UInt64)
}

extension LogInputError {
  /// The error for a failed system call on `input`.
  init(_ input: LogInput, code: Int32) {
    self =
      switch code {
      case ENOENT, ENOTDIR: .notFound(input)
      case EISDIR: .isDirectory(input)
      case EACCES, EPERM: .permissionDenied(input)
      default: .notReadable(input, code: code)
      }
  }
}

extension LogInputError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let input):
      "\(input): there is no such file. Check the path; a machine without log files has its log in the journal: "
        + "journalctl -o export | maillogd scan -"
    case .isDirectory(let input):
      "\(input): is a directory, and no log file was found in it. Name the files that hold the log; journal files are "
        + "read with: maillogd scan --journal --directory \(input)"
    case .permissionDenied(let input):
      "\(input): permission denied. Use sudo, or join the group that may read the file (ls -l shows it)."
    case .notReadable(let input, let code):
      "\(input): cannot be read: \(unsafe String(cString: strerror(code))) (errno \(code)). "
        + "If other programs cannot read it either, look for disk errors with dmesg."
    case .foreignFormat(let input, let format):
      "\(input): is \(format.title), which maillogd does not read as a log. \(format.advice(for: input))"
    case .truncatedArchive(let input, let format, let read, let decoded):
      "\(input): the \(format) data ends in the middle (after \(read.grouped) bytes); \(Self.yield(of: decoded))"
    case .corruptArchive(let input, let format, let reason, let read, let decoded):
      "\(input): the \(format) data is damaged (\(reason), near byte \(read.grouped)); \(Self.yield(of: decoded))"
    case .tooMuchMemory(let input, let format, let needed, let limit):
      "\(input): unpacking needs \(needed.map { "\($0.mebibytes) MiB of memory, more" } ?? "more memory")"
        + " than the \(limit.mebibytes) MiB that maillogd gives an archive. Unpack it first: "
        + format.unpackCommand.piped(from: input)
    }
  }

  private static func yield(of decodedBytes: Int64) -> String {
    decodedBytes == 0
      ? "no log could be read from it. Copy the file again."
      : "\(decodedBytes.grouped) bytes of log were read. Copy the file again, or go on with what was read."
  }
}

extension Int64 {
  /// The number with a comma before every three digits: 12,345.
  fileprivate var grouped: String {
    let digits = Array(String(self))
    return digits.indices.reduce(into: "") { text, index in
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digits[index])
    }
  }
}

extension UInt64 {
  fileprivate var mebibytes: UInt64 { (self + 1 << 20 - 1) >> 20 }
}
