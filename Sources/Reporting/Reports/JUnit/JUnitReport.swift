public import Diagnosis

/// The outcome of `rules test` for continuous integration: JUnit's XML, one suite a rule.
public enum JUnitReport {
  public static func text(_ outcome: RuleTester.Outcome) -> String {
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let failed = outcome.cases.count { !$0.failures.isEmpty }
    xml += "<testsuites name=\"maillogd rules\" tests=\"\(outcome.cases.count)\" failures=\"\(failed)\">\n"
    var rest = outcome.cases[...]
    while let rule = rest.first?.rule {
      let cases = rest.prefix { $0.rule == rule }
      rest = rest.dropFirst(cases.count)
      let failed = cases.count { !$0.failures.isEmpty }
      xml += "  <testsuite name=\"\(rule.escapedForXML)\" tests=\"\(cases.count)\" failures=\"\(failed)\">\n"
      for test in cases { xml += text(test) }
      xml += "  </testsuite>\n"
    }
    return xml + "</testsuites>\n"
  }

  private static func text(_ test: RuleTester.Case) -> String {
    let seconds = Double(Int(test.seconds * 1_000)) / 1_000
    let head =
      "    <testcase classname=\"\(test.rule.escapedForXML)\" name=\"\(test.name.escapedForXML)\" time=\"\(seconds)\""
    guard !test.failures.isEmpty else { return head + "/>\n" }
    let failures = test.failures.map {
      "      <failure message=\"\($0.message.escapedForXML)\">\($0.description.escapedForXML)</failure>\n"
    }
    return head + ">\n" + failures.joined() + "    </testcase>\n"
  }
}

extension String {
  /// For text and attributes of XML and HTML; what XML cannot hold at all becomes U+FFFD (XML 1.0, section 2.2).
  public var escapedForXML: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\n", "\t": text.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE:
        text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
