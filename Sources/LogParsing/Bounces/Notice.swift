/// What a mail server's notice has said before it comes to the recipients.
struct Notice {
  enum Writer { case postfix, exim, exchange, gmail, qmail }

  private(set) var writer: Writer?
  private(set) var reportingMTA: String?
  private(set) var action: Bounce.Action?
  /// The address mentioned last: Gmail and Exchange name the recipient before they come to the reply.
  private(set) var address: String?
  /// The remote server, where it is named in another paragraph than the reply.
  private(set) var remoteMTA: Bounce.RemoteMTA?

  /// Whether `text` is a sentence with which servers begin or fill their notices; takes from it what it tells.
  mutating func takes(_ text: ArraySlice<UInt8>) -> Bool {
    let head = text.prefix(Self.longestSentence)
    let isNew = Self.greetings.contains { head.opens(with: $0.sentence) }
    if isNew { self = Notice() }
    if let greeting = Self.greetings.first(where: { head.opens(with: $0.sentence) }) {
      writer = greeting.writer
      reportingMTA = head.text(after: " at host ")?.host ?? head.text(after: " program at ")?.host
    }
    let known = Self.sentences.filter { head.mentions($0.sentence) }
    for sentence in known {
      writer = sentence.writer ?? writer
      action = sentence.action ?? action
    }
    if let host = head.text(after: " on the queue on ") { reportingMTA = host.host }
    var isServer = false
    for label in Self.serverLabels {
      guard let host = head.text(after: label)?.withoutBlanks.host, !host.isEmpty else { continue }
      (writer, reportingMTA, isServer) = (.exchange, host, head.opens(with: label))
    }
    if let mentioned = head.words.lazy.compactMap(\.mailAddress).first { address = mentioned.text }
    if writer == .gmail { remoteMTA = GmailNotice.server(in: head) ?? remoteMTA }
    if text.count > Self.longestFiller { return false }
    return isNew || isServer || !known.isEmpty || Self.signatures.contains { head.isSame(as: $0) }
  }

  /// Whether `text` says that a copy of the returned message follows.
  func announcesCopy(_ text: ArraySlice<UInt8>) -> Bool {
    let head = text.prefix(Self.longestSentence)
    if Self.copyAnnouncements.contains(where: { head.mentions($0) }) { return true }
    return writer == .gmail && head.opens(with: "----- Original message")
  }

  static let serverLabels = ["Generating server:", "Serveur de génération :", "Serveur de génération:"]

  private static let longestSentence = 2048
  private static let longestFiller = 800
  private static let greetings: [(sentence: String, writer: Writer)] = [
    ("This is the mail system at host ", .postfix), ("This is the Postfix program at host ", .postfix),
    ("This message was created automatically by mail delivery software", .exim),
    ("Hi. This is the qmail-send program at ", .qmail),
  ]
  private static let sentences: [(sentence: String, writer: Writer?, action: Bounce.Action?)] = [
    ("sorry to have to inform you that your message could not", .postfix, .failed),
    ("THIS IS A WARNING ONLY. ", nil, .delayed),
    ("Your message could not be delivered for more than ", nil, .delayed),
    ("Your message was successfully delivered to the destination", nil, .delivered),
    ("For further assistance, please send mail to ", nil, nil),
    ("If you do so, please include this problem report", nil, nil),
    ("delete your own text from the attached returned message", nil, nil),
    ("The following address(es) failed", .exim, .failed),
    ("address(es) to which the message has not yet been delivered", .exim, .delayed),
    ("message has not yet been delivered", .exim, .delayed),
    ("message that you sent has not yet been delivered", .exim, .delayed),
    ("I'm afraid I wasn't able to deliver your message to the following addresses", .qmail, .failed),
    ("Delivery has failed to these recipients", .exchange, .failed),
    ("Diagnostic information for administrators", .exchange, nil),
    ("Informations de diagnostic pour les administrateurs", .exchange, nil),
    ("Delivery to the following recipient failed permanently", .gmail, .failed),
    ("Delivery to the following recipient has been delayed", .gmail, .delayed),
    ("Your message wasn't delivered to ", .gmail, .failed),
    ("Technical details of permanent failure", .gmail, .failed),
    ("Technical details of temporary failure", .gmail, .delayed),
    ("This is a MIME-encapsulated message", nil, nil),
  ]
  private static let signatures = ["The mail system", "The Postfix program"]
  private static let copyAnnouncements = [
    "This is a copy of the message, including all the headers", "This is a copy of the message's headers",
    "Below this line is a copy of the message", "Original message headers:", "En-têtes de message d'origine",
    "The header of the original message is following",
  ]
}
