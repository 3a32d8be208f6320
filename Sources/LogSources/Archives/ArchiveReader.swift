/// Turns the bytes of an archive into the log inside it, member after member.
struct ArchiveReader {
  /// What an archive may make its decoder use, in bytes; `xz -9` asks for 65 MiB, `zstd --long` for 128 MiB.
  static let memoryLimit: UInt64 = 256 << 20

  private let compression: Compression
  private let decoder: any ArchiveDecoder
  private var place = Place.inMember
  private var decodedBytes: Int64 = 0
  private var failure: LogInputError?

  private enum Place {
    case inMember, betweenMembers, atEnd
  }

  /// The reader for `compression`; `nil` if there is nothing to unpack.
  init?(_ compression: Compression, _ input: LogInput) throws(LogInputError) {
    self.compression = compression
    do throws(ArchiveFault) {
      switch compression {
      case .none: return nil
      case .gzip: decoder = try GzipDecoder()
      case .xz: decoder = try XzDecoder()
      case .zstd: decoder = try ZstdDecoder()
      case .bzip2: decoder = try Bzip2Decoder()
      }
    } catch {
      throw LogInputError(error, in: input, compression, readBytes: 0, decodedBytes: 0)
    }
  }

  /// Appends up to `limit` decoded bytes to `buffer` and returns how many; 0 at the end.
  ///
  /// A fault waits until the bytes before it have been handed out.
  mutating func read(
    upTo limit: Int, from input: inout InputBuffer, appendingTo buffer: inout [UInt8]
  ) throws(LogInputError) -> Int {
    let before = buffer.count
    if failure == nil {
      buffer.append(addingCapacity: limit) { output in
        do throws(LogInputError) { try decode(&input, into: &output) } catch { failure = error }
      }
    }
    if buffer.count == before, let failure { throw failure }
    return buffer.count - before
  }

  /// Decodes until `output` is full, or holds something and more would have to be waited for.
  private mutating func decode(
    _ input: inout InputBuffer, into output: inout OutputSpan<UInt8>
  ) throws(LogInputError) {
    while !output.isFull, place != .atEnd {
      switch place {
      case .atEnd: return
      case .betweenMembers:
        input.dropPadding()
        if !input.unread.isEmpty {
          try startMember(&input)
        } else if !output.isEmpty {
          return
        } else if try !input.fetch() {
          place = .atEnd
        }
      case .inMember:
        let step = decoder.decode(input.unread.span, into: &output)
        input.drop(step.consumed)
        decodedBytes += Int64(step.produced)
        switch step.outcome {
        case .memberEnd: place = .betweenMembers
        case .failed(let fault): throw error(fault, input)
        case .more where !step.isStarved: break
        case .more:
          guard output.isEmpty else { return }
          guard try input.fetch() else {
            throw .truncatedArchive(
              input.input, compression, readBytes: input.usedBytes, decodedBytes: decodedBytes)
          }
        }
      }
    }
  }

  private mutating func startMember(_ input: inout InputBuffer) throws(LogInputError) {
    guard compression.canContinue(with: input.unread) else {
      throw error(.damaged(reason: "other data follows its end"), input)
    }
    do throws(ArchiveFault) { try decoder.startMember() } catch { throw self.error(error, input) }
    place = .inMember
  }

  private func error(_ fault: ArchiveFault, _ input: borrowing InputBuffer) -> LogInputError {
    LogInputError(fault, in: input.input, compression, readBytes: input.usedBytes, decodedBytes: decodedBytes)
  }
}

extension LogInputError {
  fileprivate init(
    _ fault: ArchiveFault, in input: LogInput, _ compression: Compression, readBytes: Int64, decodedBytes: Int64
  ) {
    self =
      switch fault {
      case .damaged(let reason):
        .corruptArchive(input, compression, reason: reason, readBytes: readBytes, decodedBytes: decodedBytes)
      case .tooMuchMemory(let needed):
        .tooMuchMemory(input, compression, needed: needed, limit: ArchiveReader.memoryLimit)
      }
  }
}
