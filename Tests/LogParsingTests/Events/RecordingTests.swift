import Foundation
import LogParsing
import RepeatableNumbers
import Testing

/// The lab's recordings, one folder a failure.
private enum Recordings {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/scenarios").standardizedFileURL.resolvingSymlinksInPath()

  static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?.sorted() ?? []

  static func lines(_ name: String) -> [[UInt8]] {
    let log = FileManager.default.contents(atPath: folder.appending(path: "\(name)/mail.log").path()) ?? Data()
    return log.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// A line of each shape: the values of queue ids, times and addresses say nothing new to the parser.
  static var shapes: [[UInt8]] {
    var seen: Set<String> = []
    return names.flatMap(lines).filter { line in
      let words = line.text.split(separator: " ").dropFirst()
      let shape = words.map { $0.contains(where: \.isNumber) ? "#" : $0.prefix { $0 != "=" } }.joined(separator: " ")
      return seen.insert(shape).inserted
    }
  }
}

@Suite struct `Recorded lines` {
  @Test func `are there`() { #expect(Recordings.names.count > 100) }

  @Test(arguments: Recordings.names)
  func `are all recognised`(scenario: String) {
    for line in Recordings.lines(scenario) {
      let event = event(line)
      #expect(event.kind != .unrecognized, "\(line.text)")
      #expect(event.isSound, "\(line.text)")
    }
  }

  @Test func `cut at any byte are read without a trap`() {
    for line in Recordings.shapes {
      for end in line.indices where !event(Array(line[..<end])).isSound { Issue.record("\(line[..<end].text)") }
    }
  }

  @Test func `of an attack keep the attacker's words apart`() {
    let words = ["Milter service", "S3140", "IPv6 sending guidelines"]
    for line in Recordings.lines("inject_reply") + Recordings.lines("inject_helo_long") {
      let event = event(line)
      for word in words { #expect(!event.ownWords.contains(word), "\(line.text)") }
    }
  }
}

@Suite struct `Broken lines` {
  private static let samples = [
    "NOQUEUE: reject: RCPT from h.example.org[192.0.2.7]: 550 5.1.1 <b@example.net>: Recipient address rejected: User unknown; "
      + "from=<\"a b\"@example.org> to=<b@example.net> proto=ESMTP helo=<h.example.org> sasl_username=joe",
    "4F3A2B1C0D: to=<\"a> b\"@example.com>, orig_to=<b@example.net>, relay=mx.example.com[192.0.2.1]:25, conn_use=2, delay=1, delays=0/0/0/1, "
      + "tls=dane:none, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550-5.1.1 no 550 5.1.1 user (in reply to DATA command))",
    "4F3A2B1C0D: hold: header Subject: x from h[192.0.2.7]; from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<h>: note",
    "disconnect from h[192.0.2.7] ehlo=1 auth=0/1 commands=1/2",
    "warning: h[192.0.2.7]: SASL LOGIN authentication failed: no, sasl_username=x",
    "Trusted TLS connection established to mx[192.0.2.1]:25: TLSv1.3 with cipher X (256/256 bits) key-exchange Y (P-256) server-digest Z",
    "statistics: max connection rate 3/60s for (smtp:2001:db8::1) at Nov 23 18:13:50",
    "PREGREET 11 after 0.2 from [192.0.2.7]:1: EHLO x",
    "imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, session=<x>",
    "opendkim.service: Main process exited, code=exited, status=78/CONFIG",
    "srs_forward: <a@example.org> rewritten as <b@example.net>",
    "(1-2) Passed CLEAN {X}, [192.0.2.7]:1 <a@example.org> -> <b@example.net>, Queue-ID: Q, Hits: 1, size: 2",
  ]
  private static let pieces = [
    "<", ">", "\"", "\\", "(", ")", "[", "]", ": ", "; from=<", " to=<", " helo=<", " said: ", "550-", " 550 ",
    "status=", "=", "/", ",",
    "\u{FFFD}", "9999999999999999999999", "delays=1/2/3/", "-9223372036854775808", " from ", ";",
  ]
  private static let programs = [
    "postfix/smtpd", "postfix/smtp", "postfix/cleanup", "postfix/qmgr", "postfix/local", "postfix/pipe",
    "postfix/bounce", "postfix/pickup",
    "postfix/postscreen", "postfix/anvil", "postfix/scache", "postfix/master", "postfix/postsuper", "postfix/tlsproxy",
    "postfix/dnsblog",
    "opendkim", "opendmarc", "policyd-spf", "postsrsd", "rspamd", "amavis", "dovecot", "postgrey", "saslauthd",
    "systemd",
  ]

  @Test func `become events, whatever happened to them`() {
    var random = RepeatableNumbers(state: 20_261_123)
    for _ in 0..<10_000 {
      var text = Array(Self.samples.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) { Self.damage(&text, using: &random) }
      let program = Self.programs.randomElement(using: &random)!
      let line = Array("2026-11-23T17:40:53+00:00 mail \(program)[1]: ".utf8) + text
      if !event(line).isSound { Issue.record("\(line.text)") }
    }
  }

  @Test func `of one repeated piece take no more than a moment`() {
    for piece in Self.pieces + ["; from=<\"", "; sasl_username=", " 550-5.1.1", "a=1 ", " said: 550 "] {
      let text = String(repeating: piece, count: 3_000 / piece.utf8.count)
      for program in Self.programs { #expect(event(program, text).isSound) }
      let reply =
        "4F3A2B1C0D: to=<a@example.net>, relay=x, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host x[1] said: 550-\(text))"
      #expect(event("postfix/smtp", reply).kind == .delivery)
      let reject = "NOQUEUE: reject: RCPT from h[192.0.2.7]: 550 5.1.1 <\(text)"
      #expect(event("postfix/smtpd", reject).kind == .reject)
    }
  }

  private static func damage(_ text: inout [UInt8], using random: inout RepeatableNumbers) {
    let position = Int.random(in: 0...text.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: text.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: position)
    case 1 where position < text.count: text[position] = UInt8.random(in: 0...255, using: &random)
    case 2: text.removeSubrange(position..<min(text.count, position + Int.random(in: 0...12, using: &random)))
    case 3: text.insert(contentsOf: text[..<position].suffix(30), at: Int.random(in: 0...text.count, using: &random))
    default: text.removeSubrange(position...)
    }
  }
}
