/// What the log tells about one message, joined by its queue id.
public struct Story: Sendable {
  /// Tells stories apart that one queue id had one after the other.
  public let id: ID
  public internal(set) var queueID = ""
  public internal(set) var first: EventTime?
  public internal(set) var last: EventTime?
  /// `name[address]` of the SMTP client; `nil` for mail that was submitted locally.
  public internal(set) var client: String?
  /// The envelope sender without `<>`; empty for bounces.
  public internal(set) var from: String?
  public internal(set) var messageID: String?
  /// The first recipients; `recipientCount` counts all.
  public internal(set) var recipients: [Recipient] = []
  public internal(set) var recipientCount = 0
  /// The queue id of which this message is a bounce, a re-injection by a content filter, or a forwarded copy.
  public internal(set) var parent: String?
  /// Queue ids that came out of this message on the same host.
  public internal(set) var children: [String] = []
  /// OpenDKIM added a signature.
  public internal(set) var isSigned = false
  public internal(set) var ending: Ending?

  public struct ID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
  }

  static let mostRecipients = 5
  static let mostChildren = 8

  public struct Recipient: Sendable, Equatable {
    public let to: String
    /// Postfix's word: sent, deferred, bounced, …
    public internal(set) var status: String
  }

  /// How the message left the queue, or why nobody waits for it any more.
  public enum Ending: String, Sendable {
    case removed, rejected, expired
    /// Nothing was heard of it for longer than mail stays in a queue.
    case silent
    /// Forgotten to keep memory bounded.
    case evicted
  }
}
