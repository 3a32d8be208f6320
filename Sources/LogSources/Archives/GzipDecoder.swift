import CZlib

/// Decodes one gzip member with zlib.
@safe final class GzipDecoder: ArchiveDecoder {
  /// zlib's state points back at it, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(ArchiveFault) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 16 asks for a gzip header and trailer instead of zlib's own.
    let status = unsafe inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .tooMuchMemory(needed: nil) }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func startMember() {
    unsafe inflateReset(stream)
  }

  func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep {
    output.decode(input) { source, space in
      let offered = UInt32(clamping: source.count)
      let room = UInt32(clamping: space.count)
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      unsafe stream.pointee.avail_in = offered
      unsafe stream.pointee.next_out = space.baseAddress
      unsafe stream.pointee.avail_out = room
      let status = unsafe inflate(stream, Z_NO_FLUSH)
      return unsafe DecodingStep(
        consumed: Int(offered - stream.pointee.avail_in),
        produced: Int(room - stream.pointee.avail_out),
        outcome: outcome(of: status))
    }
  }

  private func outcome(of status: Int32) -> DecodingStep.Outcome {
    switch status {
    case Z_OK, Z_BUF_ERROR: .more
    case Z_STREAM_END: .memberEnd
    case Z_MEM_ERROR: .failed(.tooMuchMemory(needed: nil))
    default: .failed(.damaged(reason: unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "invalid data"))
    }
  }
}
