// Warnings that quote what somebody outside sent: the words stay in place, but they are not Postfix's own.

extension LogEvent {
  /// A text of Postfix with an outsider's words in it: `opening … before WORDS after`.
  private struct Quotation {
    var opening: StaticString
    var before: StaticString
    /// Where the words end: the last one counts; `nil`: they run to the end.
    var after: StaticString?
  }

  private static let quotations = [
    Quotation(opening: "valid_", before: ": ", after: nil),
    Quotation(opening: "numeric domain name in resource data of ", before: " record for ", after: nil),
    Quotation(opening: "malformed domain name in resource data of ", before: " record for ", after: nil),
    Quotation(opening: "Unable to look up ", before: " for ", after: ": "),
    Quotation(opening: "replacing command ", before: "\"", after: "\" with \""),
    Quotation(opening: "malformed UTF-8 in policy server ", before: " response: ", after: nil),
    Quotation(opening: "bad ETRN ", before: "ETRN ", after: "... from "),
    Quotation(opening: "reject: ETRN ", before: "ETRN ", after: "... from "),
    Quotation(opening: "prepending '.' to malformed line: ", before: "line: ", after: nil),
    Quotation(opening: "received garbage from proxy ", before: ": ", after: nil),
    Quotation(opening: "proxy ", before: " rejected \"", after: nil),
    Quotation(opening: "using backwards-compatible default setting ", before: "recipient \"", after: "\" from client"),
    Quotation(opening: "using backwards-compatible default setting ", before: "address \"", after: "\""),
    Quotation(opening: "using backwards-compatible default setting ", before: "domain \"", after: "\""),
  ]

  /// Marks an outsider's words in a text that has no fields of its own.
  mutating func markQuotation() {
    for quotation in Self.quotations {
      var cursor = cursor
      guard cursor.looks(at: quotation.opening), cursor.take(upTo: quotation.before) != nil else { continue }
      return markForeign(quotation.after.flatMap { cursor.take(upToLast: $0) } ?? cursor.rest)
    }
    markVaryingQuotation()
  }

  /// `hash:/etc/postfix/virtual lookup error for "KEY"`, `hash:/etc/aliases: lookup of 'KEY' failed`, whose beginning varies.
  private mutating func markVaryingQuotation() {
    var cursor = cursor
    if cursor.take(upTo: " lookup error for \"") != nil {
      markForeign(cursor.take(upToLast: "\"") ?? cursor.rest)
    } else if cursor.take(upTo: ": lookup of '") != nil {
      markForeign(cursor.take(upToLast: "'") ?? cursor.rest)
    } else if cursor.take(upTo: "subject_CN=") != nil || cursor.take(upTo: "CommonName ") != nil {
      // What a peer's certificate says of itself.
      markForeign(cursor.rest)
    } else if cursor.take(upTo: " longer than ") != nil, cursor.take(while: \.isDigit) != nil {
      // `H[A]:25: response longer than 2048: 550 …`
      markForeign(cursor.rest)
    }
  }
}
