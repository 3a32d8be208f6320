/// A disagreement that we keep: the source asks for something else, or is wrong.
struct Judgement: Sendable {
  var corpus: String
  /// The field's name; a `*` before or behind stands for any beginning or end.
  var field: String
  var reason: String
  var applies: @Sendable (Row) -> Bool = { _ in true }

  func covers(_ corpus: String, _ field: String, _ row: Row) -> Bool {
    corpus == self.corpus && isNamed(field) && applies(row)
  }

  private func isNamed(_ name: String) -> Bool {
    let core = String(field.drop { $0 == "*" }.reversed().drop { $0 == "*" }.reversed())
    switch (field.hasPrefix("*"), field.hasSuffix("*")) {
    case (false, false): return name == core
    case (true, false): return name.hasSuffix(core)
    case (false, true): return name.hasPrefix(core)
    case (true, true): return core.isEmpty || name.contains(core)
    }
  }

  static let all = [
    Judgement(
      corpus: "lightmeter_parser_fields", field: "*",
      reason: "lines of lightmeter's own programs, which are no mail server",
      applies: { $0.line.contains(" lightmeter/") }),
    Judgement(
      corpus: "lightmeter_parser_fields", field: "h.*",
      reason: "the assertion is about another line of the same test"),
    Judgement(
      corpus: "lightmeter_parser_fields", field: "payload.Queue",
      reason: "the assertion is about another line of the same test",
      applies: { row in row.expected["assert"]["payload.Queue"].string.map { !row.line.contains($0) } ?? false }),
    Judgement(
      corpus: "lightmeter_parser_fields", field: "ts.",
      reason: "the assertion is about a moment that the test itself makes up"),
    Judgement(
      corpus: "lightmeter_parser_fields", field: "extra.*",
      reason: "where the next server's answer came from is its own free text; we keep it whole"),
    Judgement(
      corpus: "lightmeter_parser_fields", field: "payload.MessageId",
      reason: "we keep a message-id header that is no id as it was sent",
      applies: { !$0.line.hasSuffix(">") }),
    Judgement(
      corpus: "datadog_postfix", field: "postfix.queue.state",
      reason: "a word of the next server's answer, `Queued mail for delivery`, taken for a queue's state"),
    Judgement(
      corpus: "crowdsec_hub", field: "*",
      reason: "a line of another mail server (Exim, MailScanner, mailcow)",
      applies: { row in
        [" exim[", "MailScanner[", "CRIT: "].contains { row.line.contains($0) }
          || row.expected["stages"]["s01-parse/crowdsecurity/exim-logs"].isObject
      }),
    Judgement(
      corpus: "crowdsec_hub", field: "*Meta.log_type*",
      reason: "a label of theirs, not in the line"),
    Judgement(
      corpus: "crowdsec_hub", field: "*Meta.service",
      reason: "a label of theirs, not in the line"),
  ]
}
