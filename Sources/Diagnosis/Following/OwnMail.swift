import LogParsing

/// Knows the mails that maillogd itself has sent, so that their failures never raise an alert about which it would send
/// another mail.
struct OwnMail {
  /// What the message ids of own mails begin with; empty: there are none.
  private let idPrefix: String
  /// Envelope senders of own mails, in lower case.
  private let senders: Set<String>
  /// The queue ids under which own mails and their bounces travel.
  private var queueIDs: Set<String> = []

  private static let mostQueueIDs = 1_000

  init() {
    idPrefix = ""
    senders = []
  }

  init(idPrefix: String, senders: Set<String>) {
    self.idPrefix = idPrefix
    self.senders = Set(senders.map { $0.lowercased() })
  }

  var isNone: Bool { idPrefix.isEmpty && senders.isEmpty }

  /// Whether the line is about an own mail, or about the bounce of one.
  mutating func isAbout(_ event: LogEvent, _ story: Story?) -> Bool {
    if let story {
      let isOwn =
        queueIDs.contains(story.queueID) || story.parent.map(queueIDs.contains) == true
        || story.messageID.map(isOwn) == true || story.from.map(isSender) == true
      if isOwn {
        if queueIDs.count >= Self.mostQueueIDs { queueIDs.removeAll() }
        queueIDs.insert(story.queueID)
        return true
      }
    }
    return event.text("from").map(isSender) == true || event.text("message-id").map(isOwn) == true
  }

  private func isOwn(_ messageID: String) -> Bool {
    !idPrefix.isEmpty && (messageID.hasPrefix("<" + idPrefix) || messageID.hasPrefix(idPrefix))
  }

  private func isSender(_ address: String) -> Bool { !address.isEmpty && senders.contains(address.lowercased()) }
}

extension Pipeline {
  /// From now on nothing is raised about mails with such message ids, or from such senders.
  public mutating func setOwnMail(idPrefix: String, senders: Set<String>) {
    ownMail = OwnMail(idPrefix: idPrefix, senders: senders)
  }
}
