import Diagnosis
import Foundation
import Reporting
import Testing

private let begin: Int64 = 1_795_392_000

private func notice(_ key: String, _ kind: AlertNotice.Kind = .firing) -> AlertNotice {
  AlertNotice(kind, key: key, title: "About \(key)", text: "Text.", host: "mail", sent: "", language: .english)
}

private func outbox(_ names: String..., fallback: [String: String] = [:], perHour: Int = 1_000) -> Outbox {
  let channels = names.map {
    Outbox.ChannelSettings(
      name: $0, fallback: fallback[$0], mostPerHour: perHour, words: AlertWords(language: .english))
  }
  return Outbox(channels: channels, host: "mail")
}

/// Sends what is due for so many seconds; `isUp` says which channel works when. What was delivered, as `second channel key`.
private func deliveries(
  _ outbox: inout Outbox, _ seconds: Range<Int64>, step: Int64 = 1, isUp: (String, Int64) -> Bool
) -> [(second: Int64, channel: String, notice: AlertNotice)] {
  var delivered: [(Int64, String, AlertNotice)] = []
  for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: Int64.Stride(step)) {
    for entry in outbox.due(at: begin + second) {
      if isUp(entry.channel, second) {
        delivered.append((second, entry.channel, entry.notice))
        outbox.succeeded(entry.notice.key, at: begin + second)
      } else {
        outbox.failed(entry.notice.key, "no route to host", isPermanent: false, at: begin + second)
      }
    }
  }
  return delivered
}

@Suite struct `The outbox` {
  @Test func `delivers at once and once`() {
    var outbox = outbox("a")
    outbox.add(notice("1"), channel: "a", at: begin)
    outbox.add(notice("1"), channel: "a", at: begin)
    let told = deliveries(&outbox, 0..<100) { _, _ in true }
    #expect(told.map(\.notice.key) == ["1"])
    #expect(outbox.entries.isEmpty)
  }

  @Test func `waits longer and longer for an endpoint that is dead for an hour, and loses nothing`() {
    var outbox = outbox("a")
    for number in 0..<5 { outbox.add(notice("\(number)"), channel: "a", at: begin) }
    var attempts = 0
    let told = deliveries(&outbox, 0..<9_000) { _, second in
      attempts += 1
      return second >= 3_600
    }
    #expect(Set(told.map(\.notice.key)) == ["0", "1", "2", "3", "4"])
    #expect(told.count == 5)
    // Ten tries each in an hour, and not one a second.
    #expect(attempts < 70)
    #expect(outbox.health["a"]?.brokenSince == nil)
  }

