import RepeatableNumbers
import Testing

@testable import Diagnosis

@Suite struct `Texts with names in them` {
  private static func facts(_ pairs: KeyValuePairs<String, String>) -> Facts {
    var facts = Facts()
    for (name, value) in pairs { facts.set(name, value) }
    return facts
  }

  @Test(arguments: [
    ("Nothing listens on {milter}.", "Nothing listens on inet:[::1]:8891."),
    ("{unit|the milter} stopped", "the milter stopped"),
    ("{milter|x}", "inet:[::1]:8891"), ("{unit}", "<unit>"), ("{unit|}", ""), ("{unit|a|b}", "a|b"), ("{{}}", "{}"),
    ("awk '{{print $1}}'", "awk '{print $1}'"), ("{{milter}}", "{milter}"), ("{ milter }", "{ milter }"), ("{}", "{}"),
    ("{", "{"),
    ("}", "}"), ("a {milter", "a {milter"), ("{milter.host} {milter.port}", "[::1] 8891"),
    ("{milter.path}", "<milter.path>"),
    ("{a b}", "{a b}"), ("{to.domain} of {to.local}", "example.org of \"a@b\""),
    ("{ip.arpa}", "7.2.0.192.in-addr.arpa"),
    ("{ip.family}", "IPv4"), ("", ""), ("{{{milter}}}", "{inet:[::1]:8891}"), ("é{unit|ü}😀", "éü😀"),
  ])
  func `say the log's own values, or the words for when they are not known`(template: String, text: String) {
    let facts = Self.facts(["milter": "inet:[::1]:8891", "to": "\"a@b\"@example.org", "ip": "192.0.2.7"])
    #expect(TextTemplate(template).filled(with: facts) == text)
  }

  @Test func `tell which names they ask for`() {
    #expect(TextTemplate("{a} {{b}} {c.d|e} {f g}").names == ["a", "c.d"])
  }

  @Test func `do not look for names in values`() {
    #expect(TextTemplate("{a}").filled(with: Self.facts(["a": "{b}", "b": "x"])) == "{b}")
    #expect(TextTemplate("{a}").filledForShell(with: Self.facts(["a": "{b}", "b": "x"])) == "?b?")
  }

  @Test(arguments: [
    ("alice@example.org", "alice@example.org"), ("/var/lib/x-1_2.db", "/var/lib/x-1_2.db"),
    ("inet:[::1]:8891", "inet:[::1]:8891"), ("$(reboot)", "??reboot?"), ("`reboot`", "?reboot?"),
    ("'; rm -rf /", "???rm?-rf?/"), ("a b", "a?b"), ("*", "?"), ("a\nreboot", "a?reboot"), ("-rf", "?rf"), ("--", "?-"),
    ("a;b", "a?b"), ("a|b", "a?b"), ("~root", "?root"), ("#x", "?x"), ("a\u{1B}[31m", "a?[31m"), ("$HOME", "?HOME"),
    ("é", "é"), ("!!", "??"), ("\\", "?"), ("a\u{7F}", "a?"), ("{a,b}", "?a,b?"),
  ])
  func `put a stranger's value into a command as one harmless word`(value: String, word: String) {
    #expect(
      TextTemplate("postmap -q {value} hash:/etc/x").filledForShell(with: Self.facts(["value": value]))
        == "postmap -q \(word) hash:/etc/x")
  }

  /// What a POSIX shell makes of the command: its words, or `nil` where it would do more than make words.
  private static func words(_ command: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    var rest = command.unicodeScalars[...]
    while let next = rest.popFirst() {
      switch next {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case _ where isQuoted: word?.unicodeScalars.append(next)
      case "\\": rest.popFirst().map { word = (word ?? "") + String($0) }
      case " ":
        if let ended = word { words.append(ended) }
        word = nil
      case "$", "`", ";", "|", "&", "<", ">", "(", ")", "\n", "*", "~", "#", "!", "\"", "{", "}": return nil
      default: word = (word ?? "") + String(next)
      }
    }
    return isQuoted ? nil : words + (word.map { [$0] } ?? [])
  }

  @Test func `keep to one word whatever the value`() {
    var random = RepeatableNumbers(state: 5)
    let pieces = [
      "'", "\"", "\\", "$(", ")", "`", ";", " ", "-", "\n", "\t", "a", "é", "\u{1B}", "|", "&", ">", "*", "'\\''",
    ]
    for _ in 0..<3_000 {
      let value = (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
        .joined()
      let command = TextTemplate("echo {v} end").filledForShell(with: Self.facts(["v": value]))
      let words = Self.words(command)
      if words?.count != 3 || words?.last != "end" { Issue.record("\(value.debugDescription): \(command)") }
    }
  }
}

