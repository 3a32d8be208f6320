import Synchronization

/// The Postfix instances of this machine, by the name under which they log (MULTI_INSTANCE_README): its default one in
/// /etc/postfix, and those of `multi_instance_directories`.
final class PostfixInstances: Sendable {
  private let machine: Machine
  private let main: PostfixSettings
  private let others = Mutex<[String: PostfixSettings]>([:])
  private static let most = 64

  init(machine: Machine) {
    self.machine = machine
    main = PostfixSettings(machine: machine)
  }

  /// The default instance also answers for a name that is only a syslog_name.
  subscript(name: String?) -> PostfixSettings {
    guard let name, name != "postfix" else { return main }
    if let known = others.withLock({ $0[name] }) { return known }
    let found = folder(of: name).map { PostfixSettings(machine: machine, folder: $0) } ?? main
    others.withLock { others in if others.count < Self.most { others[name] = found } }
    return found
  }

  /// An instance logs as its multi_instance_name.
  private func folder(of name: String) -> String? {
    let folders = (main.value("multi_instance_directories") ?? "").listed.prefix(Self.most)
    return folders.first { folder in
      guard folder.hasPrefix("/"), let text = try? BoundedFile.text(machine.path(folder + "/main.cf")) else {
        return false
      }
      let own = MainConfiguration(text)["multi_instance_name"] ?? ""
      return own == name || (own.isEmpty && folder.hasSuffix("/" + name))
    }
  }
}
