public import Diagnosis

/// One way to reach people or programs.
public struct AlertChannel: Sendable {
  public enum Kind: Sendable {
    case webhook(url: String, headers: [(name: String, value: Secret)])
    /// Prometheus Alertmanager, API v2; every server of a cluster is told.
    case alertmanager(urls: [String], headers: [(name: String, value: Secret)])
    case ntfy(url: String, topic: String, token: Secret?)
    case slack(url: Secret)
    case matrix(homeserver: String, room: String, token: Secret)
    case telegram(server: String, chat: String, token: Secret)
    case smtp(SMTPSettings)
    /// sendmail(1): the last choice, for it goes through the mail server that is being watched.
    case sendmail(path: String, from: String, to: [String])
    /// A program with fixed arguments; the JSON stands on its standard input.
    case exec([String])
    case journal
  }

  public let name: String
  public let kind: Kind
  public let language: Language
  public let fallback: String?
  public let mostPerHour: Int
  /// A file with certificates to trust besides the system's.
  public let authorities: String?

  public init(
    name: String, kind: Kind, language: Language = .english, fallback: String? = nil, mostPerHour: Int = 60,
    authorities: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.language = language
    self.fallback = fallback
    self.mostPerHour = mostPerHour
    self.authorities = authorities
  }

  public var outboxSettings: Outbox.ChannelSettings {
    Outbox.ChannelSettings(
      name: name, fallback: fallback, mostPerHour: mostPerHour, words: AlertWords(language: language))
  }

  /// Whether the receiver groups and repeats itself, and so is told the state of all incidents again and again.
  public var isAlertmanager: Bool { if case .alertmanager = kind { true } else { false } }
}

/// How mail leaves without the mail server that is being watched.
public struct SMTPSettings: Sendable {
  public enum Encryption: String, Sendable, CaseIterable {
    /// STARTTLS with a certificate that can be verified.
    case starttls
    /// TLS from the first byte (port 465).
    case tls
    /// STARTTLS where it is offered, whatever the certificate: what mail exchangers do among themselves.
    case opportunistic
    case none
  }

  /// `nil`: the exchangers of each recipient's domain.
  public var server: String?
  public var port: Int
  public var encryption: Encryption
  public var user: String?
  public var password: Secret?
  public var from: String
  public var to: [String]
  /// The name for EHLO.
  public var helo: String?

  public init(
    server: String?, port: Int, encryption: Encryption, user: String? = nil, password: Secret? = nil, from: String,
    to: [String], helo: String? = nil
  ) {
    self.server = server
    self.port = port
    self.encryption = encryption
    self.user = user
    self.password = password
    self.from = from
    self.to = to
    self.helo = helo
  }
}

/// A password or token; printing it shows nothing of it.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let value: String

  public init(_ value: String) { self.value = value }

  public var description: String { "…" }
  public var debugDescription: String { "…" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a notice could not be sent.
public struct ChannelFault: Error, Sendable, CustomStringConvertible {
  public let reason: String
  /// Nothing will change until somebody repairs the configuration or the receiver.
  public let isPermanent: Bool
  /// Seconds that the receiver asks to wait.
  public let retryAfter: Int64

  public var description: String { reason }

  public init(_ reason: String, isPermanent: Bool = false, retryAfter: Int64 = 0) {
    self.reason = String(reason.prefix(500)).printable
    self.isPermanent = isPermanent
    self.retryAfter = retryAfter
  }

  /// The same without the words that must not stand in a log: servers and libcurl repeat what they were given.
  func hiding(_ secrets: [String]) -> ChannelFault {
    ChannelFault(Self.hiding(secrets, in: reason), isPermanent: isPermanent, retryAfter: retryAfter)
  }

  static func hiding(_ secrets: [String], in text: String) -> String {
    secrets.reduce(text) { $0.replacing($1, with: "…") }
  }
}

extension AlertChannel {
  /// The words that nobody may read in a message about this channel, the longest first.
  var secrets: [String] {
    let own: [Secret?] =
      switch kind {
      case .webhook(_, let headers), .alertmanager(_, let headers): headers.map(\.value)
      case .ntfy(_, _, let token): [token]
      case .slack(let url): [url, url.path]
      case .matrix(_, _, let token), .telegram(_, _, let token): [token]
      case .smtp(let settings): [settings.password]
      case .sendmail, .exec, .journal: []
      }
    return own.compactMap { $0?.value }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
  }
}

extension Secret {
  /// What follows the host in an address: servers speak of it without the rest.
  fileprivate var path: Secret? {
    guard let scheme = value.firstRange(of: "://"), let slash = value[scheme.upperBound...].firstIndex(of: "/") else {
      return nil
    }
    let path = String(value[slash...])
    return path.count > 1 ? Secret(path) : nil
  }
}
