public import Diagnosis
import LogParsing

/// The JSON of `scan` and `explain`; docs/json.md documents it, `version` grows when it changes.
public struct JSONReport {
  private let language: Language

  public init(language: Language) { self.language = language }

  /// The whole report as one object.
  public func object(_ report: DiagnosisReport) -> String {
    var json = JSONText()
    json.object { json in
      json.number("version", 1)
      json.array("inputs") { json in for input in report.inputs { Self.add(input, to: &json) } }
      json.array("incidents") { json in
        for told in ToldIncident.all(report.incidents, language: language) { add(told, to: &json) }
      }
      json.array("unexplained") { json in for shape in report.unexplained { Self.add(shape, to: &json) } }
      json.object("summary") { json in
        Self.add(report.summary, to: &json)
        json.number("forgottenMessages", report.evictedStories)
      }
    }
    json.lineEnd()
    return json.text
  }

  /// One incident a line.
  public func lines(_ report: DiagnosisReport) -> String {
    var json = JSONText()
    for told in ToldIncident.all(report.incidents, language: language) {
      add(told, to: &json)
      json.lineEnd()
    }
    return json.text
  }

  private func add(_ told: ToldIncident, to json: inout JSONText) {
    let incident = told.incident
    json.object { json in
      json.string("id", incident.id)
      json.string("rule", incident.rule.id)
      json.string("pack", incident.rule.pack)
      json.string("severity", incident.severity.rawValue)
      json.optional("reason", incident.rule.reason)
      json.string("title", told.title)
      json.string("impact", told.impact)
      json.optional("first", incident.first?.rfc3339)
      json.optional("last", incident.last?.rfc3339)
      json.number("count", incident.count)
      json.array("hosts") { json in for host in incident.hosts { json.string(nil, host) } }
      json.object("captures") { json in
        for capture in incident.captures { json.string(capture.name, capture.value) }
      }
      json.array("causes") { json in for cause in told.causes { Self.add(cause, to: &json) } }
      json.object("messages") { json in
        json.number("count", incident.messages.count)
        json.array("sample") { json in for message in incident.messages.sample { Self.add(message, to: &json) } }
      }
      json.array("lines") { json in for line in incident.lines { Self.add(line, to: &json) } }
      json.array("causedBy") { json in for id in incident.causedBy { json.string(nil, id) } }
      json.array("leadsTo") { json in for id in incident.leadsTo { json.string(nil, id) } }
      json.array("references") { json in for link in told.references { json.string(nil, link) } }
    }
  }

  private static func add(_ cause: ToldCause, to json: inout JSONText) {
    json.object { json in
      json.string("id", cause.id)
      json.string("text", cause.text)
      json.string("status", cause.status.rawValue)
      json.array("evidence") { json in
        for evidence in cause.evidence {
          json.object { json in
            json.string("check", evidence.check)
            json.string("expected", evidence.expected)
            json.string("found", evidence.found)
          }
        }
      }
      json.array("fix") { json in for step in cause.fix { add(step, to: &json) } }
    }
  }

  static func add(_ step: FixStep, to json: inout JSONText) {
    json.object { json in
      json.string("text", step.text)
      json.array("commands") { json in for command in step.commands { json.string(nil, command) } }
      json.array("files") { json in
        if let file = step.file {
          json.object { json in
            json.string("path", file.path)
            json.string("line", file.line)
          }
        }
      }
      json.array("dns") { json in for record in step.dns { add(record, to: &json) } }
    }
  }

  static func add(_ record: DNSRecord, to json: inout JSONText) {
    json.object { json in
      json.string("name", record.name)
      json.string("type", record.type)
      json.string("value", record.value)
      if let ttl = record.ttl { json.number("ttl", ttl) } else { json.optional("ttl", nil) }
    }
  }

  private static func add(_ message: AffectedMessages.Message, to json: inout JSONText) {
    json.object { json in
      json.string("queueID", message.queueID)
      json.optional("from", message.from)
      json.array("to") { json in for to in message.to { json.string(nil, to) } }
      json.optional("messageID", message.messageID)
    }
  }

  private static func add(_ line: LineReference, to json: inout JSONText) {
    json.object { json in
      json.string("path", line.path)
      json.number("line", line.line)
      json.string("text", line.text)
    }
  }

  private static func add(_ input: InputSummary, to json: inout JSONText) {
    json.object { json in
      json.string("path", input.path)
      json.number("bytes", input.bytes)
      json.number("lines", input.lines)
      json.number("mailLines", input.mailLines)
      json.number("unparsed", input.unparsed)
      json.optional("first", input.first?.rfc3339)
      json.optional("last", input.last?.rfc3339)
    }
  }

  private static func add(_ shape: UnexplainedShape, to json: inout JSONText) {
    json.object { json in
      json.string("template", shape.template)
      json.number("count", shape.count)
      json.optional("first", shape.first?.rfc3339)
      json.optional("last", shape.last?.rfc3339)
      json.object("sample") { json in
        json.string("path", shape.sample.path)
        json.number("line", shape.sample.line)
        json.string("text", shape.sample.text)
      }
    }
  }

  private static func add(_ summary: DeliverySummary, to json: inout JSONText) {
    json.number("sent", summary.sent)
    json.number("deferred", summary.deferred)
    json.number("bounced", summary.bounced)
    json.number("rejected", summary.rejected)
    json.number("expired", summary.expired)
    if let coverage = summary.coverage {
      json.decimal("coverage", (coverage * 10_000).rounded() / 10_000)
    } else {
      json.optional("coverage", nil)
    }
  }
}
