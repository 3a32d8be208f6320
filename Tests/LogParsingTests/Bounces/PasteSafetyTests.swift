import LogParsing
import RepeatableNumbers
import Testing

@Suite struct `Any paste` {
  private static let short = PasteSamples.dsn(
    text: "This is the mail system at host mail.example.org.\n\n"
      + "<bob@example.com>: host mx.example.com[192.0.2.7] said: 550-5.1.1\n    Unknown 550 5.1.1 user (in reply to RCPT TO command)\n",
    report: "Reporting-MTA: dns; mail.example.org\n\nFinal-Recipient: rfc822; bob@example.com\nStatus: 5.1.1\n"
      + "Diagnostic-Code: smtp; 550-5.1.1\n    Unknown 550 5.1.1 user\n")

  @Test func `cut off anywhere is read without a trap`() {
    let bytes = Array(Self.short.utf8)
    for end in 0...bytes.count { _ = PastedText.read(Array(bytes.prefix(end))) }
  }

  @Test(arguments: 0..<8)
  func `with random damage is read without a trap`(seed: UInt64) {
    var random = RepeatableNumbers(state: seed)
    let samples = [
      PasteSamples.logLine.wrapped(at: 60).quoted("> "), PasteSamples.logLine.cut(at: 50), Self.short,
      "<bob@example.com> (expanded from <x@example.org>): host mx.example.com[192.0.2.7] said: 550 5.1.1 no",
      "The following address(es) failed:\n\n  bob@example.com\n    SMTP error from remote mail server after RCPT TO:<b>:\n"
        + "    host mx [192.0.2.1]: 550 5.1.1 no\n",
      "Generating server: mx.example.com\n\nbob@example.com\nRemote Server returned '550 5.7.1 no'\n",
      "<bob@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no\nGiving up on 192.0.2.1.\n",
      "Your message wasn't delivered to b@example.com.\n\nThe response was:\n\n550 5.1.1 no\n",
      "550-5.7.1 a=\n550=20b\n550 c",
      "Le 31 janvier, Bob a\nécrit :\n> Jan 31 22:04:20 mail postfix/smtp[1]: x\n",
    ].map { Array($0.utf8) }
    for _ in 0..<2500 {
      guard var bytes = samples.randomElement(using: &random) else { continue }
      for _ in 0..<Int.random(in: 1...12, using: &random) { damage(&bytes, &random) }
      _ = PastedText.read(bytes)
    }
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout RepeatableNumbers) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 3: bytes.insert(Array("\n\r <>[]()=:;-@\"'#5.".utf8).randomElement(using: &random) ?? 0, at: place)
    default: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
    }
  }

  @Test func `nested deeper than anyone nests is read to a depth`() {
    let depth = 400
    let open = (0..<depth).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
    _ = PastedText.read("From: a@example.org\nTo: b@example.org\n" + open + "\n\(PasteSamples.logLine)\n")
    let mail = "From: a@example.org\nTo: b@example.org\nContent-Type: message/rfc822\n\n"
    let attached = String(repeating: mail, count: depth)
    #expect(PastedText.read(attached + PasteSamples.logLine).logTexts.isEmpty)
  }

  @Test func `with more parts than anyone sends is read to a number`() {
    let parts = String(repeating: "\n--b\nContent-Type: text/plain\n\n550 5.1.1 no\n", count: 5000)
    let header = "From: a@example.org\nTo: b@example.org\nContent-Type: multipart/mixed; boundary=b\n"
    let paste = PastedText.read(header + parts)
    #expect(paste.replies.count == 200)
  }

  @Test(arguments: ["", "\n", " ", "\r", ">", "> > >", "<", "=", "--", "\u{FEFF}", "5", "550", "550-"])
  func `however short is read`(text: String) {
    _ = PastedText.read(text)
  }

  @Test(arguments: ["a\n", "> ", "<a@b.c>: x\n\n", "=\n", "550-x\n", "From: x\n", "\n--b\nContent-Type: x\n", "[<"])
  func `longer than the limit is read up to it`(unit: String) {
    let count = 60_000 / unit.utf8.count
    _ = PastedText.read(String(repeating: unit, count: count))
  }

  @Test func `loses what stands behind the limit`() {
    let line = Array(PasteSamples.logLine.utf8)
    let bytes = line + Array(repeating: .init(ascii: "\n"), count: PastedText.maximumSize) + line
    #expect(PastedText.read(bytes).items == [.logText(line)])
  }
}
