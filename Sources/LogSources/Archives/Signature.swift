/// The bytes that a file format begins with.
struct Signature: Sendable {
  private let bytes: [ClosedRange<UInt8>]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes.map { $0...$0 }
  }

  /// For formats where a byte may differ, such as the block size of bzip2.
  init(_ head: [UInt8], _ varying: ClosedRange<UInt8>, _ tail: [UInt8]) {
    bytes = head.map { $0...$0 } + [varying] + tail.map { $0...$0 }
  }

  /// Whether `opening` begins with the signature.
  func opens(_ opening: some Collection<UInt8>) -> Bool {
    opening.count >= bytes.count && agrees(with: opening)
  }

  /// Whether `opening`, which may be shorter than the signature, contradicts it nowhere.
  func agrees(with opening: some Collection<UInt8>) -> Bool {
    zip(bytes, opening).allSatisfy { $0 ~= $1 }
  }
}
