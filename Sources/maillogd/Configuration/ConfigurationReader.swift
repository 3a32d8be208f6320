import Diagnosis
import Foundation
import HostEvidence
import Reporting
import Yams

/// Reads the configuration, and tells every fault at once, each with file, line and what to write instead.
struct ConfigurationReader {
  var yaml: YAMLReader
  var configuration = Configuration()
  var routeKeys: [(route: AlertRoute, node: Node, path: String)] = []
  var problems: [RuleProblem] = []
  /// Whether secrets must be there: `config check` may not see the credentials of the service.
  private let needsSecrets: Bool

  private static let mostBytes = 1 << 20

  private init(needsSecrets: Bool) {
    self.needsSecrets = needsSecrets
    yaml = YAMLReader(path: "")
  }

  /// Reads `path` and then the `.yaml` files of the folder beside it (`maillogd.d`), in the order of their names: what a
  /// later file says wins, its channels and routes are added. Without the file at the default path, all is default.
  static func read(_ path: String, needsSecrets: Bool = true) throws(RuleProblems) -> Configuration {
    var reader = ConfigurationReader(needsSecrets: needsSecrets)
    let folder = (path as NSString).deletingPathExtension + ".d"
    reader.read(path, mayBeAbsent: path == Configuration.path)
    do {
      let names = try ConfigurationFile.names(in: folder)
      for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") { reader.read(folder + "/" + name) }
    } catch { reader.problems.append(RuleProblem(path: folder, "the configuration cannot be read: \(error.words)")) }
    reader.checkNames()
    if needsSecrets { reader.checkRights() }
    guard reader.problems.isEmpty else { throw RuleProblems(reader.problems) }
    reader.configuration.complete()
    return reader.configuration
  }

  private mutating func read(_ path: String, mayBeAbsent: Bool = false) {
    yaml = YAMLReader(path: path)
    defer { problems += yaml.problems }
    let data: Data
    do throws(ConfigurationFile.Fault) {
      data = try ConfigurationFile.contents(path, upTo: Self.mostBytes)
    } catch {
      if error == .absent, mayBeAbsent { return }
      return yaml.problems.append(RuleProblem(path: path, "the configuration cannot be read: \(error.words)"))
    }
    guard data.count <= Self.mostBytes, let text = String(data: data, encoding: .utf8) else {
      return yaml.problems.append(
        RuleProblem(path: path, "this is no text in UTF-8 of at most \(Self.mostBytes) bytes"))
    }
    // A file in which all is commented out is fine.
    guard text.split(whereSeparator: \.isNewline).contains(where: { !$0.drop { $0 == " " }.hasPrefix("#") }) else {
      return
    }
    guard let root = yaml.compose(text, mostBytes: Self.mostBytes) else { return }
    readAll(root)
  }

  private mutating func readAll(_ root: Node) {
    let keys = yaml.mapping(
      root, "the configuration",
      known: [
        "language", "host", "state", "look-back", "retention", "most-incidents", "sources", "rules", "channels",
        "routes",
        "metrics", "verify", "dns",
      ])
    if let language: Language = yaml.oneOf(keys["language"], "language") { configuration.language = language }
    if let host = yaml.string(keys["host"], "host") { configuration.host = host }
    if let folder = path(keys["state"], "state") { configuration.stateFolder = folder }
    if let seconds = yaml.duration(keys["look-back"], "look-back") { configuration.lookBack = seconds }
    if let seconds = yaml.duration(keys["retention"], "retention") { configuration.retention = seconds }
    if let count = yaml.integer(keys["most-incidents"], "most-incidents") {
      if (100...1_000_000).contains(count) {
        configuration.mostIncidents = count
      } else {
        yaml.complain(keys["most-incidents"], "most-incidents must lie between 100 and 1000000")
      }
    }
    if let node = keys["verify"] { configuration.verifies = yaml.flag(node, "verify") }
    if let name = yaml.string(keys["dns"], "dns") {
      if let source = DNSSource(name: name) {
        configuration.dns = source
      } else {
        yaml.complain(keys["dns"], "dns: '\(name)' \(DNSSource.advice)")
      }
    }
    if let node = keys["sources"] { readSources(node) }
    configuration.ruleFolders += yaml.strings(keys["rules"], "rules")
    if let node = keys["channels"] { readChannels(node) }
    for node in yaml.sequence(keys["routes"], "routes") { readRoute(node) }
    if let node = keys["metrics"] { readMetrics(node) }
  }

