import Diagnosis
import Foundation
import LogParsing
import RulePacks
import Testing

@testable import Reporting

private let now: Int64 = 1_795_392_000

/// A notice about a real incident, made from a real rule and a log line.
private func notice(_ language: Language = .english) throws -> AlertNotice {
  let rules = try RulePacks.load([.shipped])
  var pipeline = Pipeline(rules: rules, clock: .init(newest: now))
  pipeline.consume(
    Array(
      "Nov 23 04:00:00 mail postfix/cleanup[7]: warning: connect to Milter service inet:[::1]:12345: Connection refused\n"
        .utf8
    ).span)
  let incidents = pipeline.finish().incidents
  var dispatcher = Dispatcher(routes: [AlertRoute(name: "all", severity: .info, channels: ["x"])])
  let subjects = incidents.map { AlertSubject(id: $0.id, rule: $0.rule.id, severity: $0.severity) }
  _ = dispatcher.step(subjects, at: now)
  let decision = try #require(dispatcher.step(subjects, at: now + 60).first)
  return AlertNotice(
    decision, channel: "x", incidents: incidents, host: "mail.example.org", sent: AlertTime.rfc3339(now),
    language: language)
}

private func send(_ kind: AlertChannel.Kind, _ notice: AlertNotice) async throws(ChannelFault) {
  try await AlertChannel(name: "x", kind: kind).send(notice, mark: "m4rk", at: now)
}

@Suite struct `A webhook` {
  @Test func `gets the whole incident as JSON, with a key by which to know a second copy`() async throws {
    let notice = try notice()
    let receiver = HookReceiver()
    try await receiver.serving { url in
      try await send(.webhook(url: url + "/hook", headers: [("X-Team", Secret("mail\r\nX-Evil: 1"))]), notice)
    }
    let request = try #require(receiver.requests.first)
    #expect(request.method == "POST" && request.path == "/hook")
    #expect(request.headers["idempotency-key"] == notice.key)
    #expect(request.headers["x-evil"] == nil)
    let told = try JSONDecoder().decode(AlertNotice.self, from: request.body)
    #expect(told == notice)
    #expect(told.version == 1 && told.kind == .firing && told.severity == "critical")
    let incident = try #require(told.incidents.first)
    #expect(incident.rule == "postfix.milter.connection-refused")
    #expect(incident.title == "Postfix cannot connect to the milter at inet:[::1]:12345")
    #expect(incident.cause?.fix.contains { !$0.commands.isEmpty } == true)
    #expect(incident.line?.contains("Connection refused") == true)
  }

  @Test(arguments: [(500, false), (429, false), (404, true), (302, true)])
  func `that answers otherwise is a fault, for good or for now`(status: Int, isPermanent: Bool) async throws {
    let notice = try notice()
    try await HookReceiver().serving(status: status) { url in
      let fault = await #expect(throws: ChannelFault.self) { try await send(.webhook(url: url, headers: []), notice) }
      #expect(fault?.isPermanent == isPermanent)
      #expect(fault?.reason.contains("\(status): what it says") == true)
    }
  }

  @Test func `that takes a notice and answers at length has taken it`() async throws {
    let notice = try notice()
    let receiver = HookReceiver()
    try await receiver.serving(saying: String(repeating: "thank you ", count: 10_000)) { url in
      try await send(.webhook(url: url, headers: []), notice)
    }
    #expect(receiver.requests.count == 1)
    try await receiver.serving(status: 500, saying: String(repeating: "no ", count: 30_000)) { url in
      let fault = await #expect(throws: ChannelFault.self) { try await send(.webhook(url: url, headers: []), notice) }
      #expect(fault?.reason.contains("500: no no") == true && fault?.isPermanent == false)
    }
  }

  @Test func `that nobody serves is a fault for now`() async throws {
    let notice = try notice()
    let fault = await #expect(throws: ChannelFault.self) {
      try await send(.webhook(url: "http://127.0.0.1:1/", headers: []), notice)
    }
    #expect(fault?.isPermanent == false)
  }
}

