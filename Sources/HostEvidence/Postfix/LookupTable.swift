import Diagnosis

/// A table as Postfix names it: `hash:/etc/postfix/virtual` (DATABASE_README).
struct LookupTable: Equatable {
  let type: String
  let path: String

  /// `proxy:` in front only says who asks the table. A bare path is of the type `default_database_type`.
  init?(_ text: String, bareType: String = "hash") {
    var rest = text[...]
    if rest.hasPrefix("proxy:") { rest = rest.dropFirst(6) }
    guard let colon = rest.firstIndex(of: ":") else {
      guard rest.hasPrefix("/") else { return nil }
      type = bareType
      path = String(rest)
      return
    }
    type = String(rest[..<colon])
    path = String(rest[rest.index(after: colon)...])
    guard !type.isEmpty, !path.isEmpty else { return nil }
  }

  var text: String { type + ":" + path }

  /// The file that postmap(1) makes from the source.
  var index: String? {
    switch type {
    case "hash", "btree": path + ".db"
    case "lmdb": path + ".lmdb"
    case "cdb": path + ".cdb"
    case "dbm", "sdbm": path + ".pag"
    default: nil
    }
  }

  /// Types that are answered from this machine's files alone.
  var isLocal: Bool {
    index != nil || ["texthash", "regexp", "pcre", "cidr", "inline", "static"].contains(type)
  }
}
