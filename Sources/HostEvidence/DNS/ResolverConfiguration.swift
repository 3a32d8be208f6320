internal import Glibc

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
    ResolverConfiguration(SmallFile.text(path) ?? "")
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

  package static func ofThisHost(path: String = "/etc/hosts") -> HostsFile { HostsFile(SmallFile.text(path) ?? "") }
}

/// Files of a few lines.
enum SmallFile {
  /// At most the first 256 KiB; `nil` when the file cannot be read.
  static func bytes(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 262_144)
    var count = 0
    while count < bytes.count {
      let taken = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
      }
      if taken < 0, errno == EINTR { continue }
      guard taken >= 0 else { return nil }
      if taken == 0 { break }
      count += taken
    }
    return Array(bytes.prefix(count))
  }

  static func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }
}
