/// The part of a Gmail notice that quotes the reply: "The response from the remote server was:".
enum GmailNotice {
  /// Whether `text` announces the reply, and what of the reply stands behind the announcement already.
  static func announcement(in text: ArraySlice<UInt8>, _ notice: Notice) -> ArraySlice<UInt8>? {
    for sentence in announcements {
      guard let rest = text.text(after: sentence),
        let colon = rest.prefix(longestGap).firstIndex(of: UInt8(ascii: ":"))
      else { continue }
      let reply = rest[(colon + 1)...].withoutBlanks
      if reply.isEmpty || SMTPReply.begins(reply) || notice.writer == .gmail { return reply }
    }
    return nil
  }

  /// "La réponse du serveur distant est la suivante :".
  private static let longestGap = 24

  /// The bounce whose reply is `text`; `announcement` is the paragraph before it.
  static func bounce(_ text: ArraySlice<UInt8>, announcement: ArraySlice<UInt8>, _ notice: Notice) -> Bounce {
    var bounce = Bounce(recipient: notice.address ?? "", diagnostic: Array(text.withoutBlanks))
    bounce.status = SMTPReply.enhancedStatus(in: text)
    bounce.remoteMTA = server(in: announcement) ?? notice.remoteMTA
    return bounce
  }

  private static let announcements = [
    "The response from the remote server was", "The response was", "that the other server returned was",
    "réponse du serveur distant",
  ]

  /// `… by mx.example.org. [192.0.2.1].`
  static func server(in text: ArraySlice<UInt8>) -> Bounce.RemoteMTA? {
    guard let bracket = text.firstPlace(of: ". ["), let name = text[..<bracket].words.last, name.isHostName,
      let address = text[bracket...].dropFirst(3).text(before: "]"), address.isIPAddress
    else { return nil }
    return Bounce.RemoteMTA(host: name.host, address: address.text)
  }
}
