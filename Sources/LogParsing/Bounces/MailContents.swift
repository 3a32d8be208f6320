/// What a mail has to say, taken out of its MIME parts: texts, and reports for machines.
struct MailContents {
  private(set) var texts: [ArraySlice<UInt8>] = []
  private(set) var reports: [ArraySlice<UInt8>] = []
  /// The envelope sender of the message that a notice returns.
  private(set) var returnPath: String?
  /// Whether the mail was attached to another one.
  private(set) var isAttached = false

  /// The contents of `mail`, and of the mails attached to it.
  static func read(_ mail: ArraySlice<UInt8>) -> [MailContents] {
    var walk = Walk()
    walk.read(mail: MailPart(mail), isAttached: false, depth: 0)
    return walk.mails
  }

  /// The contents of a MIME body whose header is missing; `nil` if no parts can be seen in it.
  static func read(body: ArraySlice<UInt8>) -> [MailContents]? {
    guard let boundary = MailPart.boundary(in: body), let place = body.firstPlace(of: "--" + boundary.text) else {
      return nil
    }
    var walk = Walk()
    walk.mails = [MailContents()]
    walk.mails[0].texts = [body[..<place]]
    walk.read(partsOf: MailPart([.lineFeed] + body[place...]), of: 0, depth: 0)
    return walk.mails
  }

  private struct Walk {
    var mails: [MailContents] = []
    private var partsLeft = 200
    private static let deepest = 16

    mutating func read(mail: MailPart, isAttached: Bool, depth: Int) {
      var contents = MailContents()
      contents.isAttached = isAttached
      mails.append(contents)
      let place = mails.count - 1
      read(mail, of: place, depth: depth)
      if !mails[place].reports.isEmpty, mails[place].returnPath == nil {
        mails[place].returnPath = mail.header["To"]?.words.lazy.compactMap(\.mailAddress).first?.text
      }
    }

    mutating func read(partsOf part: MailPart, of mail: Int, depth: Int) {
      guard depth < Self.deepest else { return }
      let parts = part.parts(atMost: partsLeft)
      partsLeft -= parts.count
      let isAlternative = part.type.name.isSame(as: "multipart/alternative")
      if isAlternative, let plain = parts.first(where: { $0.type.name.isSame(as: "text/plain") }) {
        return read(plain, of: mail, depth: depth + 1)
      }
      for part in parts { read(part, of: mail, depth: depth + 1) }
    }

    private mutating func read(_ part: MailPart, of mail: Int, depth: Int) {
      let type = part.type.name
      if part.isMultipart {
        read(partsOf: part, of: mail, depth: depth)
      } else if type.opens(with: "message/") && type.closes(with: "delivery-status") {
        mails[mail].reports.append(part.content)
      } else if type.isSame(as: "message/rfc822") || type.isSame(as: "message/global") {
        read(message: part, of: mail, depth: depth)
      } else if type.isSame(as: "text/rfc822-headers") || type.isSame(as: "message/global-headers") {
        mails[mail].keepReturnPath(of: part.content)
      } else if type.isEmpty || type.opens(with: "text/") && !type.isSame(as: "text/html") {
        mails[mail].texts.append(part.text)
      }
    }

    /// Reads an attached mail; behind a report it is the returned message (RFC 6522, section 3), of which only the sender counts.
    private mutating func read(message part: MailPart, of mail: Int, depth: Int) {
      if !mails[mail].reports.isEmpty {
        mails[mail].keepReturnPath(of: part.content)
      } else if depth < Self.deepest {
        read(mail: MailPart(part.content), isAttached: true, depth: depth + 1)
      }
    }
  }

  private mutating func keepReturnPath(of message: ArraySlice<UInt8>) {
    guard returnPath == nil else { return }
    let header = MailHeader.read(message).header
    returnPath = (header["Return-Path"] ?? header["From"])?.words.lazy.compactMap(\.mailAddress).first?.text
  }
}