@Suite struct `Chat services` {
  @Test func `get what their own interfaces ask for`() async throws {
    let notice = try notice(.french)
    let receiver = HookReceiver()
    try await receiver.serving { url in
      try await send(.ntfy(url: url, topic: "alerts", token: Secret("tk")), notice)
      try await send(.slack(url: Secret(url + "/services/T/B/X")), notice)
      try await send(.matrix(homeserver: url, room: "!abc:example.org", token: Secret("mx")), notice)
      try await send(.telegram(server: url, chat: "-100", token: Secret("1:a")), notice)
    }
    let requests = receiver.requests
    try #require(requests.count == 4)
    let ntfy = try requests[0].json()
    #expect(ntfy["topic"] as? String == "alerts" && ntfy["priority"] as? Int == 5)
    #expect(requests[0].headers["authorization"] == "Bearer tk")
    #expect((ntfy["title"] as? String)?.contains("CRITIQUE: Postfix ne parvient pas à joindre") == true)
    #expect((try requests[1].json()["text"] as? String)?.contains("systemctl restart opendkim") == true)
    #expect(requests[2].method == "PUT")
    #expect(requests[2].path.hasSuffix("/send/m.room.message/" + notice.key))
    #expect(requests[2].headers["authorization"] == "Bearer mx")
    #expect(try requests[2].json()["msgtype"] as? String == "m.text")
    #expect(requests[3].path == "/bot1:a/sendMessage")
    #expect(try requests[3].json()["chat_id"] as? String == "-100")
  }
}

@Suite struct `Several receivers` {
  @Test func `are all told, and one that takes it is enough`() async throws {
    let notice = try notice()
    let receiver = HookReceiver()
    let dead = "http://127.0.0.1:1"
    try await receiver.serving { url in
      let channel = AlertChannel(name: "x", kind: .alertmanager(urls: [dead, url, dead], headers: []))
      let missed = try await channel.send(notice, mark: "m4rk", at: now)
      #expect(missed.count == 2)
    }
    #expect(receiver.requests.map(\.path) == ["/api/v2/alerts"])
    await #expect(throws: ChannelFault.self) { try await send(.alertmanager(urls: [dead, dead], headers: []), notice) }
  }

  @Test func `by domain are all written to, whatever became of the first`() async throws {
    var told: [String] = []
    let missed = try await AlertChannel.reaching(["a.example", "b.example", "c.example"]) {
      domain async throws(ChannelFault) in
      if domain == "a.example" { throw ChannelFault("a.example has no mail exchanger") }
      told.append(domain)
    }
    #expect(told == ["b.example", "c.example"])
    #expect(missed.map(\.reason) == ["a.example has no mail exchanger"])
  }
}

@Suite struct `Mail by SMTP` {
  private func settings(_ port: UInt16, _ encryption: SMTPSettings.Encryption = .none, user: String? = nil)
    -> SMTPSettings
  {
    SMTPSettings(
      server: "127.0.0.1", port: Int(port), encryption: encryption, user: user,
      password: user.map { _ in Secret("pw") },
      from: "maillogd@mail.example.org", to: ["admin@example.net", "boss@example.net"], helo: "mail.example.org")
  }

