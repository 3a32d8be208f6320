/// opendkim.conf: a name, blanks, a value; `#` begins a comment (opendkim.conf(5)).
struct OpenDKIMConfiguration: Equatable {
  static let path = "/etc/opendkim.conf"
  private var settings: [String: String] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let bare = line.prefix { $0 != "#" }.trimmed
      guard let blank = bare.firstIndex(where: \.isWhitespace) else { continue }
      settings[bare[..<blank].lowercased()] = bare[blank...].trimmed
    }
  }

  init(_ machine: Machine) throws(FileFault) { self.init(try BoundedFile.text(machine.path(Self.path))) }

  /// Names are compared without regard to case.
  subscript(name: String) -> String? { settings[name.lowercased()] }

  /// The user whom it becomes: UserID without a group; root where it is not set.
  var user: String {
    let user = self["UserID"]?.split(separator: ":").first ?? "root"
    return String(user)
  }

  var requiresSafeKeys: Bool {
    !["no", "false", "0", "n", "f"].contains(self["RequireSafeKeys"]?.lowercased() ?? "yes")
  }
}

/// A data set of OpenDKIM: `file:/path`, `refile:/path`, `csl:a,b`, a bare path, or a bare list (opendkim(8)).
struct OpenDKIMDataSet: Equatable {
  enum Kind: Equatable {
    case file(String)
    case patterns(String)
    case list([String])
    case other(String)
  }
  let kind: Kind

  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    switch parts.first {
    case "file" where parts.count == 2: kind = .file(String(parts[1]))
    case "refile" where parts.count == 2: kind = .patterns(String(parts[1]))
    case "csl" where parts.count == 2: kind = .list(Self.list(parts[1]))
    case "bdb", "db", "dsn", "ldap", "lua", "mdb", "memcache", "socket", "repute", "erlang": kind = .other(text)
    default: kind = text.hasPrefix("/") ? .file(text) : .list(Self.list(text[...]))
    }
  }

  private static func list(_ text: Substring) -> [String] {
    text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
  }

  var path: String? {
    switch kind {
    case .file(let path), .patterns(let path): path
    case .list, .other: nil
    }
  }

  /// Key and value of each entry; `nil` for kinds that are no file and no list.
  func entries(_ machine: Machine) throws(FileFault) -> [(key: String, value: String)]? {
    switch kind {
    case .other: return nil
    case .list(let items): return items.map { ($0, "") }
    case .file(let path), .patterns(let path):
      let text = try BoundedFile.text(machine.path(path), most: 8 << 20)
      return text.split(separator: "\n").compactMap { line in
        let bare = line.prefix { $0 != "#" }.trimmed
        guard !bare.isEmpty else { return nil }
        let end = bare.firstIndex(where: \.isWhitespace) ?? bare.endIndex
        return (String(bare[..<end]), bare[end...].trimmed)
      }
    }
  }
}
