/// What a message's lines have told so far, as bytes in one buffer: most stories end without anybody having asked.
///
/// An entry is its kind, a status (recipients only, padded with zeros), the length of its text in two bytes, and the text.
struct StoryNotes: Sendable {
  enum Kind: UInt8 {
    case queueID, client, sender, messageID, parent, recipient, child
  }

  private var bytes: [UInt8] = []

  /// Longer texts are cut: nobody's address or message id is longer (RFC 5321, section 4.5.3.1; RFC 5322, section 2.1.1).
  private static let longestText = 1_000
  private static let headWidth = 1 + RecipientStatus.width + 2
  /// A buffer that has grown beyond this is not kept for the next message.
  private static let spareCapacity = 1_024

  mutating func removeAll() {
    if bytes.capacity > Self.spareCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
  }

  func has(_ kind: Kind) -> Bool {
    var index = 0
    while index < bytes.count {
      if bytes[index] == kind.rawValue { return true }
      index = end(at: index)
    }
    return false
  }

  /// Keeps `text` as the only one of its kind.
  mutating func set(_ kind: Kind, _ line: Span<UInt8>, _ text: ByteRange) {
    var index = 0
    while index < bytes.count {
      if bytes[index] == kind.rawValue {
        if isEqual(at: index, line, text) { return }
        bytes.removeSubrange(index..<end(at: index))
        break
      }
      index = end(at: index)
    }
    append(kind, line, text, nil)
  }

  /// Adds a text unless it is there, or `most` others are.
  mutating func add(_ kind: Kind, _ line: Span<UInt8>, _ text: ByteRange, most: Int) {
    if place(of: kind, line, text, most: most) == .new { append(kind, line, text, nil) }
  }

  /// Adds a recipient, or gives it its new status; whether it has not been there before.
  mutating func setRecipient(_ line: Span<UInt8>, _ text: ByteRange, _ status: RecipientStatus, most: Int) -> Bool {
    switch place(of: .recipient, line, text, most: most) {
    case .known(let index):
      write(status, at: index + 1)
      return false
    case .new: append(.recipient, line, text, status)
    case .full: break
    }
    return true
  }

  private enum Place: Equatable {
    case known(Int)
    case new, full
  }

  private func place(of kind: Kind, _ line: Span<UInt8>, _ text: ByteRange, most: Int) -> Place {
    var index = 0
    var found = 0
    while index < bytes.count {
      if bytes[index] == kind.rawValue {
        if isEqual(at: index, line, text) { return .known(index) }
        found += 1
      }
      index = end(at: index)
    }
    return found < most ? .new : .full
  }

  private mutating func append(_ kind: Kind, _ line: Span<UInt8>, _ text: ByteRange, _ status: RecipientStatus?) {
    let length = min(text.count, Self.longestText)
    bytes.reserveCapacity(max(bytes.count + Self.headWidth + length, 256))
    bytes.append(kind.rawValue)
    (status ?? .none).append(to: &bytes)
    bytes.append(UInt8(length >> 8))
    bytes.append(UInt8(length & 255))
    let from = Int(text.start)
    bytes.append(line.extracting(from..<(from + length)))
  }

  private mutating func write(_ status: RecipientStatus, at start: Int) {
    for offset in 0..<RecipientStatus.width { bytes[start + offset] = status[offset] }
  }

  private func length(at index: Int) -> Int {
    Int(bytes[index + 1 + RecipientStatus.width]) << 8 | Int(bytes[index + 2 + RecipientStatus.width])
  }

  private func end(at index: Int) -> Int { index + Self.headWidth + length(at: index) }

  private func isEqual(at index: Int, _ line: Span<UInt8>, _ text: ByteRange) -> Bool {
    let length = length(at: index)
    guard length == min(text.count, Self.longestText) else { return false }
    let (mine, theirs) = (index + Self.headWidth, Int(text.start))
    for offset in 0..<length where bytes[mine + offset] != line[theirs + offset] { return false }
    return true
  }

  // MARK: Reading

  /// Calls `body` with each entry in the order in which they came.
  func read(_ body: (Kind, _ text: String, _ status: String) -> Void) {
    var index = 0
    while index < bytes.count {
      let next = end(at: index)
      if let kind = Kind(rawValue: bytes[index]) {
        let status = bytes[(index + 1)..<(index + 1 + RecipientStatus.width)].prefix { $0 != 0 }
        body(kind, bytes[(index + Self.headWidth)..<next].text, status.text)
      }
      index = next
    }
  }
}

/// What became of a recipient, in Postfix's word for it: `sent`, `deferred`, `undeliverable`.
struct RecipientStatus: Sendable {
  /// Enough for every word that Postfix has.
  static let width = 16

  private var low: UInt64 = 0
  private var high: UInt64 = 0

  static let none = RecipientStatus([UInt8]().span, .empty)
  static let rejected = RecipientStatus(Array("rejected".utf8).span, ByteRange(0, 8))

  init(_ line: Span<UInt8>, _ word: ByteRange) {
    for (place, index) in word.indices.prefix(Self.width).enumerated() {
      let shift = UInt64(truncatingIfNeeded: place & 7) &* 8
      if place < 8 { low |= UInt64(line[index]) &<< shift } else { high |= UInt64(line[index]) &<< shift }
    }
  }

  func append(to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Zeros follow the word.
  subscript(place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (place < 8 ? low : high) &>> (UInt64(truncatingIfNeeded: place & 7) &* 8))
  }
}
