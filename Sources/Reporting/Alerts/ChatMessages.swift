/// What chat services take: each its own JSON.
struct SlackMessage: Encodable { let text: String }

struct MatrixMessage: Encodable {
  let msgtype = "m.text"
  let body: String
}

struct TelegramMessage: Encodable {
  static let longest = 4_000
  let chat: String
  let text: String

  private enum CodingKeys: String, CodingKey {
    case chat = "chat_id"
    case text
  }
}

struct NtfyMessage: Encodable {
  let topic: String
  let title: String
  let message: String
  let priority: Int
  let tags: [String]

  /// ntfy turns longer messages into attachments.
  private static let longest = 3_900

  init(_ notice: AlertNotice, topic: String) {
    self.topic = topic
    title = notice.title
    var text = notice.text
    while text.utf8.count > Self.longest { text.removeLast(max(1, (text.utf8.count - Self.longest) / 4)) }
    message = text
    priority = ["critical": 5, "error": 4, "warning": 3][notice.severity] ?? 2
    tags = [notice.kind == .resolved || notice.kind == .channelRecovered ? "white_check_mark" : "warning"]
  }
}
