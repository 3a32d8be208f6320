public import Diagnosis
import LogParsing

/// The report of `scan` for viewers of code review: SARIF 2.1.0 (OASIS standard), one run with a result for each incident.
public struct SARIFReport {
  private let language: Language
  private let version: String

  /// `version`: of this program.
  public init(language: Language, version: String) {
    self.language = language
    self.version = version
  }

  public func text(_ report: DiagnosisReport) -> String {
    let told = ToldIncident.all(report.incidents, language: language)
    var rules: [Rule] = []
    var places: [String: Int] = [:]
    for incident in told where places[incident.incident.rule.id] == nil {
      places[incident.incident.rule.id] = rules.count
      rules.append(incident.incident.rule)
    }
    var json = JSONText()
    json.object { json in
      json.string(
        "$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      json.string("version", "2.1.0")
      json.array("runs") { json in
        json.object { json in
          json.object("tool") { json in
            json.object("driver") { json in
              json.string("name", "maillogd")
              json.string("version", version)
              json.array("rules") { json in for rule in rules { add(rule, to: &json) } }
            }
          }
          json.string("language", language.rawValue)
          json.array("results") { json in
            for incident in told { add(incident, ruleIndex: places[incident.incident.rule.id] ?? 0, to: &json) }
          }
        }
      }
    }
    json.lineEnd()
    return json.text
  }

  private func add(_ rule: Rule, to json: inout JSONText) {
    let advice = rule.advice(in: language)?.open
    json.object { json in
      json.string("id", rule.id)
      json.object("shortDescription") { $0.string("text", advice?.title ?? rule.id) }
      json.object("fullDescription") { $0.string("text", advice?.impact ?? rule.id) }
      if let page = advice?.references.first(where: { $0.hasPrefix("https://") }) { json.string("helpUri", page) }
      json.object("defaultConfiguration") { $0.string("level", Self.level(rule.severity)) }
    }
  }

  private func add(_ told: ToldIncident, ruleIndex: Int, to json: inout JSONText) {
    let incident = told.incident
    json.object { json in
      json.string("ruleId", incident.rule.id)
      json.number("ruleIndex", ruleIndex)
      json.string("level", Self.level(incident.severity))
      json.object("message") { $0.string("text", message(told)) }
      json.array("locations") { json in
        if let line = incident.lines.first { Self.add(line, to: &json) }
      }
      json.array("relatedLocations") { json in
        for line in incident.lines.dropFirst() { Self.add(line, to: &json) }
      }
      json.number("occurrenceCount", max(1, incident.count))
      json.object("partialFingerprints") { $0.string("maillogdIncident/v1", incident.id) }
      json.object("properties") { json in
        json.string("severity", incident.severity.rawValue)
        json.optional("reason", incident.rule.reason)
        json.optional("first", incident.first?.rfc3339)
        json.optional("last", incident.last?.rfc3339)
      }
    }
  }

  /// What fails, why, and what to do, as plain text.
  private func message(_ told: ToldIncident) -> String {
    var lines = [told.title + ". " + told.impact]
    if let cause = told.causes.first {
      lines.append(Phrases(language: language).standing(cause, isFirst: true) + " " + cause.text)
      for (number, step) in cause.fix.enumerated() {
        lines.append("\(number + 1). \(step.text)")
        if let file = step.file { lines.append("   \(file.path): \(file.line)") }
        lines += step.dns.map { "   \($0.name) IN \($0.type) \($0.value)" } + step.commands.map { "   " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func add(_ line: LineReference, to json: inout JSONText) {
    json.object { json in
      json.object("physicalLocation") { json in
        json.object("artifactLocation") { $0.string("uri", uri(line.path)) }
        json.object("region") { json in
          json.number("startLine", max(1, line.line))
          json.object("snippet") { $0.string("text", line.text) }
        }
      }
    }
  }

  /// SARIF's levels (section 3.27.10).
  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .critical, .error: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  /// A path as a URI reference (RFC 3986); an absolute path as `file://`.
  static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let isPlain =
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~/".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }
}
