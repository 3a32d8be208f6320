/// The report of a DSN for machines: fields of the message, then groups of fields of each recipient (RFC 3464, section 2).
struct DeliveryStatus {
  private var finished: [Bounce] = []
  private var recipient: Bounce?
  private var reportingMTA: String?
  private var arrivalDate: String?
  private var sender: String?

  /// Every recipient, with what is said of the message as a whole.
  var bounces: [Bounce] {
    (finished + [recipient].compactMap(\.self)).map { recipient in
      var bounce = recipient
      bounce.reportingMTA = reportingMTA
      bounce.arrivalDate = arrivalDate
      bounce.from = sender
      return bounce
    }
  }

  /// Whether `line` begins with a field of such a report.
  static func isField(_ line: ArraySlice<UInt8>) -> Bool {
    guard let name = MailHeader.fieldName(of: line) else { return false }
    return name.opens(with: "X-") || fieldNames.contains { name.isSame(as: $0) }
  }

  /// Whether `line` begins with a field that is found nowhere else.
  static func isUnmistakable(_ line: ArraySlice<UInt8>) -> Bool {
    guard let name = MailHeader.fieldName(of: line) else { return false }
    return unmistakableNames.contains { name.isSame(as: $0) }
  }

  /// Reads one group of fields.
  mutating func add(_ group: Paragraph) {
    for field in group.runs(beginningAt: { group.marks($0).contains(.startsField) }) {
      guard let name = MailHeader.fieldName(of: field.text) else { continue }
      add(name, field.text.dropFirst(name.count + 1).withoutBlanks)
    }
    finish()
  }

  private static let mostRecipients = 1000
  private static let unmistakableNames = [
    "Reporting-MTA", "Final-Recipient", "Original-Recipient", "Diagnostic-Code", "X-Postfix-Queue-ID",
  ]
  private static let fieldNames =
    unmistakableNames + [
      "Original-Envelope-Id", "DSN-Gateway", "Received-From-MTA", "Arrival-Date", "Action", "Status", "Remote-MTA",
      "Last-Attempt-Date", "Final-Log-ID", "Will-Retry-Until",
    ]

  private mutating func finish() {
    guard let recipient, finished.count < Self.mostRecipients else { return }
    finished.append(recipient)
    self.recipient = nil
  }

  private mutating func add(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    if name.isSame(as: "Reporting-MTA") { reportingMTA = Self.typed(value).host }
    if name.isSame(as: "Arrival-Date") { arrivalDate = value.text }
    if name.isSame(as: "X-Postfix-Sender") { sender = Self.typed(value).address }
    addOfRecipient(name, value)
  }

  private mutating func addOfRecipient(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    var bounce = recipient ?? Bounce(recipient: "")
    if name.isSame(as: "Final-Recipient") {
      if !bounce.recipient.isEmpty {
        // Somebody took the empty lines out.
        finish()
        bounce = Bounce(recipient: "")
      }
      bounce.recipient = Self.typed(value).address
    } else if name.isSame(as: "Original-Recipient") {
      bounce.originalRecipient = Self.typed(value).address
    } else if name.isSame(as: "Action") {
      bounce.action = Bounce.Action.allCases.first { value.opens(with: $0.rawValue) }
    } else if name.isSame(as: "Status") {
      bounce.status = SMTPReply.enhancedStatus(in: value)
    } else if name.isSame(as: "Remote-MTA") {
      bounce.remoteMTA = Self.remoteMTA(value)
    } else if name.isSame(as: "Diagnostic-Code") {
      bounce.diagnostic = Array(Self.typed(value))
    } else {
      return
    }
    recipient = bounce
  }

  /// The value behind its type: `rfc822; bob@example.org` (RFC 3464, section 2.1.2).
  private static func typed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let type = value.text(before: ";"), let rest = value.text(after: ";"),
      type.withoutBlanks.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") })
    else { return value }
    return rest.withoutBlanks
  }

  /// `dns; mx.example.org`, and as Gmail writes it: `dns; mx.example.org. (192.0.2.1, the server for the domain …)`.
  private static func remoteMTA(_ value: ArraySlice<UInt8>) -> Bounce.RemoteMTA? {
    let words = typed(value).words
    guard let host = words.first else { return nil }
    let notes = words.dropFirst().flatMap { $0.split { !$0.isLetter && !$0.isDigit && !addressMarks.contains($0) } }
    return Bounce.RemoteMTA(host: host.host, address: notes.first(where: \.isIPAddress)?.text)
  }

  private static let addressMarks = Array(".:".utf8)
}

extension ArraySlice<UInt8> {
  /// A host without the dot that ends a full domain name, or a sentence.
  var host: String {
    let name = prefix { !$0.isBlank }
    return (name.last == UInt8(ascii: ".") ? name.dropLast() : name).text
  }

  /// An address without angle brackets.
  var address: String {
    let isBracketed = count > 1 && first == UInt8(ascii: "<") && last == UInt8(ascii: ">")
    return (isBracketed ? dropFirst().dropLast() : self).text
  }
}
