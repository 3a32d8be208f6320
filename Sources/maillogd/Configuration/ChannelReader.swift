import Diagnosis
import Foundation
import Reporting
import Yams

/// Reads one channel: `phone: {ntfy: {topic: mail-alerts}, language: fr, fallback: mail, per-hour: 20}`.
struct ChannelReader {
  var yaml: YAMLReader
  private let needsSecrets: Bool
  private let language: Language

  private static let kinds = [
    "webhook", "alertmanager", "ntfy", "slack", "matrix", "telegram", "smtp", "sendmail", "exec", "journal",
  ]

  init(yaml: YAMLReader, needsSecrets: Bool, language: Language) {
    self.yaml = yaml
    self.needsSecrets = needsSecrets
    self.language = language
  }

  mutating func channel(_ name: String, _ node: Node) -> AlertChannel? {
    let keys = yaml.mapping(
      node, "the channel '\(name)'", known: Self.kinds + ["language", "fallback", "per-hour", "authorities"])
    let named = Self.kinds.filter { keys[$0] != nil }
    guard named.count == 1, let kindNode = keys[named[0]] else {
      yaml.complain(node, "the channel '\(name)' needs exactly one of \(Self.kinds.joined(separator: ", "))")
      return nil
    }
    var perHour = 60
    if let count = yaml.integer(keys["per-hour"], "per-hour") {
      if count > 0 { perHour = count } else { yaml.complain(keys["per-hour"], "per-hour must be at least 1") }
    }
    guard let kind = kind(named[0], kindNode) else { return nil }
    return AlertChannel(
      name: name, kind: kind, language: yaml.oneOf(keys["language"], "language") ?? language,
      fallback: yaml.string(keys["fallback"], "fallback"), mostPerHour: perHour,
      authorities: yaml.string(keys["authorities"], "authorities"))
  }

  private mutating func kind(_ kind: String, _ node: Node) -> AlertChannel.Kind? {
    switch kind {
    case "webhook":
      let keys = yaml.mapping(node, kind, known: ["url", "headers"])
      return required(keys, "url", node).flatMap { url in
        checked(url, keys["url"]).map { .webhook(url: $0, headers: headers(keys["headers"])) }
      }
    case "alertmanager":
      let keys = yaml.mapping(node, kind, known: ["url", "headers"])
      let urls = yaml.strings(keys["url"], "url").compactMap { checked($0, keys["url"]) }
      if urls.isEmpty { yaml.complain(node, "alertmanager needs url: one address, or a list of a cluster's") }
      return urls.isEmpty ? nil : .alertmanager(urls: urls, headers: headers(keys["headers"]))
    case "ntfy":
      let keys = yaml.mapping(node, kind, known: ["url", "topic", "token"])
      guard let topic = required(keys, "topic", node),
        let url = checked(yaml.string(keys["url"], "url") ?? "https://ntfy.sh", keys["url"])
      else { return nil }
      return .ntfy(url: url, topic: topic, token: keys["token"].flatMap { secret($0, "token") })
    case "slack":
      let keys = yaml.mapping(node, kind, known: ["url"])
      return secret(keys["url"], "url", in: node).map { .slack(url: $0) }
    case "matrix":
      let keys = yaml.mapping(node, kind, known: ["homeserver", "room", "token"])
      guard let server = required(keys, "homeserver", node), let room = required(keys, "room", node),
        let url = checked(server, keys["homeserver"]), let token = secret(keys["token"], "token", in: node)
      else { return nil }
      return .matrix(homeserver: url, room: room, token: token)
    case "telegram":
      let keys = yaml.mapping(node, kind, known: ["chat", "token", "server"])
      guard let chat = required(keys, "chat", node), let token = secret(keys["token"], "token", in: node),
        let url = checked(yaml.string(keys["server"], "server") ?? "https://api.telegram.org", keys["server"])
      else { return nil }
      return .telegram(server: url, chat: chat, token: token)
    case "smtp": return smtp(node)
    case "sendmail":
      let keys = yaml.mapping(node, kind, known: ["path", "from", "to"])
      guard let from = required(keys, "from", node), let to = recipients(keys["to"], node) else { return nil }
      return .sendmail(path: yaml.string(keys["path"], "path") ?? "/usr/sbin/sendmail", from: from, to: to)
    case "exec":
      let arguments = yaml.strings(node, "exec")
      guard let program = arguments.first, program.hasPrefix("/") else {
        yaml.complain(
          node, "exec must be a list that begins with the whole path of a program: [/usr/local/bin/page, oncall]")
        return nil
      }
      return .exec(arguments)
    default: return .journal
    }
  }

