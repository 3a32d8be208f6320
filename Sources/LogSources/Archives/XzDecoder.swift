import CLzma

/// Decodes one xz stream with liblzma.
@safe final class XzDecoder: ArchiveDecoder {
  private let stream: UnsafeMutablePointer<lzma_stream>

  init() throws(ArchiveFault) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    try startMember()
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func startMember() throws(ArchiveFault) {
    guard unsafe lzma_stream_decoder(stream, ArchiveReader.memoryLimit, 0) == LZMA_OK else {
      throw .tooMuchMemory(needed: nil)
    }
  }

  func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep {
    output.decode(input) { source, space in
      unsafe stream.pointee.next_in = source.baseAddress
      unsafe stream.pointee.avail_in = source.count
      unsafe stream.pointee.next_out = space.baseAddress
      unsafe stream.pointee.avail_out = space.count
      let status = unsafe lzma_code(stream, LZMA_RUN)
      return unsafe DecodingStep(
        consumed: source.count - stream.pointee.avail_in,
        produced: space.count - stream.pointee.avail_out,
        outcome: outcome(of: status))
    }
  }

  private func outcome(of status: lzma_ret) -> DecodingStep.Outcome {
    switch status {
    case LZMA_OK, LZMA_BUF_ERROR: .more
    case LZMA_STREAM_END: .memberEnd
    case LZMA_MEMLIMIT_ERROR: .failed(.tooMuchMemory(needed: unsafe lzma_memusage(stream)))
    case LZMA_MEM_ERROR: .failed(.tooMuchMemory(needed: nil))
    case LZMA_FORMAT_ERROR: .failed(.damaged(reason: "invalid stream header"))
    case LZMA_OPTIONS_ERROR: .failed(.damaged(reason: "a filter or option that liblzma does not know"))
    default: .failed(.damaged(reason: "invalid data or wrong checksum"))
    }
  }
}