  private mutating func readSources(_ node: Node) {
    let keys = yaml.mapping(node, "sources", known: ["journal", "files"])
    if let journal = keys["journal"] {
      if let flag = journal.bool {
        configuration.sources.journal = flag
      } else {
        let inner = yaml.mapping(journal, "sources.journal", known: ["directory", "namespaces", "units"])
        configuration.sources.journal = true
        configuration.sources.journalDirectory = path(inner["directory"], "sources.journal.directory")
        configuration.sources.namespaces = yaml.strings(inner["namespaces"], "sources.journal.namespaces")
        configuration.sources.units = yaml.strings(inner["units"], "sources.journal.units")
      }
    }
    for file in yaml.strings(keys["files"], "sources.files") {
      if file.hasPrefix("/") {
        configuration.sources.files.append(file)
      } else {
        yaml.complain(keys["files"], "'\(file)' is no absolute path; write /var/log/\(file)")
      }
    }
  }

  private mutating func readChannels(_ node: Node) {
    guard let mapping = node.mapping else {
      return yaml.complain(node, "channels must be a mapping of names, such as phone: {ntfy: {topic: mail-alerts}}")
    }
    for (key, value) in mapping {
      guard let name = key.string, !name.isEmpty else { continue }
      if configuration.channels.contains(where: { $0.name == name }) {
        yaml.complain(key, "the channel '\(name)' stands twice; give one of them another name")
        continue
      }
      var reader = ChannelReader(yaml: yaml, needsSecrets: needsSecrets, language: configuration.language)
      let channel = reader.channel(name, value)
      yaml = reader.yaml
      if let channel { configuration.channels.append(channel) }
    }
  }

  private mutating func readRoute(_ node: Node) {
    let keys = yaml.mapping(
      node, "a route",
      known: [
        "name", "severity", "rules", "domains", "channels", "group-by", "wait", "interval", "repeat", "continue",
      ])
    let channels = yaml.strings(keys["channels"], "channels")
    if channels.isEmpty { yaml.complain(node, "the route leads nowhere; give channels: a list of channel names") }
    let name = yaml.string(keys["name"], "name") ?? "route-\(routeKeys.count + 1)"
    var route = AlertRoute(name: name, channels: channels)
    if let severity: Severity = yaml.oneOf(keys["severity"], "severity") { route.severity = severity }
    if let grouping: AlertRoute.Grouping = yaml.oneOf(keys["group-by"], "group-by") { route.grouping = grouping }
    route.rules = yaml.strings(keys["rules"], "rules").map(Glob.init)
    route.domains = yaml.strings(keys["domains"], "domains").map(Glob.init)
    route.goesOn = yaml.flag(keys["continue"], "continue")
    if let wait = yaml.duration(keys["wait"], "wait") { route.timing.groupWait = wait }
    if let interval = yaml.duration(keys["interval"], "interval") { route.timing.groupInterval = interval }
    if keys["repeat"]?.string == "never" {
      route.timing.repeatInterval = 0
    } else if let again = yaml.duration(keys["repeat"], "repeat") {
      route.timing.repeatInterval = again
    }
    if routeKeys.contains(where: { $0.route.name == name }) {
      yaml.complain(node, "the route '\(name)' stands twice; give one of them another name")
    }
    routeKeys.append((route, node, yaml.path))
    configuration.routes.append(route)
  }

  private mutating func readMetrics(_ node: Node) {
    let keys = yaml.mapping(node, "metrics", known: ["listen", "socket"])
    if let socket = path(keys["socket"], "metrics.socket") { configuration.metrics = .socket(path: socket) }
    guard let listen = yaml.string(keys["listen"], "metrics.listen") else { return }
    guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]) else {
      return yaml.complain(keys["listen"], "metrics.listen must be an address with a port, such as 127.0.0.1:9815")
    }
    let host = String(listen[..<colon]).replacing("[", with: "").replacing("]", with: "")
    guard ["127.0.0.1", "::1", "localhost"].contains(host) else {
      return yaml.complain(
        keys["listen"],
        "metrics are told on this machine only: 127.0.0.1:\(port), [::1]:\(port) or socket: /run/maillogd/metrics.sock")
    }
    configuration.metrics = .address(host: host, port: port)
  }

  private mutating func path(_ node: Node?, _ what: String) -> String? {
    guard let text = yaml.string(node, what) else { return nil }
    if !text.hasPrefix("/") { yaml.complain(node, "\(what) must be an absolute path") }
    return text
  }
}
