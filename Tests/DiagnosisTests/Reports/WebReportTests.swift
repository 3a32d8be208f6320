import Diagnosis
import Foundation
import Reporting
import Testing

@Suite struct `Reports for browsers and viewers` {
  private static let hostile = "<script>alert(1)</script>\"'&\u{1B}[31m\u{202E}"

  /// A report whose every text a stranger chose.
  private static func report() throws -> DiagnosisReport {
    let text = """
      id: a.evil
      title: "{name}"
      severity: error
      match: [{daemon: cleanup, message: '^evil (?P<name>.*)'}]
      impact: "<script>alert(2)</script>"
      causes:
        - id: one
          text: "</pre><script>alert(3)</script>"
          fix: [{text: "<img src=x onerror=alert(4)>", commands: ["echo '</pre><script>'", second], dns: [{name: "<b>", type: TXT, value: "<i>"}]}]
      references: ["javascript:alert(5)", "https://example.org/?a=1&b=\\"x\\""]
      """
    let log = """
      2026-11-23T17:00:00Z mail postfix/cleanup[7]: evil \(hostile)
      2026-11-23T17:00:01Z mail postfix/cleanup[7]: warning: unknown \(hostile)

      """
    return diagnosis(log, try ruleSet(try Rule(yaml: text, path: "a.yaml")))
  }

  /// The elements of a page, as a browser would see them.
  private static func elements(_ html: String) -> Set<String> {
    Set(
      html.split(separator: "<").dropFirst().map {
        String($0.prefix { $0.isLetter || $0 == "/" || $0 == "!" || $0.isNumber })
      })
  }

  @Test func `make markup of nothing that was read`() throws {
    let html = HTMLReport(language: .english).text(try Self.report())
    #expect(!Self.elements(html).contains("script"))
    #expect(!Self.elements(html).contains("img"))
    #expect(!html.contains("href=\"javascript:"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\x1b[31m\\u{202e}"))
    #expect(html.contains("default-src &#39;none&#39;"))
    #expect(html.contains("<pre>echo &#39;&lt;/pre&gt;&lt;script&gt;&#39;\nsecond</pre>"))
    #expect(!html.contains("\u{1B}") && !html.contains("\u{202E}"))
  }

  @Test func `load nothing from elsewhere`() throws {
    var pages: [String: String] = [:]
    RuleSite(Shipped.rules).write { pages[$0] = $1 }
    #expect(pages.count == 2 * Shipped.rules.rules.count + 3)
    for (path, page) in pages {
      #expect(!page.contains(" src=") && !page.contains("<link") && !page.contains("@import"), "\(path)")
      #expect(!page.contains(#/url\(\s*["'h/]/#), "\(path)")
      #expect(page.hasPrefix("<!doctype html>\n<html lang=\""))
    }
  }

  @Test func `have a page for each rule, and no dead link among them`() throws {
    var pages: [String: String] = [:]
    RuleSite(Shipped.rules).write { pages[$0] = $1 }
    for (path, page) in pages {
      let folder = path.contains("/") ? String(path.prefix { $0 != "/" }) + "/" : ""
      for part in page.split(separator: "<a href=\"").dropFirst() {
        let target = String(part.prefix { $0 != "\"" })
        guard !target.hasPrefix("http"), !target.hasPrefix("#") else { continue }
        let whole = target.hasPrefix("../") ? String(target.dropFirst(3)) : folder + target
        #expect(pages[whole] != nil, "\(path) leads to \(target)")
      }
    }
    let page = try #require(pages["fr/postfix.milter.connection-refused.html"])
    #expect(page.contains("Postfix ne parvient pas à joindre le milter {milter}"))
    #expect(page.contains("chmod 700 /etc/dkimkeys\nfind /etc/dkimkeys -type f -exec chmod 600 {} +"))
  }

  @Test func `in SARIF name rule, place and message of each incident`() throws {
    let log = String(decoding: Recordings.bytes("odkim_key_mode", "mail.log"), as: UTF8.self)
    let report = diagnosis(log, Shipped.rules)
    let text = SARIFReport(language: .english, version: "1.2.3").text(report)
    let sarif = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(sarif["version"] as? String == "2.1.0")
    #expect((sarif["$schema"] as? String)?.hasSuffix("sarif-schema-2.1.0.json") == true)
    let runs = try #require(sarif["runs"] as? [[String: Any]])
    #expect(runs.count == 1)
    let driver = try #require((runs[0]["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "maillogd")
    let rules = try #require(driver["rules"] as? [[String: Any]])
    let results = try #require(runs[0]["results"] as? [[String: Any]])
    #expect(results.count == report.incidents.count)
    #expect(Set(rules.compactMap { $0["id"] as? String }).count == rules.count)
    for (result, incident) in zip(results, report.incidents) {
      #expect(result["ruleId"] as? String == incident.rule.id)
      let place = try #require(result["ruleIndex"] as? Int)
      #expect(rules[place]["id"] as? String == incident.rule.id)
      #expect(["none", "note", "warning", "error"].contains(result["level"] as? String ?? ""))
      #expect((result["message"] as? [String: Any])?["text"] is String)
      let location = try #require(
        (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
      #expect((location["artifactLocation"] as? [String: Any])?["uri"] as? String == "mail.log")
      #expect(((location["region"] as? [String: Any])?["startLine"] as? Int ?? 0) >= 1)
    }
  }

  @Test func `survive hostile bytes in SARIF`() throws {
    let text = SARIFReport(language: .french, version: "1").text(try Self.report())
    let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect((log["runs"] as? [[String: Any]])?.count == 1)
    #expect(!text.contains("\u{1B}"))
    #expect(!text.contains("javascript:"))
  }
}
