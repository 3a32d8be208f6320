/// One recipient of a message, and what a mail server's notice says happened to it.
public struct Bounce: Hashable, Sendable {
  /// The address that could not be reached; empty if the notice names none.
  public var recipient: String
  /// The address that the sender wrote, where it is another one (Postfix logs it as `orig_to`).
  public var originalRecipient: String?
  /// The server that answered.
  public var remoteMTA: RemoteMTA?
  /// The server that tried to deliver and wrote the notice.
  public var reportingMTA: String?
  public var action: Action?
  /// The enhanced status code (RFC 3463), from the report, else from the reply: `5.7.1`.
  public var status: String?
  /// The reply, its lines joined with one space as Postfix logs them (`550-5.7.1 … 550 5.7.1 …`), or the reporting
  /// server's own words if no server answered.
  public var diagnostic: [UInt8]
  /// What the reply answered, in the words of Postfix: `end of DATA command`.
  public var command: String?
  /// When the reporting server had received the message, as it wrote it.
  public var arrivalDate: String?
  /// The envelope sender of the message.
  public var from: String?
  /// What Postfix logged in the parentheses behind `status=…`; `nil` if another server wrote the notice.
  var loggedReason: [UInt8]?

  public init(recipient: String, diagnostic: [UInt8] = []) {
    self.recipient = recipient
    self.diagnostic = diagnostic
  }

  /// What became of the recipient (RFC 3464, section 2.3.3).
  public enum Action: String, Sendable, CaseIterable {
    case failed, delayed, delivered, relayed, expanded
  }

  /// A server that mail was offered to.
  public struct RemoteMTA: Hashable, Sendable {
    /// Its name; its address again if the notice gives no name.
    public var host: String
    /// An IP address, or the path of an LMTP socket.
    public var address: String?

    public init(host: String, address: String? = nil) {
      self.host = host
      self.address = address
    }
  }

  /// The reason as Postfix would have logged it: `host H[A] said: REPLY (in reply to end of DATA command)`.
  ///
  /// What the notice does not tell is left out.
  public var postfixReason: [UInt8] {
    if let loggedReason { return loggedReason }
    guard let remoteMTA, SMTPReply.code(of: diagnostic[...]) != nil else { return diagnostic }
    let address = remoteMTA.address.map { "[\($0)]" } ?? ""
    let stage = command.map { " (in reply to \($0))" } ?? ""
    return Array("host \(remoteMTA.host)\(address) said: ".utf8) + diagnostic + Array(stage.utf8)
  }
}
