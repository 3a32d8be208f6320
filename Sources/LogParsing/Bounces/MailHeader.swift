/// The header of a mail or of one of its parts (RFC 5322, section 2.2).
struct MailHeader {
  private var fields: [(name: ArraySlice<UInt8>, value: [UInt8])] = []

  /// The header at the start of `text`, and where the body begins.
  ///
  /// A line that is neither field nor folded goes on with the field before it: terminals and mail clients break header
  /// lines without the blank that folding asks for.
  static func read(_ text: ArraySlice<UInt8>) -> (header: MailHeader, body: ArraySlice<UInt8>) {
    var header = MailHeader()
    var rest = text
    while !rest.isEmpty {
      let line = rest.prefix { $0 != .lineFeed }
      rest = rest[line.endIndex...].dropFirst()
      if line.withoutBlanks.isEmpty { break }
      header.add(line)
    }
    return (header, rest)
  }

  /// The value of the first field called `name`.
  subscript(name: String) -> ArraySlice<UInt8>? {
    fields.first { $0.name.isSame(as: name) }?.value[...].withoutBlanks
  }

  /// Whether mail software put it there: at least two fields that every mail has.
  var isOfMail: Bool {
    let known = Set(fields.prefix(Self.mostFields).compactMap { MailField.name(of: $0.name) })
    return known.count > 1
  }

  private static let mostFields = 500
  private static let longestValue = 8192

  private mutating func add(_ line: ArraySlice<UInt8>) {
    if line.first?.isBlank == false, let name = Self.fieldName(of: line), fields.count < Self.mostFields {
      fields.append((name, Array(line.dropFirst(name.count + 1).prefix(Self.longestValue))))
    } else if let last = fields.indices.last, fields[last].value.count < Self.longestValue {
      fields[last].value += [0x20] + line.withoutBlanks
    }
  }

  /// What stands before the colon of a header line: printable ASCII, no blanks (RFC 5322, section 3.6.8).
  static func fieldName(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let name = line.prefix(longestName).prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    return !name.isEmpty && name.endIndex < line.endIndex && line[name.endIndex] == UInt8(ascii: ":") ? name : nil
  }

  private static let longestName = 78
}

/// The header fields by which one knows that text is the header of a mail, in the languages of mail clients too.
enum MailField {
  /// The known name that `name` is.
  static func name(of name: ArraySlice<UInt8>) -> String? { names.first { name.isSame(as: $0) } }

  /// Whether `line` is such a field, as a header has it or as a mail client shows it (`Objet : …`).
  static func begins(_ line: ArraySlice<UInt8>) -> Bool {
    guard let name = line.prefix(longestName).text(before: ":")?.withoutBlanks else { return false }
    return names.contains { name.isSame(as: $0) } || shownNames.contains { name.isSame(as: $0) }
  }

  private static let longestName = 40
  private static let names = [
    "From", "To", "Cc", "Subject", "Date", "Return-Path", "Received", "Message-ID", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Content-Description", "Delivered-To", "X-Original-To", "Auto-Submitted",
    "DKIM-Signature", "Authentication-Results", "Reply-To", "References", "In-Reply-To", "User-Agent", "Sender",
    "X-Mailer", "X-Failed-Recipients", "X-Virus-Scanned", "Envelope-To", "Delivery-Date",
  ]
  private static let shownNames = [
    "Sent", "De", "À", "A", "Pour", "Objet", "Sujet", "Envoyé", "Répondre à", "Copie à", "Von", "An", "Betreff",
    "Datum",
    "Gesendet",
  ]
}
