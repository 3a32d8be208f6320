public import LogParsing

/// Which of the texts that programs can log the rules explain.
///
/// A format is taken as explained when some line made from it is: either a sample inside a rule that has the format's shape,
/// or a line filled with values as they stand in logs.
public struct StringCoverage: ~Copyable {
  public enum Verdict: Sendable, Equatable {
    /// Explained by this rule, made for this question.
    case specific(String)
    /// Explained by this rule, which speaks when no other does.
    case general(String)
    case missing
  }

  private var probe: LineProbe
  private let samples: [Sample]

  /// A line out of a rule's tests, and the rules that speak about it.
  private struct Sample {
    let daemon: Daemon
    let level: LogRecord.Level
    let text: [UInt8]
    let verdict: Verdict
  }

  public init(_ rules: RuleSet, clock: LogClock) {
    probe = LineProbe(rules, clock: clock)
    var samples: [Sample] = []
    for rule in rules.rules {
      for test in rule.tests where test.matches {
        for line in test.log.utf8.split(separator: 0x0A).map(Array.init) {
          let (event, findings) = probe.findings(line)
          guard let verdict = Self.verdict(findings, rules) else { continue }
          let texts = [event.line[event.record.text].text, event.text("reply"), event.text("text")].compactMap { $0 }
          samples += texts.map {
            Sample(daemon: event.record.daemon, level: event.record.level, text: Array($0.utf8), verdict: verdict)
          }
        }
      }
    }
    self.samples = samples
  }

  /// What the rules make of one format string.
  public mutating func judge(_ string: LoggedString) -> Verdict {
    let format = FormatString(string.format)
    let daemons = string.daemons
    var best = Verdict.missing
    if format.letters >= Self.fewestLetters, let pattern = try? RegularExpression("^" + format.pattern + "$") {
      let wanted = Set(daemons)
      for sample in samples where wanted.contains(sample.daemon) && pattern.matches(sample.text) {
        if case .specific = sample.verdict { return sample.verdict }
        best = sample.verdict
      }
    }
    // A refusal's frame alone can be what a rule looks for.
    let isDelivery = string.lines("", by: .smtpd).contains { $0.contains("status=") || $0.contains("reject:") }
    for variant in 0..<Self.variants(format) {
      let text = Self.fill(format, variant)
      guard isDelivery || probe.mayConcern(Array(text.utf8)) else { continue }
      for daemon in daemons {
        for line in string.lines(text, by: daemon) {
          let findings = probe.findings(Array(line.utf8)).findings
          guard let verdict = Self.verdict(findings, probe.rules) else { continue }
          if case .specific = verdict { return verdict }
          best = verdict
        }
      }
    }
    return best
  }

  private static func verdict(_ findings: [Finding], _ rules: RuleSet) -> Verdict? {
    let found = findings.map { rules.rules[$0.rule] }
    if let rule = found.first(where: { !$0.isGeneral }) { return .specific(rule.id) }
    return found.first.map { .general($0.id) }
  }

  // MARK: Values

  /// A format with fewer letters of its own fits samples that it has nothing to do with.
  private static let fewestLetters = 10
  private static let mostVariants = 160

  private static func variants(_ format: FormatString) -> Int {
    switch format.openings {
    case 0: 1
    case 1: max(values.count, errors.count)
    default: mostVariants
    }
  }

  /// Variant by variant other values: first all openings alike, then mixed as if by chance, equal on every run.
  private static func fill(_ format: FormatString, _ variant: Int) -> String {
    func pick(_ place: Int, _ count: Int) -> Int {
      guard variant >= values.count else { return variant % count }
      var mixed = UInt64(variant) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(place) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 30)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(count))
    }
    return format.filled(
      word: { values[pick($0, values.count)] }, error: { errors[pick($0, errors.count)] })
  }

  private static let values = [
    "/etc/postfix/main.cf", "mail.example.org", "smtpd_recipient_restrictions", "user@example.org", "192.0.2.1",
    "mx.example.org[192.0.2.1]", "mx.example.org[192.0.2.1]:25", "inet:[::1]:12345", "inet:127.0.0.1:8891",
    "unix:/run/opendkim/opendkim.sock", "hash:/etc/postfix/virtual", "hash", "private/rewrite",
    "No such file or directory",
    "Connection refused", "Permission denied", "host or domain name not found", "RCPT", "end of DATA command",
    "warning",
    "deferred", "4F3A2B1C0D", "some words of text", "root", "17", "encrypt", "example.org", "AUTH", "smtpd", "LOGIN",
  ]
  private static let errors = [
    "No such file or directory", "Connection refused", "Permission denied", "Connection timed out",
    "No space left on device", "Address already in use", "Success", "Connection reset by peer",
    "Network is unreachable",
    "Cannot assign requested address", "File too large", "Broken pipe",
  ]
}
