import RulePacks
import Testing

@testable import Diagnosis

@Suite struct `A dns check in a rule` {
  private static func problems(_ check: String) -> [String] {
    let text = """
      id: postfix.example
      title: Example
      severity: warning
      match: [{daemon: smtpd, message: '^lost connection'}]
      impact: None.
      causes:
        - id: one
          text: Because.
          confirmed-by:
            - dns: \(check)
      tests: [{log: x}]
      """
    var decoder = AdviceDecoder(path: "rules/x.yaml")
    _ = decoder.advice(text, language: .english)
    return decoder.problems.map(\.description)
  }

  @Test(arguments: [
    "{record: a.example.org, type: A, is: missing}", "{ptr: 192.0.2.1, is: generic}",
    "{fcrdns: this-machine, is: fail}",
    "{spf: '{ip}', domain: example.org, is: [fail, permerror], helo: a.example.org}",
    "{dkim: example.org, is: mismatch}",
    "{dkim: example.org, selector: mail, is: [missing, revoked]}", "{dmarc: example.org, is: reject}",
    "{dmarc: example.org, authenticated: example.net, is: aligned}",
    "{dnsbl: 192.0.2.1, zone: zen.example, answer: [127.0.0.2, 127.0.0.3], is: listed}",
    "{mx: example.org, includes: a.example.org}", "{mx: example.org, is: 'null'}",
    "{tlsa: a.example.org, port: 465, certificate: /etc/ssl/a.pem, is: mismatch}", "{resolver: host, is: failing}",
  ])
  func `is taken in every form of docs evidence-checks`(check: String) { #expect(Self.problems(check) == []) }

  @Test(arguments: [
    ("{fcrds: 192.0.2.1, is: fail}", "rules/x.yaml:10:15: the check dns has no key 'fcrds'; did you mean 'fcrdns'?"),
    (
      "{spf: 192.0.2.1, domain: example.org, is: not-passed}",
      "rules/x.yaml:10:52: dns.is cannot be 'not-passed'; did you mean 'not-pass'?"
    ),
    (
      "{mx: example.org, zone: example.org}",
      "rules/x.yaml:10:14: dns cannot have mx, zone together; allowed: {record: TEXT, type: TEXT,"
    ),
    ("{resolver: local, is: failing}", "dns.resolver cannot be 'local'; did you mean 'host'?"),
    ("{fcrdns: [192.0.2.1, 192.0.2.2], is: fail}", "dns.fcrdns must be one text, not a list"),
    ("example.org", "dns needs parameters; allowed: {record: TEXT"),
  ])
  func `in no known form is refused with its place and what would do`(check: String, words: String) throws {
    let problem = try #require(Self.problems(check).first)
    #expect(problem.contains(words), "\(problem)")
  }
}