  private mutating func smtp(_ node: Node) -> AlertChannel.Kind? {
    let keys = yaml.mapping(
      node, "smtp", known: ["server", "port", "encryption", "user", "password", "from", "to", "helo"])
    guard let from = required(keys, "from", node), let to = recipients(keys["to"], node) else { return nil }
    let server = yaml.string(keys["server"], "server")
    let encryption: SMTPSettings.Encryption =
      yaml.oneOf(keys["encryption"], "encryption") ?? (server == nil ? .opportunistic : .starttls)
    let usual = encryption == .tls ? 465 : server == nil ? 25 : 587
    let port = yaml.integer(keys["port"], "port") ?? usual
    if !(1...65_535).contains(port) { yaml.complain(keys["port"], "port must lie between 1 and 65535") }
    let user = yaml.string(keys["user"], "user")
    let password = keys["password"].flatMap { secret($0, "password") }
    if user != nil, keys["password"] == nil {
      yaml.complain(node, "smtp has a user without password; give password: {file: PATH} or {credential: NAME}")
    }
    if user != nil, encryption == .none || encryption == .opportunistic {
      yaml.complain(node, "a password would travel in the clear; use encryption: starttls or tls")
    }
    return .smtp(
      SMTPSettings(
        server: server, port: port, encryption: encryption, user: user, password: password, from: from, to: to,
        helo: yaml.string(keys["helo"], "helo")))
  }

  private mutating func required(_ keys: [String: Node], _ name: String, _ node: Node) -> String? {
    guard let value = yaml.string(keys[name], name), !value.isEmpty else {
      if keys[name]?.scalar != nil || keys[name] == nil { yaml.complain(node, "\(name) is missing") }
      return nil
    }
    return value
  }

  private mutating func recipients(_ node: Node?, _ parent: Node) -> [String]? {
    let to = yaml.strings(node, "to")
    if to.isEmpty { yaml.complain(parent, "to is missing: the addresses to write to") }
    for address in to where !address.contains("@") || address.contains(where: \.isWhitespace) {
      yaml.complain(node, "'\(address)' is no mail address; write name@domain")
    }
    return to.isEmpty ? nil : to
  }

  private mutating func checked(_ url: String, _ node: Node?) -> String? {
    guard let parts = URL(string: url), ["http", "https"].contains(parts.scheme ?? ""), parts.host() != nil else {
      yaml.complain(node, "'\(url)' is no address; write https://host/path")
      return nil
    }
    if parts.user() != nil || parts.password() != nil {
      yaml.complain(
        node, "a password does not belong into an address, where it is shown; use headers with {file: PATH}")
    }
    return url
  }

  private mutating func headers(_ node: Node?) -> [(name: String, value: Secret)] {
    guard let node else { return [] }
    guard let mapping = node.mapping else {
      yaml.complain(node, "headers must be a mapping, such as {Authorization: {file: /etc/maillogd/token}}")
      return []
    }
    return mapping.compactMap { key, value in
      guard let name = key.string else { return nil }
      if let text = value.scalar?.string, !["authorization", "x-api-key", "cookie"].contains(name.lowercased()) {
        return (name, Secret(text))
      }
      return secret(value, name).map { (name, $0) }
    }
  }

  private mutating func secret(_ node: Node?, _ what: String, in parent: Node) -> Secret? {
    guard let node else {
      yaml.complain(parent, "\(what) is missing; give {file: PATH} or {credential: NAME}")
      return nil
    }
    return secret(node, what)
  }

  /// `{file: /etc/maillogd/token}` or `{credential: token}` (systemd's LoadCredential=). Nothing secret stands in the file.
  private mutating func secret(_ node: Node, _ what: String) -> Secret? {
    guard node.mapping != nil else {
      yaml.complain(
        node, "\(what) is a secret and must not stand here; put it into a file: {file: /etc/maillogd/\(what)}")
      return nil
    }
    let keys = yaml.mapping(node, what, known: ["file", "credential"])
    let path: String
    if let credential = yaml.string(keys["credential"], "credential") {
      guard let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] else {
        guard needsSecrets else { return Secret("") }
        yaml.complain(node, "systemd has given no credentials; add LoadCredential=\(credential):PATH to the unit")
        return nil
      }
      path = folder + "/" + credential
    } else if let file = yaml.string(keys["file"], "file") {
      path = file
    } else {
      yaml.complain(node, "\(what) needs {file: PATH} or {credential: NAME}")
      return nil
    }
    guard let data = FileManager.default.contents(atPath: path), data.count <= 65_536 else {
      yaml.complain(node, "\(path) cannot be read; it must be readable for the user of maillogd")
      return nil
    }
    let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
    if mode & 0o004 != 0 { yaml.complain(node, "\(path) can be read by everybody; chmod o= \(path)") }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty { yaml.complain(node, "\(path) is empty") }
    return Secret(text)
  }
}
