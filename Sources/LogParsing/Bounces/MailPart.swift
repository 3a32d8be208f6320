/// A mail or one of its parts (MIME, RFC 2045 and 2046).
struct MailPart {
  let header: MailHeader
  /// As it stands in the mail: encoded.
  let body: ArraySlice<UInt8>
  let type: ContentType

  init(_ text: ArraySlice<UInt8>) {
    (header, body) = MailHeader.read(text)
    type = ContentType(header["Content-Type"])
  }

  var isMultipart: Bool { type.name.opens(with: "multipart/") }

  /// The body without its transfer encoding.
  var content: ArraySlice<UInt8> { TransferEncoding(header["Content-Transfer-Encoding"]).decoded(body) }

  /// The body as UTF-8 text.
  var text: ArraySlice<UInt8> { CharacterSet(type["charset"]).utf8(content) }

  /// The parts of a multipart body (RFC 2046, section 5.1.1), not more than `limit`.
  func parts(atMost limit: Int) -> [MailPart] {
    let boundary = type["boundary"].map { Array($0) } ?? []
    let pieces = Self.pieces(of: body, at: boundary, atMost: limit)
    if !pieces.isEmpty { return pieces.map(MailPart.init) }
    // A boundary that was wrapped or cut off the paste can still be seen in the body.
    guard let seen = Self.boundary(in: body) else { return [] }
    return Self.pieces(of: body, at: seen, atMost: limit).map(MailPart.init)
  }

  /// The boundary of a multipart body whose header is missing: `--boundary` before a line that begins with `Content-`.
  static func boundary(in body: ArraySlice<UInt8>) -> [UInt8]? {
    var candidate: ArraySlice<UInt8>?
    var rest = body
    while !rest.isEmpty {
      let line = rest.prefix { $0 != .lineFeed }
      rest = rest[line.endIndex...].dropFirst()
      if let candidate, line.opens(with: "Content-"), MailHeader.fieldName(of: line) != nil {
        return Array(candidate)
      }
      candidate = nil
      guard line.first == UInt8(ascii: "-"), line.opens(with: "--") else { continue }
      let name = line.dropFirst(2).withoutBlanks
      if !name.isEmpty, !name.contains(where: \.isBlank) { candidate = name }
    }
    return nil
  }

  private static func pieces(
    of body: ArraySlice<UInt8>, at boundary: [UInt8], atMost limit: Int
  ) -> [ArraySlice<UInt8>] {
    guard !boundary.isEmpty else { return [] }
    var pieces: [ArraySlice<UInt8>] = []
    var begin: Int?
    var rest = body
    while !rest.isEmpty, pieces.count < limit {
      let line = rest.prefix { $0 != .lineFeed }
      rest = rest[line.endIndex...].dropFirst()
      guard line.first == UInt8(ascii: "-"), line.opens(with: "--"), line.dropFirst(2).starts(with: boundary) else {
        continue
      }
      let tail = line.dropFirst(2 + boundary.count).withoutBlanks
      guard tail.isEmpty || tail.isSame(as: "--") else { continue }
      if let begin { pieces.append(body[begin..<line.startIndex]) }
      begin = tail.isEmpty ? rest.startIndex : nil
    }
    if let begin, pieces.count < limit { pieces.append(body[begin...]) }
    return pieces
  }
}

/// A `Content-Type` field (RFC 2045, section 5).
struct ContentType {
  let name: ArraySlice<UInt8>
  private let parameters: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]

  init(_ field: ArraySlice<UInt8>?) {
    let pieces = (field ?? []).split(separator: UInt8(ascii: ";"), maxSplits: Self.mostParameters)
    name = pieces.first?.withoutBlanks ?? []
    parameters = pieces.dropFirst().compactMap { piece in
      guard let name = piece.text(before: "="), let value = piece.text(after: "=") else { return nil }
      let plain = value.withoutBlanks
      let isQuoted = plain.count > 1 && plain.first == UInt8(ascii: "\"") && plain.last == UInt8(ascii: "\"")
      return (name.withoutBlanks, isQuoted ? plain.dropFirst().dropLast() : plain)
    }
  }

  subscript(parameter: String) -> ArraySlice<UInt8>? { parameters.first { $0.name.isSame(as: parameter) }?.value }

  private static let mostParameters = 32
}
