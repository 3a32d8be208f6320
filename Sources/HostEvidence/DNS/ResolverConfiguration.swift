/// What /etc/resolv.conf says (resolv.conf(5)).
package struct ResolverConfiguration: Sendable, Equatable {
  /// Addresses, in their order; never empty.
  package var servers: [String] = []

  package init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline).prefix(1_000) {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count >= 2, words[0] == "nameserver", servers.count < 8 { servers.append(String(words[1])) }
    }
    // The C library asks this machine when the file names nobody.
    if servers.isEmpty { servers = ["127.0.0.1"] }
  }

  package static func ofThisHost(path: String = "/etc/resolv.conf") -> ResolverConfiguration {
    ResolverConfiguration((try? BoundedFile.text(path, cutting: true)) ?? "")
  }
}

/// The names that /etc/hosts gives to addresses (hosts(5)).
package struct HostsFile: Sendable {
  package private(set) var names: [(address: String, names: [String])] = []

  package init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline).prefix(10_000) {
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
      if let address = words.first, words.count > 1 { names.append((address, Array(words.dropFirst()))) }
    }
  }

  package static func ofThisHost(path: String = "/etc/hosts") -> HostsFile {
    HostsFile((try? BoundedFile.text(path, cutting: true)) ?? "")
  }
}
