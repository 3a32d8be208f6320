public import Diagnosis

/// `maillogd check --zone`: what should stand in the DNS, as BIND reads it (RFC 1035, section 5.1).
public struct ZoneReport {
  private let phrases: CheckPhrases

  public init(language: Language) { phrases = CheckPhrases(language: language) }

  /// One record a line; what belongs into somebody else's zone (PTR) is a comment.
  public func text(_ report: CheckReport) -> String {
    var lines: [String] = []
    var seen: Set<String> = []
    for finding in report.findings {
      for record in finding.records {
        let text = record.zoneLine
        guard seen.insert(text).inserted else { continue }
        let state = finding.verdict == .good ? phrases.present : phrases.wanted
        if record.type == "PTR" {
          lines.append("; \(phrases.forProvider) (\(state))")
          lines.append("; \(text)")
        } else {
          lines.append("; \(phrases.topic(finding.topic))\(phrases.colon) \(state)")
          lines.append(text)
        }
      }
    }
    let heading = seen.isEmpty ? phrases.noRecords : phrases.zoneHeading(seen.count)
    return (["; \(heading)"] + lines).joined(separator: "\n") + "\n"
  }
}

extension DNSRecord {
  /// `name IN TYPE data`; a text in strings of at most 255 bytes, several in parentheses over several lines.
  var zoneLine: String {
    guard type == "TXT", !value.hasPrefix("\"") else { return "\(name) IN \(type) \(value)".printable }
    return "\(name) IN TXT \(ZoneText.strings(value))"
  }
}
