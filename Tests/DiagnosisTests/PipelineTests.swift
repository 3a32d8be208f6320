import LogParsing
import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `The diagnosis of a recording` {
  /// The three forms in which the lab recorded each failure.
  private static let files = ["mail.log", "mail.trad.log", "journal.export"]

  private static func log(_ name: String, _ file: String) -> [UInt8] {
    let bytes = Recordings.bytes(name, file)
    var journal = JournalText()
    return journal.lines(bytes) + journal.end()
  }

  private static func digest(_ pieces: [ArraySlice<UInt8>], tryingEveryRule: Bool = false) -> String {
    var options = Pipeline.Options()
    options.triesEveryRule = tryingEveryRule
    var pipeline = Pipeline(rules: Shipped.rules, options: options, clock: clock)
    pipeline.begin("mail.log", clock: clock)
    for piece in pieces { pipeline.consume(Array(piece).span) }
    return pipeline.finish().digest
  }

  @Test(arguments: Recordings.names)
  func `is the same whether words are searched first or every rule is tried on every line`(name: String) {
    for file in Self.files {
      let log = Self.log(name, file)
      #expect(!log.isEmpty, "\(file)")
      #expect(Self.digest([log[...]]) == Self.digest([log[...]], tryingEveryRule: true), "\(file)")
    }
  }

  @Test(arguments: Recordings.names)
  func `is the same in pieces of any length`(name: String) {
    var random = RepeatableNumbers(state: 1)
    for file in ["mail.log", "journal.export"] {
      let log = Self.log(name, file)
      let whole = Self.digest([log[...]])
      #expect(Self.digest(log.cut { Int.random(in: 1...2_000, using: &random) }) == whole, "\(file)")
      if log.count < 30_000, file == "mail.log" { #expect(Self.digest(log.cut { 1 }) == whole) }
    }
  }

  @Test(arguments: ["inject_helo_long", "inject_reply"])
  func `raises nothing for the failures of which only an attacker speaks`(name: String) {
    for file in Self.files {
      // In inject_reply a recipient is unknown in truth; the milter and the block that the answer names are not.
      for incident in diagnosis(Self.log(name, file).text, Shipped.rules).incidents
      where incident.rule.id != "remote.user-unknown" {
        #expect(incident.severity == .info, "\(file): \(incident.id)")
      }
    }
  }

  @Test(arguments: ["healthy_200", "healthy_postlogd"])
  func `raises nothing above info where all was well`(name: String) {
    for incident in diagnosis(Self.log(name, "mail.log").text, Shipped.rules).incidents {
      #expect(incident.severity == .info, "\(incident.id)")
    }
  }
}

extension Array {
  /// The array in pieces of the lengths that `length` gives.
  fileprivate func cut(_ length: () -> Int) -> [ArraySlice<Element>] {
    var pieces: [ArraySlice<Element>] = []
    var start = 0
    while start < count {
      let end = Swift.min(count, start + Swift.max(1, length()))
      pieces.append(self[start..<end])
      start = end
    }
    return pieces
  }
}

@Suite struct `The fast way` {
  private static func report(_ rules: RuleSet, _ logs: [String], tryingEveryRule: Bool) -> DiagnosisReport {
    var options = Pipeline.Options()
    options.triesEveryRule = tryingEveryRule
    var pipeline = Pipeline(rules: rules, options: options, clock: clock)
    for (number, log) in logs.enumerated() {
      pipeline.begin("sample \(number)", clock: clock)
      pipeline.consume(Array(log.utf8).span)
    }
    return pipeline.finish()
  }

  @Test func `finds in all samples of all rules what trying every rule finds`() {
    let packs = Dictionary(grouping: Shipped.rules.rules) { $0.pack }
    for (pack, rules) in packs {
      let logs = rules.flatMap(\.tests).map { $0.log + "\n" }
      let fast = Self.report(Shipped.rules, logs, tryingEveryRule: false).digest
      #expect(fast == Self.report(Shipped.rules, logs, tryingEveryRule: true).digest, "\(pack)")
    }
  }

  private static func expectSame(_ log: String, _ rules: RuleSet = Shipped.rules) {
    let fast = diagnosis(log, rules)
    let slow = diagnosis(log, rules, tryingEveryRule: true)
    #expect(fast.summary == slow.summary)
    #expect(fast.digest == slow.digest)
  }

  @Test(arguments: [
    "postfix/qmgr[7]: 4F3A2B1C0D: from=<status=sent@example.org>, size=715, nrcpt=1 (queue active)",
    "postfix/qmgr[7]: 4F3A2B1C0D: from=<Status=Sent@example.org>, size=715, nrcpt=1 (queue active)",
    "postfix/smtp[7]: 4F3A2B1C0D: host mx.example.com[192.0.2.1] said: 250 status=sent (in reply to RCPT TO command)",
    "postfix/smtp[7]: 4F3A2B1C0D: to=<a@example.com>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.1.5, status=deliverable (250 2.1.5 Ok)",
    "postfix/smtp[7]: 4F3A2B1C0D: to=<a@example.com>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=undeliverable (550 no)",
    "postfix/local[7]: 4F3A2B1C0D: to=<a@example.com>, relay=local, delay=1, delays=0/0/0/1, dsn=4.3.0, status=SOFTBOUNCE (no)",
    "postfix/qmgr[7]: 4F3A2B1C0D: from=<a@example.org>, status=expired, returned to sender",
    "postfix/qmgr[7]: 4F3A2B1C0D: from=<a@example.org>, status=force-expired, returned to sender",
    "postfix/my-transport[7]: 4F3A2B1C0D: to=<a@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)",
    "postfix/spawn[7]: 4F3A2B1C0D: to=<a@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)",
    "postfix/smtp[7]: 4F3A2B1C0D: to=<status=deferred@example.com>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)",
    "postfix/smtpd[7]: NOQUEUE: reject: RCPT from h[192.0.2.7]: 450 4.7.1 x; from=<a@example.org> to=<b@example.net> proto=SMTP helo=<h>",
    "postfix/cleanup[7]: 4F3A2B1C0D: milter-reject: END-OF-MESSAGE from h[192.0.2.7]: 5.7.1 x; from=<a@example.org> to=<b@example.net>",
    "postfix/postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.7]:4711: 550 5.7.1 Service unavailable; from=<a@example.org>, to=<b@example.net>, proto=SMTP, helo=<h>",
    "postfix/smtpd[7]: message repeated 4 times: [ warning: unknown thing]",
  ])
  func `counts what trying every rule counts`(text: String) { Self.expectSame("2026-11-23T17:40:53Z mail \(text)\n") }

  private static let warning =
    "Nov 23 17:40:53 mail postfix/cleanup[7]: warning: connect to Milter service inet:[::1]:8891: Connection refused\n"

  @Test func `takes a repeated line for the line before it, whatever that was`() {
    let log =
      Self.warning
      + "Nov 23 17:40:54 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\nNov 23 17:40:55 mail last message repeated 5 times\n"
    Self.expectSame(log)
    #expect(diagnosis(log, Shipped.rules)["postfix.milter.connection-refused"]?.count == 1)
  }

  @Test func `counts a repetition of another program's line for nobody`() {
    let log =
      Self.warning + "Nov 23 17:40:54 mail CRON[9]: (root) CMD (true)\n"
      + "Nov 23 17:40:55 mail last message repeated 5 times\n"
    #expect(diagnosis(log, Shipped.rules)["postfix.milter.connection-refused"]?.count == 1)
    Self.expectSame(log)
  }

  @Test func `counts the repetitions of a line that it knows`() {
    let log = Self.warning + "Nov 23 17:40:55 mail last message repeated 5 times\n"
    #expect(diagnosis(log, Shipped.rules)["postfix.milter.connection-refused"]?.count == 6)
  }

  @Test func `counts the repetitions of a failure that no rule knows`() {
    let log =
      "Nov 23 17:40:53 mail postfix/smtpd[7]: warning: the moon is full\nNov 23 17:40:55 mail last message repeated 5 times\n"
    #expect(diagnosis(log, Shipped.rules).summary.unexplained == 6)
  }

  @Test func `names the message that has the queue id now, not the one that had it before`() throws {
    let first = try rule("a.first", "match: [{message: 'first fault'}]")
    let second = try rule("a.second", "match: [{message: 'second fault'}]")
    let log = """
      2026-11-23T17:40:50Z mail postfix/qmgr[7]: 4F3A2B1C0D: from=<alice@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:51Z mail postfix/smtp[7]: warning: 4F3A2B1C0D: first fault
      2026-11-23T17:40:52Z mail postfix/qmgr[7]: 4F3A2B1C0D: removed
      2026-11-23T17:40:53Z mail postfix/qmgr[7]: 4F3A2B1C0D: from=<bob@example.org>, size=715, nrcpt=1 (queue active)
      2026-11-23T17:40:54Z mail postfix/smtp[7]: warning: 4F3A2B1C0D: second fault
      2026-11-23T17:40:55Z mail postfix/qmgr[7]: 4F3A2B1C0D: removed

      """
    let rules = try ruleSet(first, second)
    let report = diagnosis(log, rules)
    #expect(report["a.first"]?.messages.sample.map(\.from) == ["alice@example.org"])
    #expect(report["a.second"]?.messages.sample.map(\.from) == ["bob@example.org"])
    Self.expectSame(log, rules)
  }

  @Test(arguments: 0..<6)
  func `finds in damaged lines what trying every rule finds`(seed: UInt64) {
    var random = RepeatableNumbers(state: seed)
    let samples = Shipped.rules.rules.flatMap(\.tests).flatMap { $0.log.split(separator: "\n") }.map { Array($0.utf8) }
    let pieces = [
      "status=sent", "status=deferred", "warning: ", "<", ">", ": ", "4F3A2B1C0D: ", ", status=bounced (", "\u{1}",
      "last message repeated 3 times",
    ]
    var log = ""
    for _ in 0..<400 {
      guard var line = samples.randomElement(using: &random) else { return }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 0...line.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: line.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
        case 1 where place < line.count: line[place] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 2: line.removeSubrange(place..<min(line.count, place + Int.random(in: 0...9, using: &random)))
        default: line.removeSubrange(place...)
        }
      }
      log += line.text + "\n"
    }
    Self.expectSame(log)
  }
}
