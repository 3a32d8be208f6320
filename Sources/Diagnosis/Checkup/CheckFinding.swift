/// One thing that receivers look at, and how this sending host stands there; `maillogd check` prints them.
public struct CheckFinding: Sendable {
  public enum Verdict: String, Sendable, CaseIterable {
    case good, warning, bad
    /// It could not be seen; `seen` says why.
    case unknown
  }

  public let topic: CheckTopic
  /// What was looked at: an address, a domain, a file.
  public let subject: String
  public let verdict: Verdict
  public let seen: Wording
  /// What it costs, and with whom; `nil` where nothing is wrong.
  public var why: Wording?
  public var fix: [CheckStep] = []
  /// What the DNS should have, whether or not it has it already.
  public var records: [DNSRecord] = []

  public init(_ topic: CheckTopic, _ subject: String, _ verdict: Verdict, _ seen: Wording) {
    self.topic = topic
    self.subject = subject
    self.verdict = verdict
    self.seen = seen
  }
}

/// One step of a repair, in the languages of the reports.
public struct CheckStep: Sendable {
  public let text: Wording
  public let commands: [String]
  public let file: FileChange?
  public let dns: [DNSRecord]

  public init(_ text: Wording, commands: [String] = [], file: FileChange? = nil, dns: [DNSRecord] = []) {
    self.text = text
    self.commands = commands
    self.file = file
    self.dns = dns
  }

  public subscript(language: Language) -> FixStep {
    FixStep(text: text[language], commands: commands, file: file, dns: dns)
  }
}

/// What is checked, in the order of the report. The raw values are the ids in JSON.
public enum CheckTopic: String, Sendable, CaseIterable {
  case reverseName = "reverse-name"
  case helo, spf, dkim, dmarc
  case blockList = "block-list"
  case mailExchange = "mx"
  case sendingTLS = "tls-sending"
  case certificate = "tls-certificate"
  case milter
  case keySafety = "key-safety"
  case queue
  case mtaSTS = "mta-sts"
  case dane

  /// What a bad finding takes from the 10 points, in hundredths; all together they make 1000. A warning takes half.
  public var weight: Int {
    switch self {
    case .reverseName: 200
    case .spf, .dkim, .blockList: 150
    case .dmarc: 100
    case .helo, .mailExchange, .milter: 50
    case .sendingTLS, .certificate, .keySafety, .queue: 25
    case .mtaSTS, .dane: 0
    }
  }
}
