/// Reads a log chunk by chunk, and unpacks it if its first bytes, whatever its name, say that it is compressed.
///
/// Memory stays bounded whatever the archive claims: a bomb is only a long log.
public struct LogReader: ~Copyable {
  public let compression: Compression
  /// The size on disk; `nil` for a pipe. A log that grows while it is read has more.
  public let totalBytes: Int64?
  /// When the file was last written, in seconds since 1970-01-01T00:00:00Z: where the log's time ends; `nil` for a pipe.
  public let modified: Int64?

  private let chunkSize: Int
  private var input: InputBuffer
  private var archive: ArchiveReader?

  /// Opens `input` and reads far enough to know its format; on a pipe that waits for the first bytes.
  public init(_ input: LogInput, chunkSize: Int = 1 << 20) throws(LogInputError) {
    let descriptor = try InputDescriptor(input)
    let status = try descriptor.status()
    var buffer = InputBuffer(descriptor)
    let compression = try Compression(opening: &buffer)
    let archive = try ArchiveReader(compression, input)
    self.compression = compression
    self.archive = archive
    self.input = buffer
    self.chunkSize = max(1, chunkSize)
    totalBytes = status.totalBytes
    modified = status.modified
  }

  /// How many bytes of the input, packed as it may be, have been used so far.
  public var bytesRead: Int64 { input.usedBytes }

  /// Appends the next bytes of the log to `buffer`, at most `chunkSize`, and returns how many; 0 at the end.
  ///
  /// A pipe is handed on as it comes. All that a broken archive still gave has been returned before the error is thrown,
  /// and every later call throws it again.
  public mutating func read(into buffer: inout [UInt8]) throws(LogInputError) -> Int {
    guard archive != nil else { return try input.read(upTo: chunkSize, appendingTo: &buffer) }
    return try archive!.read(upTo: chunkSize, from: &input, appendingTo: &buffer)
  }
}
