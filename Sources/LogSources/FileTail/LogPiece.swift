/// A file of a log that is being read: the one that is written to, one that was rotated, an archive.
protocol LogPiece: AnyObject {
  /// Where the lines come from, for messages.
  var origin: String { get }
  var identity: FileIdentity { get }
  /// Behind the last line handed on.
  var place: FilePlace { get }
  /// The next complete lines, at most about `limit` bytes.
  func read(upTo limit: Int) throws -> PieceReading
}

/// What one look at a piece gave.
struct PieceReading {
  var text: [UInt8] = []
  /// Nothing more can be handed on for now.
  var isAtEnd = false
  /// The file was written to for the first time. Before it is read, its siblings tell whether it was cut meanwhile.
  var isNew = false
  /// The file no longer holds what was read of it: it was cut to nothing and is written anew.
  var isRewritten = false
}

/// Cuts what was read into complete lines.
struct LineCutter {
  /// A piece of the line at the current place was handed on as a line already.
  var isInsideLine = false

  /// What `bytes` give: lines to hand on, and how many bytes they take; `isWhole` hands on a last line without line end.
  mutating func cut(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> (text: [UInt8], used: Int) {
    var start = bytes.startIndex
    // The end of a line that was handed on without it.
    if isInsideLine, bytes.first == 0x0A {
      start += 1
      isInsideLine = false
    }
    // Zeros where a line should begin are what a crash or a truncated file leaves behind.
    while start < bytes.endIndex, bytes[start] == 0 { start += 1 }
    var end = bytes[start...].lastIndex(of: 0x0A).map { $0 + 1 } ?? start
    var text = Array(bytes[start..<end])
    if end > start { isInsideLine = false }
    if isWhole, end < bytes.endIndex {
      text += bytes[end...]
      text.append(0x0A)
      isInsideLine = true
      end = bytes.endIndex
    }
    return (text, end - bytes.startIndex)
  }
}
