/// How a log file is packed.
public enum Compression: String, CaseIterable, Sendable {
  case none, gzip, xz, zstd, bzip2
}

extension Compression {
  /// The ends of file names that promise the format.
  var suffixes: [String] {
    switch self {
    case .none: []
    case .gzip: [".gz"]
    case .xz: [".xz"]
    case .zstd: [".zst", ".zstd"]
    case .bzip2: [".bz2"]
    }
  }

  /// The command that unpacks the format to standard output.
  var unpackCommand: UnpackCommand {
    switch self {
    case .none: UnpackCommand("cat")
    case .gzip: UnpackCommand("gzip -dc")
    case .xz: UnpackCommand("xz -dc")
    case .zstd: UnpackCommand("zstd -dc --long=31")
    case .bzip2: UnpackCommand("bzip2 -dc")
    }
  }

  /// Whether `bytes` can be the start of another member of the archive; the decoder checks the rest of a short start.
  func canContinue(with bytes: some Collection<UInt8>) -> Bool {
    signatures.contains { $0.agrees(with: bytes) }
  }

  /// A frame of zstd may be preceded by skippable frames, with which pzstd begins every file (RFC 8878, 3.1.2).
  private var signatures: [Signature] {
    switch self {
    case .none: []
    case .gzip: [Signature([0x1f, 0x8b])]
    case .xz: [Signature([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])]
    case .zstd: [Signature([0x28, 0xb5, 0x2f, 0xfd]), Signature([], 0x50...0x5f, [0x2a, 0x4d, 0x18])]
    case .bzip2:
      // "BZh", the block size, then the mark of a block or, in an empty archive, of the end.
      [
        Signature([0x42, 0x5a, 0x68], 0x31...0x39, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]),
        Signature([0x42, 0x5a, 0x68], 0x31...0x39, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]),
      ]
    }
  }
}

extension Compression: CustomStringConvertible {
  public var description: String { rawValue }
}

extension Compression {
  /// How the input is packed, from its first bytes, which stay unread.
  ///
  /// The name decides only where the bytes cannot: an input that ends within a signature, or is empty, is taken for the
  /// rest of a broken archive if it is named like one. A full disk leaves such files behind.
  init(opening buffer: inout InputBuffer) throws(LogInputError) {
    while true {
      let opening = buffer.unread.prefix(16)
      if let format = ForeignFormat.allCases.first(where: { $0.signature.opens(opening) }) {
        throw .foreignFormat(buffer.input, format)
      }
      if let packed = Self.allCases.first(where: { $0.signatures.contains { $0.opens(opening) } }) {
        self = packed
        return
      }
      let isUndecided =
        Self.allCases.contains { $0.canContinue(with: opening) }
        || ForeignFormat.allCases.contains { $0.signature.agrees(with: opening) }
      guard isUndecided else {
        self = .none
        return
      }
      guard try buffer.fetch() else {
        self = Self.allCases.first { $0.isPromised(by: buffer.input) && $0.canContinue(with: opening) } ?? .none
        return
      }
    }
  }

  private func isPromised(by input: LogInput) -> Bool {
    guard case .file(let path) = input else { return false }
    return suffixes.contains { path.hasSuffix($0) }
  }
}
