import CZstd

/// Decodes one zstd frame with libzstd.
@safe final class ZstdDecoder: ArchiveDecoder {
  private let context: OpaquePointer
  /// How many bytes complete the block at hand.
  ///
  /// A failing call of libzstd forgets what it has already written, so that each call gets either one block to decode
  /// or the room for the rest of the last one.
  private var blockRemainder = 0
  private var mayHoldOutput = false

  /// The largest window, as a power of two: `ArchiveReader.memoryLimit`.
  private static let windowLog: Int32 = 28

  init() throws(ArchiveFault) {
    guard let context = unsafe ZSTD_createDStream() else { throw .tooMuchMemory(needed: nil) }
    unsafe self.context = context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLog)
    startMember()
  }

  deinit {
    unsafe ZSTD_freeDStream(context)
  }

  func startMember() {
    blockRemainder = unsafe ZSTD_initDStream(context)
    mayHoldOutput = false
  }

  func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep {
    if mayHoldOutput {
      let step = advance(Span(), into: &output)
      guard case .more = step.outcome, step.isStarved else { return step }
    }
    return advance(input, into: &output)
  }

  private func advance(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep {
    output.decode(input) { source, space in
      var taken = unsafe ZSTD_inBuffer(src: source.baseAddress, size: min(source.count, blockRemainder), pos: 0)
      var given = unsafe ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
      let status = unsafe ZSTD_decompressStream(context, &given, &taken)
      blockRemainder = status
      mayHoldOutput = unsafe given.pos == given.size
      return unsafe DecodingStep(consumed: taken.pos, produced: given.pos, outcome: Self.outcome(of: status))
    }
  }

  private static func outcome(of status: Int) -> DecodingStep.Outcome {
    if status == 0 { return .memberEnd }
    guard ZSTD_isError(status) != 0 else { return .more }
    switch ZSTD_getErrorCode(status) {
    case ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_memory_allocation:
      return .failed(.tooMuchMemory(needed: nil))
    default:
      return .failed(.damaged(reason: unsafe String(cString: ZSTD_getErrorName(status))))
    }
  }
}
