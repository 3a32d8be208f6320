/// A C library's decoder for one compressed format, closed when it goes away.
///
/// It knows one member; `ArchiveReader` joins the members of an archive.
protocol ArchiveDecoder: AnyObject {
  /// Decodes from `input` for as long as there is input and room in `output`.
  func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> DecodingStep
  /// Gets ready for the first byte of another member.
  func startMember() throws(ArchiveFault)
}

/// What one call of a decoder did.
struct DecodingStep {
  var consumed: Int
  var produced: Int
  var outcome: Outcome

  enum Outcome {
    case more
    case memberEnd
    case failed(ArchiveFault)
  }

  /// The decoder waits for input.
  var isStarved: Bool { consumed == 0 && produced == 0 }
}

/// Why a decoder cannot go on.
enum ArchiveFault: Error {
  case damaged(reason: String)
  case tooMuchMemory(needed: UInt64?)
}

extension OutputSpan<UInt8> {
  /// Lends C the bytes of `input` and the free space of the span; what the step produced becomes part of the span.
  @safe mutating func decode(
    _ input: Span<UInt8>,
    with decoder: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> DecodingStep
  ) -> DecodingStep {
    unsafe input.withUnsafeBufferPointer { source in
      unsafe withUnsafeMutableBufferPointer { space, used in
        let step = unsafe decoder(source, UnsafeMutableBufferPointer(rebasing: space[used...]))
        used += step.produced
        return step
      }
    }
  }
}
