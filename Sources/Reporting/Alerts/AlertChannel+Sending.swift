import Foundation

extension AlertChannel {
  /// Sends one notice; returns when the receiver has taken it. `mark` is the word in the message ids of own mails.
  ///
  /// Where there are several receivers, one that takes it is enough: returned is why the others could not be told.
  @discardableResult
  public func send(_ notice: AlertNotice, mark: String, at now: Int64) async throws(ChannelFault) -> [ChannelFault] {
    do throws(ChannelFault) {
      return try await deliver(notice, mark, now).map { $0.hiding(secrets) }
    } catch { throw error.hiding(secrets) }
  }

  /// Tells every Alertmanager the state of some alerts; the servers of a cluster tell each other, and one that listens is
  /// enough. Returned is why the others could not be told.
  @discardableResult
  public func push(_ alerts: [AlertmanagerFeed.Alert]) async throws(ChannelFault) -> [ChannelFault] {
    do throws(ChannelFault) {
      return try await tellServers(alerts).map { $0.hiding(secrets) }
    } catch { throw error.hiding(secrets) }
  }

  private func deliver(_ notice: AlertNotice, _ mark: String, _ now: Int64)
    async throws(ChannelFault) -> [ChannelFault]
  {
    switch kind {
    case .webhook(let url, let headers):
      try await post(url, json: notice, headers + [("Idempotency-Key", Secret(notice.key))])
    case .alertmanager:
      // Incidents reach it as states and not as notices (`AlertmanagerFeed`); a test is a short-lived alert.
      return try await tellServers([AlertmanagerFeed.alert(of: notice, at: now)])
    case .ntfy(let url, let topic, let token):
      try await post(url, json: NtfyMessage(notice, topic: topic), bearer(token))
    case .slack(let url):
      try await post(
        url.value, json: SlackMessage(text: "*\(notice.title)*\n```\n\(Self.fenced(notice.text))\n```"), [])
    case .matrix(let homeserver, let room, let token):
      let path = "/_matrix/client/v3/rooms/\(Self.escaped(room))/send/m.room.message/\(Self.escaped(notice.key))"
      try await post(
        Self.joined(homeserver, path), json: MatrixMessage(body: notice.title + "\n\n" + notice.text), bearer(token),
        "PUT")
    case .telegram(let server, let chat, let token):
      let text = String((notice.title + "\n\n" + notice.text).prefix(TelegramMessage.longest))
      try await post(
        Self.joined(server, "/bot\(token.value)/sendMessage"), json: TelegramMessage(chat: chat, text: text), [])
    case .smtp(let settings): return try await mail(notice, settings, mark, now)
    case .sendmail(let path, let from, let to):
      let message = MailMessage(notice, from: from, to: to, mark: mark, at: now)
      try await Program(arguments: [path, "-i", "-f", from, "--"] + to).run(
        Array(message.text.replacing("\r\n", with: "\n").utf8))
    case .exec(let arguments): try await Program(arguments: arguments).run(try Self.encoded(notice) + [0x0A])
    case .journal:
      let code = UnixDatagram.send(JournalNotice.datagram(notice), to: JournalNotice.socket)
      guard code == 0 else { throw ChannelFault("\(JournalNotice.socket): \(unsafe String(cString: strerror(code)))") }
    }
    return []
  }

  private func tellServers(_ alerts: [AlertmanagerFeed.Alert]) async throws(ChannelFault) -> [ChannelFault] {
    guard case .alertmanager(let urls, let headers) = kind, !alerts.isEmpty else { return [] }
    return try await Self.reaching(urls) { url async throws(ChannelFault) in
      try await post(Self.joined(url, "/api/v2/alerts"), json: alerts, headers)
    }
  }

  /// Tries every receiver, whatever became of those before it; a fault only when none could be told.
  static func reaching<Receiver>(
    _ receivers: [Receiver], _ tell: (Receiver) async throws(ChannelFault) -> Void
  ) async throws(ChannelFault) -> [ChannelFault] {
    var faults: [ChannelFault] = []
    for receiver in receivers {
      do throws(ChannelFault) { try await tell(receiver) } catch { faults.append(error) }
    }
    if faults.count == receivers.count, let first = faults.first { throw first }
    return faults
  }

