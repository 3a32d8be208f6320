/// The bytes fetched from an input and not yet used.
struct InputBuffer: ~Copyable {
  private let descriptor: InputDescriptor
  private var bytes: [UInt8] = []
  private var position = 0
  private var fetchedBytes: Int64 = 0

  private static let fetchSize = 1 << 17

  init(_ descriptor: consuming InputDescriptor) {
    self.descriptor = descriptor
  }

  var input: LogInput { descriptor.input }
  var unread: ArraySlice<UInt8> { bytes[position...] }
  /// How many bytes of the input have been used.
  var usedBytes: Int64 { fetchedBytes - Int64(bytes.count - position) }

  /// Fetches more bytes behind the unread ones; `false` at the end of the input.
  mutating func fetch() throws(LogInputError) -> Bool {
    if position == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      position = 0
    }
    let count = try descriptor.read(upTo: Self.fetchSize, appendingTo: &bytes)
    fetchedBytes += Int64(count)
    return count > 0
  }

  mutating func drop(_ count: Int) {
    position = min(bytes.count, position + count)
  }

  /// Drops the zero bytes that tapes and xz put between and behind archive members.
  mutating func dropPadding() {
    drop(unread.prefix { $0 == 0 }.count)
  }

  /// Moves up to `limit` bytes to the end of `buffer`; once nothing is unread they go there straight from the input.
  mutating func read(upTo limit: Int, appendingTo buffer: inout [UInt8]) throws(LogInputError) -> Int {
    guard unread.isEmpty else {
      let head = unread.prefix(limit)
      buffer.append(contentsOf: head)
      drop(head.count)
      return head.count
    }
    let count = try descriptor.read(upTo: limit, appendingTo: &buffer)
    fetchedBytes += Int64(count)
    return count
  }
}