  @Test func `goes by the fallback while a channel fails, says so once, and says once that it works again`() {
    var outbox = outbox("phone", "mail", fallback: ["phone": "mail"])
    var told: [(second: Int64, channel: String, notice: AlertNotice)] = []
    for minute in Int64(0)..<120 {
      if minute % 10 == 0 { outbox.add(notice("m\(minute)"), channel: "phone", at: begin + minute * 60) }
      told += deliveries(&outbox, minute * 60..<(minute + 1) * 60) { channel, second in
        channel == "mail" || second >= 3_600
      }
    }
    let broken = told.filter { $0.notice.kind == .channelBroken }
    let recovered = told.filter { $0.notice.kind == .channelRecovered }
    #expect(broken.map(\.channel) == ["mail"])
    #expect(recovered.map(\.channel) == ["mail"])
    #expect(broken[0].second < 120)
    #expect(recovered[0].second >= 3_600)
    let alerts = told.filter { $0.notice.kind == .firing }
    #expect(alerts.count == 12)
    #expect(Set(alerts.map(\.notice.key)).count == 12)
    for alert in alerts { #expect(alert.channel == (alert.second < 3_600 ? "mail" : "phone")) }
    #expect(outbox.entries.isEmpty)
  }

  @Test func `tries every channel of a chain and begins again with the first`() {
    var outbox = outbox("a", "b", "c", fallback: ["a": "b", "b": "c", "c": "a"])
    outbox.add(notice("1"), channel: "a", at: begin)
    var tried: Set<String> = []
    let told = deliveries(&outbox, 0..<20_000) { channel, second in
      tried.insert(channel)
      return second > 5_000
    }
    #expect(tried == ["a", "b", "c"])
    #expect(told.count { $0.notice.key == "1" } == 1)
  }

  @Test func `names the fallback where it is the fallback that fails, in the words of who is told`() {
    let words = AlertWords(language: .french)
    var outbox = Outbox(
      channels: [
        .init(name: "a", fallback: "b", words: words), .init(name: "b", words: words), .init(name: "c", words: words),
      ], host: "mail")
    outbox.add(notice("1"), channel: "a", at: begin)
    let told = deliveries(&outbox, 0..<7_200) { channel, _ in channel == "c" }
    let broken = told.filter { $0.notice.kind == .channelBroken }.map(\.notice)
    // That a fails, b was to tell.
    #expect(broken.map(\.title) == ["[mail] Les alertes ne partent plus par b"])
    #expect(broken.map(\.language) == ["fr"])
  }

  @Test func `takes other settings over, and forgets nothing of what is on its way or not stored`() {
    var outbox = outbox("a", "b")
    outbox.add(notice("1"), channel: "a", at: begin)
    #expect(outbox.due(at: begin).count == 1)
    outbox.use(channels: [.init(name: "a", words: AlertWords(language: .english))], host: "mail")
    #expect(outbox.due(at: begin).isEmpty)
    #expect(outbox.changed == ["1"])
    outbox.wasStored()
    outbox.forgetThatAnythingWasStored()
    #expect(outbox.changed == ["1"])
  }

  @Test func `sends no more in an hour than a channel may`() {
    var outbox = outbox("a", perHour: 10)
    for number in 0..<25 { outbox.add(notice("\(number)"), channel: "a", at: begin) }
    let told = deliveries(&outbox, 0..<11_000, step: 10) { _, _ in true }
    #expect(told.count == 25)
    #expect(told.count { $0.second < 3_600 } == 10)
    #expect(told.count { (3_600..<7_200).contains($0.second) } == 10)
  }

  @Test func `stops trying for hours what only a person can repair, and tells another channel at once`() {
    var outbox = outbox("a", "b")
    outbox.add(notice("1"), channel: "a", at: begin)
    let entry = outbox.due(at: begin)
    #expect(entry.count == 1)
    outbox.failed("1", "401 Unauthorized", isPermanent: true, at: begin)
    #expect(outbox.due(at: begin + 1).map(\.notice.kind) == [.channelBroken])
    #expect(outbox.entries["1"].map { $0.next - begin } == 3_600)
  }

  @Test func `goes on after a restart with all that was not delivered, whatever was on its way`() throws {
    var outbox = outbox("a")
    for number in 0..<3 { outbox.add(notice("\(number)"), channel: "a", at: begin) }
    let sent = outbox.due(at: begin)
    outbox.succeeded(sent[0].notice.key, at: begin)
    let stored = try JSONDecoder().decode(
      [String: Outbox.Entry].self, from: try JSONEncoder().encode(outbox.entries))
    let words = AlertWords(language: .english)
    var again = Outbox(channels: [.init(name: "a", words: words)], host: "mail", entries: stored, health: outbox.health)
    #expect(Set(again.due(at: begin + 1).map(\.notice.key)) == Set(sent.dropFirst().map(\.notice.key)))
  }

  @Test func `gives up after three days, aloud`() {
    var outbox = outbox("a")
    outbox.add(notice("1"), channel: "a", at: begin)
    _ = deliveries(&outbox, 0..<(4 * 86_400), step: 60) { _, _ in false }
    #expect(outbox.entries.isEmpty)
    #expect(outbox.givenUp.count == 1)
    #expect(outbox.givenUp.first?.contains("no route to host") == true)
  }
}
