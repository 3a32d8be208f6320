import Testing

@testable import LogParsing

@Suite struct `A journal` {
  /// `journalctl -o export`, with a message of two lines as a binary field, and an entry without message.
  private static let export: [UInt8] = {
    var bytes = Array(
      """
      __CURSOR=s=1;i=1
      __REALTIME_TIMESTAMP=1795455653633063
      _HOSTNAME=mail
      SYSLOG_IDENTIFIER=postfix/smtpd
      _PID=4711
      MESSAGE=connect from unknown[192.0.2.7]

      __REALTIME_TIMESTAMP=1795455654000000
      _SOURCE_REALTIME_TIMESTAMP=1795455653999999
      _HOSTNAME=mail
      _COMM=opendkim
      SYSLOG_PID=12
      _PID=1
      MESSAGE

      """.utf8)
    bytes += [9, 0, 0, 0, 0, 0, 0, 0] + Array("one=1\ntwo".utf8) + [0x0A, 0x0A]
    bytes += Array("__REALTIME_TIMESTAMP=1795455655000000\n_HOSTNAME=mail\nPRIORITY=6\n\n".utf8)
    bytes += Array(
      "__REALTIME_TIMESTAMP=1795455656000000\n_HOSTNAME=mail\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=last\n".utf8)
    return bytes
  }()

  private static let json = Array(
    ##"""
    {"__REALTIME_TIMESTAMP":"1795455653633063","_HOSTNAME":"mail","SYSLOG_IDENTIFIER":"postfix/smtpd","_PID":"4711","MESSAGE":"connect from unknown[192.0.2.7]"}
    { "__REALTIME_TIMESTAMP" : "1795455654000000", "_SOURCE_REALTIME_TIMESTAMP":"1795455653999999","_HOSTNAME":"mail","_COMM":"opendkim","SYSLOG_PID":"12","_PID":"1","MESSAGE":[111,110,101,61,49,10,116,119,111]}
    {"__REALTIME_TIMESTAMP":"1795455655000000","_HOSTNAME":"mail","PRIORITY":"6"}
    {"__REALTIME_TIMESTAMP":"1795455656000000","_HOSTNAME":["mail","other"],"SYSLOG_IDENTIFIER":"kernel","MESSAGE":"last"}
    """##.utf8)

  private static let lines = """
    2026-11-23T17:40:53.633063Z mail postfix/smtpd[4711]: connect from unknown[192.0.2.7]
    2026-11-23T17:40:53.999999Z mail opendkim[12]: one=1 two
    2026-11-23T17:40:56Z mail kernel: last

    """

  private static func lines(_ pieces: [ArraySlice<UInt8>]) -> String {
    var journal = JournalText()
    var bytes: [UInt8] = []
    for piece in pieces { bytes += journal.lines(Array(piece)) }
    return (bytes + journal.end()).text
  }

  @Test func `becomes log lines, a message of several lines one of them`() {
    #expect(Self.lines([Self.export[...]]) == Self.lines)
    #expect(Self.lines([Self.json[...]]) == Self.lines)
  }

  @Test func `gives the same lines wherever it is cut once`() {
    for bytes in [Self.export, Self.json] {
      for place in bytes.indices {
        let lines = Self.lines([bytes[..<place], bytes[place...]])
        #expect(lines == Self.lines, "cut at \(place)")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 5, 17, 100])
  func `gives the same lines in pieces of any length`(length: Int) {
    #expect(Self.lines(Self.export.cut { length }) == Self.lines)
    #expect(Self.lines(Self.json.cut { length }) == Self.lines)
  }

  @Test func `is told from a plain log`() {
    for (text, isJournal) in [
      ("__CURSOR=s=1\nMESSAGE=x\n\n", true), ("MESSAGE=x\n\n", true), ("\n_BOOT_ID=1\n", true),
      ("{\"MESSAGE\":\"x\"}\n", true),
      ("Nov 23 17:40:53 mail postfix/qmgr[7]: 4F3A2B1C0D: removed\n", false),
      ("2026-11-23T17:40:53Z mail x: y\n", false),
      ("Message=x\n", false), ("<22>Nov 23 17:40:53 mail x: y\n", false),
    ] {
      var journal = JournalText()
      let lines = journal.lines(Array(text.utf8))
      #expect(journal.isJournal == isJournal, "\(text)")
      if !isJournal { #expect(lines.text == text) }
    }
  }

  @Test func `in JSON has its escapes undone`() {
    let json = ##"{"SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":"\"a\\b\/\t\u00e9\ud83d\ude00\n\u0041"}"##
    #expect(Self.lines([Array(json.utf8)[...]]) == "postfix/smtpd: \"a\\b/\té😀 A\n")
  }

  @Test func `that breaks off in a line of JSON keeps that line reachable`() {
    let text = "{\"MESSAGE\":\"one\",\"SYSLOG_IDENTIFIER\":\"a\"}\n{\"MESSAGE\":\"tw"
    #expect(Self.lines([Array(text.utf8)[...]]) == "a: one\n{\"MESSAGE\":\"tw\n")
  }

  @Test func `in JSON steps over what is nested, as its reader promises`() {
    let json = "{\"A\":{\"b\":[1,{}]},\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":\"x\"}"
    #expect(Self.lines([Array(json.utf8)[...]]) == "a: x\n")
  }

  @Test func `in JSON has no text where journalctl left a long message out`() {
    // Without --all, journalctl prints fields of more than 4096 bytes as null (journalctl(1), --output=json).
    let json = "{\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":null}\n{\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":\"x\"}"
    #expect(Self.lines([Array(json.utf8)[...]]) == "a: x\n")
  }

  @Test func `nested a million levels deep does not overflow the stack`() async {
    await #expect(processExitsWith: .success) {
      var journal = JournalText()
      _ = journal.lines(Array("{\"MESSAGE\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000) + [0x0A])
    }
  }

  @Test(arguments: ["-9223372036854775808", "9223372036854775807"])
  func `with a clock gone mad is read without a trap`(microseconds: String) async {
    await #expect(processExitsWith: .success) { [microseconds] in
      var journal = JournalText()
      _ = journal.lines(Array("__REALTIME_TIMESTAMP=\(microseconds)\nSYSLOG_IDENTIFIER=a\nMESSAGE=x\n\n".utf8))
    }
  }

  @Test func `with a field of 100 KB keeps the beginning of it`() {
    let text = "SYSLOG_IDENTIFIER=a\nMESSAGE=" + String(repeating: "x", count: 100_000) + "\n\nMESSAGE=next\n\n"
    let lines = Self.lines([Array(text.utf8)[...]]).split(separator: "\n")
    #expect(lines.map(\.count) == [65_539, 6])
  }

  @Test func `that claims a field of 2^64 bytes goes on behind it`() {
    var bytes = Array("SYSLOG_IDENTIFIER=a\nMESSAGE\n".utf8) + [UInt8](repeating: 0xFF, count: 8)
    bytes += Array("\nMESSAGE=next\n\n".utf8)
    #expect(Self.lines([bytes[...]]).contains("next"))
  }
}
