import LogParsing

/// Words that the pipeline itself looks for, so that deliveries are counted, and most rules ruled out, without parsing.
enum StatusWord: UInt32, CaseIterable {
  case sent, deferred, bounced, expired, forceExpired, undeliverable, softBounce, rejected, milterRejected, said,
    refusedToTalk

  /// The words of delivery lines.
  static let deliveries: [StatusWord] = [
    .sent, .deferred, .bounced, .expired, .forceExpired, .undeliverable, .softBounce,
  ]

  /// In lower case; the search ignores case.
  var bytes: [UInt8] {
    switch self {
    case .sent: Array("status=sent".utf8)
    case .deferred: Array("status=deferred".utf8)
    case .bounced: Array("status=bounced".utf8)
    case .expired: Array("status=expired".utf8)
    case .forceExpired: Array("status=force-expired".utf8)
    case .undeliverable: Array("status=undeliverable".utf8)
    case .softBounce: Array("status=softbounce".utf8)
    case .rejected: Array(": reject: ".utf8)
    case .milterRejected: Array(": milter-reject: ".utf8)
    case .said: Array(" said: ".utf8)
    case .refusedToTalk: Array(" refused to talk to me: ".utf8)
    }
  }

  /// What Postfix writes behind `status=`.
  var status: String { bytes.dropFirst("status=".utf8.count).text }
}

/// Which of these words a line holds.
struct StatusWords: OptionSet {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ word: StatusWord) { rawValue = 1 << UInt16(word.rawValue) }

  static let sent = StatusWords(.sent)
  var isOnlySent: Bool { self == .sent }
  var tellsOfFailure: Bool { !subtracting(.sent).isEmpty }
}

extension MatchClause {
  /// Whether the clause can match a line with this status.
  func wants(_ word: StatusWord) -> Bool { statuses?.contains { $0.matches(word.status) } ?? true }
}
