extension Story {
  /// The story that `notes` tell.
  init(id: ID, _ notes: StoryNotes) {
    self.id = id
    notes.read { kind, text, status in
      switch kind {
      case .queueID: queueID = text
      case .client: client = text
      case .sender: from = text
      case .messageID: messageID = text
      case .parent: parent = text
      case .recipient: recipients.append(Recipient(to: text, status: status))
      case .child: children.append(text)
      }
    }
  }
}
