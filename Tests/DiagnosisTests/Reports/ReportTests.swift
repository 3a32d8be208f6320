import Diagnosis
import Foundation
import LogParsing
import RepeatableNumbers
import Reporting
import Testing

/// A log whose strangers try to write on the admin's terminal.
private let hostileLog = """
  2026-11-23T17:40:53Z mail\u{1B}[2J postfix/smtp[5]: 4F3A2B1C0D: to=<a\u{1B}]0;x\u{7}\u{202E}@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.1] said: 550 5.1.1 no\u{9B}31m such\u{85} \u{2066}user\u{8} (in reply to RCPT TO command))
  2026-11-23T17:40:53Z mail postfix/cleanup[5]: warning: connect to Milter service inet:[::1]:88\u{1B}[31m91\u{200F}: Connection refused
  2026-11-23T17:40:53Z mail postfix/smtpd[5]: warning: the \u{1B}[31m moon\u{7F} \u{2028}is \u{202E}full\u{9D}

  """

extension Recordings {
  fileprivate static let reports: [(name: String, report: DiagnosisReport)] =
    [
      "gmail_ipv6_ptr", "inject_reply", "chain_milter_gmail_26", "healthy_200", "map_db_missing", "lmtp_quota_full",
      "tls_cert_expired",
    ].map {
      ($0, diagnosis(bytes($0, "mail.log").text, Shipped.rules))
    } + [("hostile", diagnosis(hostileLog, Shipped.rules))]
}

@Suite struct `The report for people` {
  private static func text(_ report: DiagnosisReport, _ language: Language, width: Int = 80, hasColour: Bool = false)
    -> String
  {
    TextReport(language: language, terminal: Terminal(width: width, hasColour: hasColour), least: .info).text(report)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\n"
      && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value) || [0x200E, 0x200F, 0x2028, 0x2029, 0x61C].contains(scalar.value))
  }

  @Test(arguments: Language.allCases)
  func `never sends a stranger's control characters to the terminal`(language: Language) {
    let report = diagnosis(hostileLog, Shipped.rules)
    #expect(report.incidents.count + report.unexplained.count >= 2)
    let text = Self.text(report, language)
    #expect(text.contains("\\x1b"))
    #expect(!text.unicodeScalars.contains(where: Self.isControl))
  }

  @Test func `sends no other escape than its own colours`() {
    let text = Self.text(diagnosis(hostileLog, Shipped.rules), .english, hasColour: true)
    for (place, part) in text.components(separatedBy: "\u{1B}").enumerated() where place > 0 {
      #expect(
        ["[0m", "[1m", "[2m", "[1;31m", "[1;33m", "[1;34m", "[32m"].contains { part.hasPrefix($0) },
        "\(part.prefix(10))")
    }
  }

  @Test func `shows the mark that turns Arabic text as an escape too`() {
    #expect("a\u{61C}b".printable == "a\\u{61c}b")
  }

  @Test(arguments: Language.allCases)
  func `keeps to 80 columns, but for what is to be copied`(language: Language) {
    for (name, report) in Recordings.reports {
      for line in Self.text(report, language).split(separator: "\n") where line.count > 80 {
        // A command stands behind its margin, and one long word cannot be broken.
        let isCode = line.hasPrefix("                 ")
        let isOneWord = line.split(separator: " ").contains { $0.count > 60 } || line.contains("https://")
        #expect(isCode || isOneWord, "\(name): \(line)")
      }
    }
  }

  @Test func `speaks French`() {
    let report = diagnosis(Recordings.bytes("chain_milter_gmail_26", "mail.log").text, Shipped.rules)
    let text = Self.text(report, .french)
    for word in ["Quand", "Effet", "Pourquoi", "À faire", "Règle", "problème"] {
      #expect(text.contains(word), "\(word)")
    }
    for word in ["When ", "Effect ", "Most likely", "Proven by the log", " problems"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test func `of a log without trouble says so in one breath`() {
    let log = "2026-11-23T17:40:55Z mail postfix/qmgr[4]: 4F3A2B1C0D: removed\n"
    #expect(Self.text(diagnosis(log, Shipped.rules), .english) == "No problem found.\n\n1 line, 0 sent, 0 problems.\n")
    #expect(
      Self.text(diagnosis(log, Shipped.rules), .french) == "Aucun problème trouvé.\n\n1 ligne, 0 remis, 0 problèmes.\n")
  }

  @Test func `of something else asks whether it is a mail log`() {
    #expect(Self.text(diagnosis("hello\nworld\n", Shipped.rules), .english).contains("no mail log line among 2"))
  }

  @Test func `of nothing says that nothing is wrong`() {
    #expect(Self.text(diagnosis("", Shipped.rules), .english).contains("No problem found."))
    #expect(Self.text(diagnosis("", Shipped.rules), .english).contains("there is no line to read."))
  }

  @Test func `leaves no name of a value open`() {
    for (name, report) in Recordings.reports {
      for language in Language.allCases {
        let text = Self.text(report, language)
        for open in text.matches(of: #/[^<]\{[a-z][\w.]*\}/#) {
          #expect(text.contains("\\u") || Bool(false), "\(name): \(open.output)")
        }
      }
    }
  }
}

