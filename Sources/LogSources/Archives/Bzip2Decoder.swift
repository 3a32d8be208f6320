import CBzip2

/// Decodes one bzip2 stream with libbz2.
@safe final class Bzip2Decoder: ArchiveDecoder {
  /// libbz2's state points back at it, so it must not move.
  private let stream: UnsafeMutablePointer<bz_stream>

  init() throws(ArchiveFault) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
    try startMember()
  }

  deinit {
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.deallocate()
  }

  func startMember() throws(ArchiveFault) {
    unsafe BZ2_bzDecompressEnd(stream)
    guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .tooMuchMemory(needed: nil) }
  }

  func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep {
    output.decode(input) { source, space in
      let offered = UInt32(clamping: source.count)
      let room = UInt32(clamping: space.count)
      unsafe stream.pointee.next_in = UnsafeMutableRawPointer(mutating: source.baseAddress)?
        .assumingMemoryBound(to: CChar.self)
      unsafe stream.pointee.avail_in = offered
      unsafe stream.pointee.next_out = UnsafeMutableRawPointer(space.baseAddress)?
        .assumingMemoryBound(to: CChar.self)
      unsafe stream.pointee.avail_out = room
      let status = unsafe BZ2_bzDecompress(stream)
      return unsafe DecodingStep(
        consumed: Int(offered - stream.pointee.avail_in),
        produced: Int(room - stream.pointee.avail_out),
        outcome: Self.outcome(of: status))
    }
  }

  private static func outcome(of status: Int32) -> DecodingStep.Outcome {
    switch status {
    case BZ_OK: .more
    case BZ_STREAM_END: .memberEnd
    case BZ_MEM_ERROR: .failed(.tooMuchMemory(needed: nil))
    case BZ_DATA_ERROR_MAGIC: .failed(.damaged(reason: "invalid stream header"))
    default: .failed(.damaged(reason: "invalid data or wrong checksum"))
    }
  }
}