  private func post(
    _ url: String, json: some Encodable & Sendable, _ headers: [(name: String, value: Secret)],
    _ method: String = "POST"
  ) async throws(ChannelFault) {
    let body = try Self.encoded(json)
    let authorities = authorities
    let answer = try await BlockingThread.run { () throws(ChannelFault) in
      var transfer = try Transfer(url: url)
      transfer.set(method: method)
      transfer.add(header: "Content-Type", "application/json")
      // Without this libcurl waits for leave to send larger bodies.
      transfer.add(header: "Expect", "")
      for header in headers { transfer.add(header: header.name, header.value.value) }
      if let authorities { transfer.set(authorities: authorities) }
      transfer.set(body: body)
      return try transfer.run()
    }
    guard !(200..<300).contains(answer.status) else { return }
    let isPermanent = (300..<500).contains(answer.status) && ![408, 425, 429].contains(answer.status)
    // Before it is cut: half a secret is one too.
    let words = ChannelFault.hiding(secrets, in: answer.text).prefix(200)
    throw ChannelFault(
      "the server answered \(answer.status): \(words)", isPermanent: isPermanent,
      retryAfter: min(answer.retryAfter, 3_600))
  }

  private func mail(_ notice: AlertNotice, _ settings: SMTPSettings, _ mark: String, _ now: Int64)
    async throws(ChannelFault) -> [ChannelFault]
  {
    let message = Array(MailMessage(notice, from: settings.from, to: settings.to, mark: mark, at: now).text.utf8)
    let authorities = authorities
    if let server = settings.server {
      try await BlockingThread.run { () throws(ChannelFault) in
        try Self.mail(message, settings, to: settings.to, server, authorities)
      }
      return []
    }
    let byDomain = Dictionary(grouping: settings.to) { $0.split(separator: "@").last.map(String.init) ?? "" }
    return try await Self.reaching(byDomain.sorted { $0.key < $1.key }) { entry async throws(ChannelFault) in
      let (domain, recipients) = entry
      try await BlockingThread.run { () throws(ChannelFault) in
        var last = ChannelFault("\(domain) has no mail exchanger")
        for host in try MailExchangers.of(domain).prefix(4) {
          do throws(ChannelFault) { return try Self.mail(message, settings, to: recipients, host, authorities) } catch {
            last = error
          }
          if last.isPermanent { break }
        }
        throw last
      }
    }
  }

  private static func mail(
    _ message: [UInt8], _ settings: SMTPSettings, to: [String], _ server: String, _ authorities: String?
  ) throws(ChannelFault) {
    let scheme = settings.encryption == .tls ? "smtps" : "smtp"
    let host = server.contains(":") && !server.hasPrefix("[") ? "[\(server)]" : server
    var transfer = try Transfer(url: "\(scheme)://\(host):\(settings.port)/\(settings.helo.map(escaped) ?? "")")
    transfer.set(settings.encryption)
    transfer.set(sender: settings.from)
    for recipient in to { transfer.add(recipient: recipient) }
    if let user = settings.user { transfer.set(user: user, password: settings.password?.value ?? "") }
    if let authorities { transfer.set(authorities: authorities) }
    transfer.set(body: message)
    _ = try transfer.run()
  }

  private func bearer(_ token: Secret?) -> [(name: String, value: Secret)] {
    token.map { [("Authorization", Secret("Bearer \($0.value)"))] } ?? []
  }

  private static func encoded(_ value: some Encodable) throws(ChannelFault) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(value)) } catch {
      throw ChannelFault("the alert cannot be written as JSON: \(error)", isPermanent: true)
    }
  }

  /// Nothing that could end Slack's code block.
  private static func fenced(_ text: String) -> String { text.replacing("```", with: "'''") }

  private static func escaped(_ part: String) -> String {
    part.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))) ?? part
  }

  private static func joined(_ base: String, _ path: String) -> String {
    (base.hasSuffix("/") ? String(base.dropLast()) : base) + path
  }
}
