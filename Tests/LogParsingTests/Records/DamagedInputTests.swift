import RepeatableNumbers
import Testing

@testable import LogParsing

/// Real lines with bytes changed, dropped, doubled and moved; the numbers are the same on every run.
@Suite struct `Damaged input` {
  private static let lines = [
    "Mar  4 09:26:53 mail postfix/smtpd[123]: warning: 4F3A2B1C0D: connect from unknown[192.0.2.7]",
    "<22>1 2026-11-23T17:40:53.633063+00:00 mail postfix/smtpd 4711 ID [a x=\"]\"] 4F3A2B1C0D: client=x[192.0.2.1]",
    "2026 Mar  4 09:26:53 mail mail.info postfix-out/submission/smtpd[1]: [ID 197553 mail.info] 3mPVKl0Mhjz7sXv: removed",
    "2026-11-23 17:40:53,123-0330 mail postfix/qmgr[1]: message repeated 3 times: [ 4F3A2B1C0D: removed]",
    "Nov 23 17:40:53 mail last message repeated 3 times",
    "Nov 23 17:40:53 mail dovecot: imap-login: Error: Disconnected: x",
  ]

  private static let journals = [
    "__REALTIME_TIMESTAMP=1795455653633063\n_HOSTNAME=mail\nSYSLOG_IDENTIFIER=postfix/smtpd\nMESSAGE=x\n\n"
      + "MESSAGE\n\u{3}\0\0\0\0\0\0\0a\nb\n\nMESSAGE=next\n\n",
    #"{"__REALTIME_TIMESTAMP":"1795455653633063","MESSAGE":[1,2,255],"_HOSTNAME":["a","b"],"X":null,"SYSLOG_IDENTIFIER":"\ud83d\ude00\n"}"#
      + "\n",
  ]

  private static let pieces: [[UInt8]] = [
    [], [0], [0xFF], [0x0A], [0x0D, 0x0A], Array("[".utf8), Array("]".utf8), Array("\"".utf8), Array("\\".utf8),
    Array("\\u".utf8),
    Array("\\ud800".utf8), Array("<22>1 ".utf8), Array(": ".utf8), Array("  ".utf8),
    Array("9999999999999999999999".utf8),
    Array("-".utf8), Array("message repeated ".utf8), Array(" times: [".utf8), Array("z".utf8), Array("\u{FEFF}".utf8),
    Array("{".utf8), Array("}".utf8), Array(",".utf8), Array("MESSAGE\n".utf8), [UInt8](repeating: 0xFF, count: 8),
    Array("+99:99".utf8),
  ]

  private static func damage(_ text: [UInt8], using random: inout RepeatableNumbers) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0...text.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: text.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
      case 1 where place < text.count: text[place] = UInt8.random(in: 0...255, using: &random)
      case 2: text.removeSubrange(place..<min(text.count, place + Int.random(in: 0...9, using: &random)))
      case 3: text.insert(contentsOf: text[..<place].suffix(30), at: Int.random(in: 0...text.count, using: &random))
      case 4 where place < text.count: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      default: text.removeSubrange(place...)
      }
    }
    return text
  }

  @Test func `still makes records that point into the line`() {
    var random = RepeatableNumbers(state: 20_261_123)
    var parser = RecordParser(clock: LogClock(newest: 1_795_456_800))
    for round in 0..<30_000 {
      let line = Self.damage(Array(Self.lines[round % Self.lines.count].utf8), using: &random)
      let record = parser.parse(line.span)
      let ranges = [record.host, record.program, record.message, record.queueID, record.text]
      if !ranges.allSatisfy({ $0.start >= 0 && $0.start <= $0.end && Int($0.end) <= line.count }) {
        Issue.record("\(line)")
      }
    }
  }

  @Test func `still makes lines of a journal, the same in one piece and in many`() {
    var random = RepeatableNumbers(state: 42)
    for round in 0..<6_000 {
      // The first bytes say what it is; behind them all may be broken.
      let head = Array(Self.journals[round % 2].utf8.prefix(24))
      let bytes = head + Self.damage(Array(Self.journals[round % 2].utf8.dropFirst(24)), using: &random)
      var whole = JournalText()
      let lines = whole.lines(bytes) + whole.end()
      var cut = JournalText()
      var pieces = cut.lines(head)
      for piece in Array(bytes.dropFirst(24)).cut({ Int.random(in: 1...40, using: &random) }) {
        pieces += cut.lines(Array(piece))
      }
      if lines != pieces + cut.end() { Issue.record("\(bytes.text.debugDescription)") }
    }
  }

  @Test func `still is JSON or is not, and the reader says which`() {
    var random = RepeatableNumbers(state: 7)
    var objects = 0
    for _ in 0..<20_000 {
      let bytes = Self.damage(Array(Self.journals[1].utf8), using: &random)
      var reader = FlatJSONReader(bytes[...])
      if reader.readObject({ _, _ in }) { objects += 1 }
    }
    #expect(objects > 500 && objects < 19_500)
  }

  @Test func `that ends anywhere in a JSON line is no object`() {
    let bytes = Array(Self.journals[1].utf8.dropLast())
    for end in bytes.indices {
      var reader = FlatJSONReader(bytes[..<end])
      #expect(!reader.readObject { _, _ in })
    }
  }
}
