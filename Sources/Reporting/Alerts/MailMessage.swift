import Foundation

/// An alert as a mail (RFC 5322), marked so that nobody answers it and the pipeline knows it again.
public struct MailMessage: Sendable {
  /// The beginning of the message ids of own mails. `mark` is a word that only this installation knows, so that no
  /// stranger can make his mails look like alerts.
  public static func idPrefix(mark: String) -> String { "maillogd.alert.\(mark)." }

  public let text: String

  init(_ notice: AlertNotice, from: String, to: [String], mark: String, at now: Int64) {
    let domain = from.split(separator: "@").last.map(String.init) ?? notice.host
    let headers = [
      "From: maillogd <\(Self.safe(from))>",
      "To: \(to.map(Self.safe).joined(separator: ", "))",
      "Subject: \(Self.encoded(notice.title))",
      "Date: \(AlertTime.rfc5322(now))",
      "Message-ID: <\(Self.idPrefix(mark: mark))\(Self.safe(notice.key))@\(Self.safe(domain))>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      // RFC 3834: no out-of-office reply, and no bounce of a bounce.
      "Auto-Submitted: auto-generated",
      "X-Auto-Response-Suppress: All",
      "X-Maillogd-Alert: \(Self.safe(notice.key))",
    ]
    let body = Data((notice.text + "\n").utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
    text = headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n"
  }

  /// Nothing that could end a header line.
  private static func safe(_ value: String) -> String {
    value.filter { $0.isASCII && !$0.isNewline && $0 != "\0" && $0 != "\r" }
  }

  /// Encoded words of at most 75 characters (RFC 2047, section 2), cut between characters.
  static func encoded(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), text.utf8.count < 900, !text.contains("=?") { return text }
    var words: [String] = []
    var part = ""
    for character in text.prefix(400) where !character.isNewline {
      if (part + String(character)).utf8.count > 42 {
        words.append(part)
        part = ""
      }
      part.append(character)
    }
    words.append(part)
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }
}
