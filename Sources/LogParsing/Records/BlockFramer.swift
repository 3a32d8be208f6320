/// Cuts a stream of bytes into blocks of whole lines, whatever the pieces in which it comes.
public struct BlockFramer: Sendable {
  /// The beginning of a line whose end has not come yet.
  private var carry: [UInt8] = []
  /// The rest of a line too long to keep is stepped over up to its end.
  private var isSkipping = false

  /// Of a longer line this much is kept. Postfix itself cuts at 2,000 bytes (MSG_SYSLOG_RECLEN).
  public static let longestLine = 65_536

  public init() {}

  /// Hands whole lines to `read`, line ends included; of a line too long, its beginning.
  public mutating func feed(_ chunk: Span<UInt8>, _ read: (Span<UInt8>) -> Void) {
    guard let last = chunk.lastLineEnd else { return hold(chunk) }
    var start = 0
    if !carry.isEmpty || isSkipping {
      let first = chunk.firstLineEnd(from: 0) ?? last
      hold(chunk.extracting(0..<first))
      end(read)
      start = first + 1
    }
    if start <= last { read(chunk.extracting(start..<(last + 1))) }
    if last + 1 < chunk.count { hold(chunk.extracting((last + 1)..<chunk.count)) }
  }

  /// As `feed`, with no block longer than `size` and a line's beginning that was kept.
  public mutating func feed(_ chunk: Span<UInt8>, piecewise size: Int, _ read: (Span<UInt8>) -> Void) {
    var start = 0
    while start < chunk.count {
      let end = min(start + max(1, size), chunk.count)
      feed(chunk.extracting(start..<end), read)
      start = end
    }
  }

  /// The stream has ended: a last line without line end counts.
  public mutating func end(_ read: (Span<UInt8>) -> Void) {
    isSkipping = false
    guard !carry.isEmpty else { return }
    carry.append(0x0A)
    read(carry.span)
    carry.removeAll(keepingCapacity: true)
  }

  private mutating func hold(_ bytes: Span<UInt8>) {
    guard !isSkipping else { return }
    let room = Self.longestLine - carry.count
    if bytes.count > room { isSkipping = true }
    carry.append(bytes.extracting(0..<min(bytes.count, room)))
  }
}

extension Span<UInt8> {
  /// Calls `body` with each line of a block, without line ends and carriage returns.
  public func forEachLine(_ body: (Span<UInt8>, _ start: Int) -> Void) {
    var start = 0
    while start < count {
      let end = firstLineEnd(from: start) ?? count
      let hasReturn = end > start && self[end - 1] == UInt8(ascii: "\r")
      body(extracting(start..<(hasReturn ? end - 1 : end)), start)
      start = end + 1
    }
  }

  /// Where the first line end at or after `start` stands.
  public func firstLineEnd(from start: Int) -> Int? { first(0x0A, from: start) }

  var lastLineEnd: Int? {
    var index = count - 1
    while index >= 0, self[index] != 0x0A { index -= 1 }
    return index >= 0 ? index : nil
  }
}