@Suite struct `The report for programs` {
  private static func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any])?.keys.map(\.self) ?? []) }
  private static func list(_ value: Any?, _ key: String) -> [[String: Any]] {
    (value as? [String: Any])?[key] as? [[String: Any]] ?? []
  }

  @Test func `is JSON with the keys that are promised`() throws {
    for (name, report) in Recordings.reports {
      let object = try JSONSerialization.jsonObject(with: Data(JSONReport(language: .english).object(report).utf8))
      #expect(Self.keys(object) == ["version", "inputs", "incidents", "unexplained", "summary"], "\(name)")
      #expect((object as? [String: Any])?["version"] as? Int == 1)
      for input in Self.list(object, "inputs") {
        #expect(Self.keys(input) == ["path", "bytes", "lines", "mailLines", "unparsed", "first", "last"])
      }
      for incident in Self.list(object, "incidents") {
        #expect(
          Self.keys(incident) == [
            "id", "rule", "pack", "severity", "reason", "title", "impact", "first", "last", "count", "captures",
            "causes", "messages", "lines", "hosts", "causedBy", "leadsTo", "references",
          ])
        for cause in Self.list(incident, "causes") {
          #expect(Self.keys(cause) == ["id", "text", "status", "evidence", "fix"])
          for evidence in Self.list(cause, "evidence") {
            #expect(Self.keys(evidence) == ["check", "expected", "found"])
          }
          for step in Self.list(cause, "fix") {
            #expect(Self.keys(step) == ["text", "commands", "files", "dns"])
            for file in Self.list(step, "files") { #expect(Self.keys(file) == ["path", "line"]) }
            for record in Self.list(step, "dns") { #expect(Self.keys(record) == ["name", "type", "value", "ttl"]) }
          }
        }
        #expect(Self.keys(incident["messages"]) == ["count", "sample"])
        for message in Self.list(incident["messages"], "sample") {
          #expect(Self.keys(message) == ["queueID", "from", "to", "messageID"])
        }
        for line in Self.list(incident, "lines") { #expect(Self.keys(line) == ["path", "line", "text"]) }
      }
      for shape in Self.list(object, "unexplained") {
        #expect(Self.keys(shape) == ["template", "count", "first", "last", "sample"])
      }
      let summary = (object as? [String: Any])?["summary"]
      #expect(
        Self.keys(summary) == ["sent", "deferred", "bounced", "rejected", "expired", "coverage", "forgottenMessages"])
    }
  }

  @Test func `keeps a stranger's control characters as escapes, and their meaning`() throws {
    let text = JSONReport(language: .english).object(diagnosis(hostileLog, Shipped.rules))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let lines = Self.list(object, "incidents").flatMap { Self.list($0, "lines") }.compactMap { $0["text"] as? String }
    #expect(lines.contains { $0.contains("\u{1B}") })
  }

  @Test func `streams the same incidents, one a line`() throws {
    for (name, report) in Recordings.reports {
      let writer = JSONReport(language: .french)
      let lines = writer.lines(report).split(separator: "\n")
      #expect(lines.count == report.incidents.count, "\(name)")
      let whole = writer.object(report)
      for line in lines {
        #expect(whole.contains(line))
        _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
      }
    }
  }

  @Test func `of a parsed line is JSON whatever the bytes`() throws {
    var random = RepeatableNumbers(state: 9)
    var parser = RecordParser(clock: clock)
    for _ in 0..<500 {
      let head = Array("2026-11-23T17:40:53Z mail postfix/smtp[5]: 4F3A2B1C0D: to=<".utf8)
      let line = head + (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }.filter { $0 != 0x0A }
      var json = JSONText()
      EventJSON.add(LogEvent(line: line, record: parser.parse(line.span)), to: &json)
      let object = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any]
      #expect(object?["queueID"] as? String == "4F3A2B1C0D")
    }
  }
}
