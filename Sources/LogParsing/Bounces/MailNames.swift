/// Telling addresses and hosts from other words.
extension ArraySlice<UInt8> {
  /// Whether it can be an IPv4 or IPv6 address, as servers write them in replies.
  var isIPAddress: Bool {
    let colons = count { $0 == UInt8(ascii: ":") }
    let dots = count { $0 == UInt8(ascii: ".") }
    if colons >= 2 { return allSatisfy { $0.hexDigitValue != nil || UInt8.ipMarks.contains($0) } }
    return colons == 0 && dots == 3 && allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
  }

  /// Whether it can be the name of a host: letters, digits, hyphens and at least one dot inside.
  var isHostName: Bool {
    guard let dot = firstIndex(of: UInt8(ascii: ".")), dot > startIndex, dot < endIndex - 1 else { return false }
    return contains(where: \.isLetter)
      && allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
  }

  /// Whether it can be a mail address without angle brackets.
  var isMailAddress: Bool {
    guard let at = lastIndex(of: UInt8(ascii: "@")), at > startIndex, at < endIndex - 1 else { return false }
    return allSatisfy { !$0.isBlank && !UInt8.neverInAddress.contains($0) }
  }

  /// The mail address that a word holds between its punctuation: `<bob@example.org>,` or `bob@example.org<mailto:…>`.
  var mailAddress: ArraySlice<UInt8>? {
    guard contains(UInt8(ascii: "@")) else { return nil }
    let pieces = split { UInt8.neverInAddress.contains($0) }
    guard var address = pieces.first(where: { $0.contains(UInt8(ascii: "@")) }) else { return nil }
    while let last = address.last, UInt8.sentenceEnds.contains(last) { address = address.dropLast() }
    if address.opens(with: "mailto:") { address = address.dropFirst(7) }
    return address.isMailAddress ? address : nil
  }
}

extension UInt8 {
  fileprivate static let ipMarks = Array(":.".utf8)
  fileprivate static let neverInAddress = Array("<>()[]\",;".utf8)
  fileprivate static let sentenceEnds = Array(".:!?'".utf8)
}