  @Test func `reaches every recipient, marked so that nothing answers it`() async throws {
    let receiver = try MailReceiver(offersLogin: true)
    defer { receiver.stop() }
    let notice = try notice(.french)
    try await send(.smtp(settings(receiver.port, user: "alerts")), notice)
    let told = try #require(await receiver.firstTranscript())
    #expect(told.contains("EHLO mail.example.org\n"))
    #expect(told.contains("AUTH PLAIN\n" + Data("\0alerts\0pw".utf8).base64EncodedString()))
    #expect(told.contains("MAIL FROM:<maillogd@mail.example.org>"))
    #expect(told.contains("RCPT TO:<admin@example.net>") && told.contains("RCPT TO:<boss@example.net>"))
    #expect(told.contains("Message-ID: <maillogd.alert.m4rk.\(notice.key)@mail.example.org>\n"))
    #expect(told.contains("Auto-Submitted: auto-generated\n"))
    #expect(told.contains("Subject: =?utf-8?B?"))
    let body = told.components(separatedBy: "\n\n").dropFirst().joined().components(separatedBy: "\n.")[0]
    let text = String(
      decoding: try #require(Data(base64Encoded: body, options: .ignoreUnknownCharacters)), as: UTF8.self)
    #expect(text == notice.text + "\n")
  }

  @Test func `is not sent in the clear when STARTTLS was asked for and is not there`() async throws {
    let receiver = try MailReceiver()
    defer { receiver.stop() }
    let notice = try notice()
    await #expect(throws: ChannelFault.self) { try await send(.smtp(settings(receiver.port, .starttls)), notice) }
    #expect(receiver.transcripts.allSatisfy { !$0.contains("MAIL FROM") })
  }

  @Test(arguments: [("550 5.1.1 no such user", true), ("450 4.2.0 greylisted", false)])
  func `that is refused is a fault, for good or for now`(reply: String, isPermanent: Bool) async throws {
    let receiver = try MailReceiver(recipientReply: reply)
    defer { receiver.stop() }
    let notice = try notice()
    let fault = await #expect(throws: ChannelFault.self) { try await send(.smtp(settings(receiver.port)), notice) }
    #expect(fault?.isPermanent == isPermanent)
  }
}

@Suite struct `A program as channel` {
  @Test func `gets the JSON on its standard input, and no arguments but its own`() async throws {
    let notice = try notice()
    let path = NSTemporaryDirectory() + "/maillogd-exec-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await send(.exec(["/bin/sh", "-c", "cat > \"$0\"; env >> \"$0.env\"", path]), notice)
    let told = try JSONDecoder().decode(AlertNotice.self, from: try Data(contentsOf: URL(filePath: path)))
    #expect(told == notice)
    let environment = try String(contentsOfFile: path + ".env", encoding: .utf8)
    #expect(!environment.contains("CREDENTIALS_DIRECTORY"))
    try? FileManager.default.removeItem(atPath: path + ".env")
  }

  @Test func `that fails, or is not there, is a fault`() async throws {
    let notice = try notice()
    for command in [["/bin/false"], ["/nonexistent/program"], ["relative"]] {
      await #expect(throws: ChannelFault.self) { try await send(.exec(command), notice) }
    }
  }
}

@Suite struct `The title of an alert` {
  @Test(arguments: [(1, nil), (2, " (et 1 autre)"), (3, " (et 2 autres)")])
  func `counts the other incidents, in French as French counts`(count: Int, more: String?) throws {
    let entry = try #require(try notice(.french).incidents.first)
    let title = AlertWords(language: .french).title(.firing, Array(repeating: entry, count: count), "mail")
    #expect(title == "[mail] CRITIQUE: \(entry.title)\(more ?? "")")
  }
}

@Suite struct `A secret` {
  @Test func `never shows in a text`() {
    let channel = AlertChannel(name: "x", kind: .telegram(server: "https://t", chat: "1", token: Secret("hidden-word")))
    var dumped = ""
    dump(channel, to: &dumped)
    #expect(!"\(channel)".contains("hidden-word") && !dumped.contains("hidden-word"))
    #expect(!String(reflecting: channel).contains("hidden-word"))
  }

  @Test func `is left out of what a server says of it`() async throws {
    let notice = try notice()
    let words =
      String(repeating: "x", count: 150) + " no such path: /bot1:hidden-word-that-is-long-enough-to-be-cut/send"
    try await HookReceiver().serving(status: 404, saying: words) { url in
      let fault = await #expect(throws: ChannelFault.self) {
        try await send(
          .telegram(server: url, chat: "1", token: Secret("1:hidden-word-that-is-long-enough-to-be-cut")), notice)
      }
      #expect(fault?.reason.contains("/bot…/send") == true && fault?.reason.contains("hidden") == false)
    }
    let hook = "/services/T/B/hidden-word"
    try await HookReceiver().serving(status: 404, saying: "nothing at \(hook)") { url in
      let fault = await #expect(throws: ChannelFault.self) { try await send(.slack(url: Secret(url + hook)), notice) }
      #expect(fault?.reason.hasSuffix("nothing at …") == true)
    }
  }
}
