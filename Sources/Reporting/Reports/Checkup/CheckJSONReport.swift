public import Diagnosis

/// `maillogd check --format json`; docs/json.md describes it.
public struct CheckJSONReport {
  private let language: Language

  public init(language: Language) { self.language = language }

  public func text(_ report: CheckReport) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.number("version", 1)
      if let tenths = report.tenths {
        json.number("score", text: tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)")
      } else {
        json.optional("score", nil)
      }
      json.optional("helo", report.helo)
      json.array("addresses") { json in for address in report.addresses { json.string(nil, address.text) } }
      json.array("domains") { json in for domain in report.domains { json.string(nil, domain) } }
      json.object("counts") { json in
        for verdict in CheckFinding.Verdict.allCases { json.number(verdict.rawValue, report.count(verdict)) }
      }
      json.array("findings") { json in for finding in report.findings { add(finding, to: &json) } }
    }
    json.lineEnd()
    return json.take()
  }

  private func add(_ finding: CheckFinding, to json: inout JSONText) {
    json.object { json in
      json.string("id", finding.topic.rawValue)
      json.string("subject", finding.subject)
      json.string("verdict", finding.verdict.rawValue)
      json.string("seen", finding.seen[language])
      json.optional("why", finding.why?[language])
      json.array("fix") { json in for step in finding.fix { JSONReport.add(step[language], to: &json) } }
      json.array("records") { json in for record in finding.records { JSONReport.add(record, to: &json) } }
    }
  }
}