@Suite struct `Values inside a command's own quotes` {
  @Test(arguments: [
    "ss -ltnp 'sport = :{port}'", "echo \"{port} slow\" >> /etc/postfix/transport", "echo '{port} slow:' >> x",
  ])
  func `are not let out of them`(template: String) {
    var facts = Facts()
    facts.set("port", "x$(reboot)")
    let command = TextTemplate(template).filledForShell(with: facts)
    // A value in single quotes of its own ends those of the command: 'sport = :'x$(reboot)''.
    #expect(
      !command.contains("'x$(reboot)''") && !command.contains("''x$(reboot)'") && !command.contains("\"'x$(reboot)'"))
  }
}

@Suite struct `Addresses` {
  @Test(arguments: [
    ("192.0.2.7", "7.2.0.192.in-addr.arpa"), ("[192.0.2.7]", "7.2.0.192.in-addr.arpa"),
    ("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
    ("IPv6:2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
    ("[2001:DB8:0:0:0:0:0:1]", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
    ("::", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa"),
    ("::ffff:192.0.2.7", "7.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa"),
    ("4321:0:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"),
  ])
  func `have the reverse name of RFC 1035 and RFC 3596`(address: String, name: String) throws {
    #expect(try #require(IPAddress(address)).reverseName == name)
  }

  @Test(arguments: [
    "", "192.0.2", "192.0.2.7.1", "192.0.2.256", "192.0.2.+7", "192.0.2.", "0192.0.2.7", "1:2:3", ":::", "1::2::3",
    "2001:db8::g", "12345::",
    "fe80::1%eth0", "1:2:3:4:5:6:7:8:9", "::1.2.3", "mail.example.org", "[192.0.2.7", "unknown", ":1:2:3:4:5:6:7",
  ])
  func `are none when they are something else`(text: String) { #expect(IPAddress(text) == nil) }
}

@Suite struct `Endpoints` {
  @Test(
    arguments: [
      ("inet:127.0.0.1:8891", "127.0.0.1", "8891", nil), ("inet:[::1]:12345", "[::1]", "12345", nil),
      ("inet:localhost:8891", "localhost", "8891", nil),
      ("unix:/run/opendkim.sock", nil, nil, "/run/opendkim.sock"), ("local:/run/x", nil, nil, "/run/x"),
      ("unix:private/dkim", nil, nil, "private/dkim"),
      ("/run/x.sock", nil, nil, "/run/x.sock"), ("private/lmtp", nil, nil, "private/lmtp"),
      ("mx.example.org[192.0.2.1]:25", "mx.example.org", "25", nil),
      ("mx.example.org[2001:db8::1]:25", "mx.example.org", "25", nil),
      ("mail[private/dovecot-lmtp]", "mail", nil, "private/dovecot-lmtp"),
      ("mail[/run/lmtp]", "mail", nil, "/run/lmtp"),
      ("192.0.2.1:25", "192.0.2.1", "25", nil), ("[2001:db8::1]", "[2001:db8::1]", nil, nil),
    ] as [(String, String?, String?, String?)])
  func `have a host, a port or a path, as Postfix writes them`(
    text: String, host: String?, port: String?, path: String?
  ) throws {
    let endpoint = try #require(Endpoint(text))
    #expect(endpoint.host == host)
    #expect(endpoint.port == port)
    #expect(endpoint.path == path)
  }

  @Test(arguments: ["none", "local", "", "]", "]["]) func `are none without a port or a path`(text: String) {
    #expect(Endpoint(text) == nil)
  }
}
