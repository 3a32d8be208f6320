/// A file format that people hand to maillogd as a log, and that it does not read as one.
public enum ForeignFormat: String, CaseIterable, Sendable {
  case compress, lz4, lzip, zip, sevenZip, journal
}

extension ForeignFormat {
  var signature: Signature {
    switch self {
    case .compress: Signature([0x1f, 0x9d])
    case .lz4: Signature([0x04, 0x22, 0x4d, 0x18])
    case .lzip: Signature([0x4c, 0x5a, 0x49, 0x50, 0x01])
    case .zip: Signature([0x50, 0x4b, 0x03, 0x04])
    case .sevenZip: Signature([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])
    case .journal: Signature(Array("LPKSHHRH".utf8))
    }
  }

  var title: String {
    switch self {
    case .compress: "a compress (.Z) archive"
    case .lz4: "an lz4 archive"
    case .lzip: "an lzip archive"
    case .zip: "a zip archive"
    case .sevenZip: "a 7-Zip archive"
    case .journal: "a systemd journal"
    }
  }

  /// What to do instead, as a sentence.
  func advice(for input: LogInput) -> String {
    switch self {
    case .compress: "Unpack it first: " + UnpackCommand("gzip -dc").piped(from: input)
    case .lz4: "Unpack it first: " + UnpackCommand("lz4 -dc").piped(from: input)
    case .lzip: "Unpack it first: " + UnpackCommand("lzip -dc").piped(from: input)
    case .zip, .sevenZip: "Unpack it first and name the files that were in it."
    case .journal: "Use --journal with --directory, the folder of the file."
    }
  }
}
