/// One way to write a check: the parameters that make it up, and when it holds.
public struct CheckForm: Sendable {
  /// `listening`, `socket`, `file`, …
  public let check: String
  /// All of these must be there; together they say which form it is.
  public let required: [Parameter]
  public let optional: [Parameter]
  /// When the check holds, for docs/evidence-checks.md and for people who made a mistake.
  public let meaning: String

  public struct Parameter: Sendable {
    public let name: String
    /// The words that the value may be; empty for any text.
    public let words: [String]
    public let isList: Bool
  }

  init(_ check: String, _ required: [Parameter], optional: [Parameter] = [], holds meaning: String) {
    self.check = check
    self.required = required
    self.optional = optional
    self.meaning = meaning
  }

  /// `{port: …, not-on: …, at?: …}`
  public var signature: String {
    let parts = required.map { "\($0.name): \($0.shape)" } + optional.map { "\($0.name)?: \($0.shape)" }
    return "{" + parts.joined(separator: ", ") + "}"
  }

  /// The values that a look adds for the texts of its cause, beside those of the log.
  static let facts: [String: [String]] = [
    "listening": [
      "listener", "listener.address", "listener.port", "listener.pid", "listener.program", "listener.unit",
    ],
    "address": ["interface", "outgoing"],
    "socket": ["socket", "listener", "closed", "closed.owner", "closed.group", "closed.mode"],
    "unit": ["unit", "unit.state", "unit.result", "unit.status", "unit.pid"],
    "file": ["file", "file.owner", "file.mode", "closed", "closed.owner", "closed.group", "closed.mode"],
    "changed": ["changed"],
    "postfix": ["queue_directory"],
    "table": ["table.map", "table.value", "table.key", "table.source", "table.index"],
    "opendkim": [
      "opendkim.milter", "opendkim.Socket", "opendkim.UMask", "opendkim.SigningTable", "opendkim.table",
      "opendkim.user",
      "key", "unsafe", "unsafe.repair", "closed", "closed.owner", "closed.group", "closed.mode",
    ],
    "disk": ["disk.free", "disk.inodes"],
    "certificate": ["certificate", "certificate.until", "certificate.subject", "certificate.issuer", "key"],
    "package": ["package", "package.version"],
    "dns": [
      "ptr", "arpa", "spf.result", "spf.term", "dkim.name", "dkim.selector", "dmarc.policy", "dnsbl.answer", "mx.hosts",
      "outer", "record", "address", "resolver", "tlsa", "certificate",
    ],
  ]

  /// The form that a rule means by these parameter names.
  static func matching(_ names: Set<String>, of check: String) -> CheckForm? {
    all(of: check).first { form in
      let required = Set(form.required.map(\.name))
      return required.isSubset(of: names) && names.isSubset(of: required.union(form.optional.map(\.name)))
    }
  }

  static func all(of check: String) -> [CheckForm] { (machineForms + dnsForms).filter { $0.check == check } }
}

extension CheckForm.Parameter {
  static func text(_ name: String) -> Self { Self(name: name, words: [], isList: false) }
  static func texts(_ name: String) -> Self { Self(name: name, words: [], isList: true) }
  static func word(_ name: String, _ words: String...) -> Self { Self(name: name, words: words, isList: false) }
  static func words(_ name: String, _ words: String...) -> Self { Self(name: name, words: words, isList: true) }

  var shape: String {
    if !words.isEmpty { return words.joined(separator: "|") }
    return isList ? "TEXT or list" : "TEXT"
  }
}
