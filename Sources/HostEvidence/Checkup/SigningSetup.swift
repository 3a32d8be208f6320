import Diagnosis

/// Which keys OpenDKIM signs with, and for whom.
struct SigningSetup: Sendable {
  struct Key: Sendable, Hashable {
    /// What the signing table calls it.
    var name = ""
    /// `d=` of the signature; `%` stands for the sender's domain.
    let domain: String
    let selector: String
    let path: String

    func isFor(_ name: DomainName) -> Bool { domain == "%" || DomainName(domain) == name }

    func path(for name: DomainName) -> String { path.replacing("%", with: name.description) }

    /// Whose signature it is when mail of `name` is signed.
    func signer(for name: DomainName) -> DomainName? { domain == "%" ? name : DomainName(domain) }
  }

  private(set) var keys: [Key] = []
  /// Of the signing table, without patterns for users.
  private(set) var domains: [String] = []
  /// Why the tables are not known; `nil` when all was read.
  private(set) var fault: Wording?
  /// opendkim.conf is there and was read.
  private(set) var isConfigured = false
  /// There is no opendkim.conf.
  private(set) var isAbsent = false
  private(set) var signingTable: String?
  private(set) var keyTable: String?
  private var lines: [Line] = []

  /// One line of the signing table: who, and the names of keys.
  private struct Line: Sendable {
    let sender: String
    let key: String
    let isPattern: Bool

    func isFor(_ address: String, _ candidates: [String]) -> Bool {
      isPattern ? Glob(sender).matches(address) : candidates.contains(sender.lowercased())
    }
  }

  private static let mostEntries = 10_000

  /// Of another machine.
  static let unknown = SigningSetup()

  private init() { isAbsent = true }

  init(_ machine: Machine) {
    let configuration: OpenDKIMConfiguration
    do throws(FileFault) {
      configuration = try OpenDKIMConfiguration(machine)
    } catch {
      isAbsent = error == .missing
      fault = error.said(of: machine.path(OpenDKIMConfiguration.path))
      return
    }
    isConfigured = true
    signingTable = configuration["SigningTable"].flatMap { OpenDKIMDataSet($0).path }
    guard let table = configuration["KeyTable"] else {
      guard let names = configuration["Domain"], let path = configuration["KeyFile"] else { return }
      domains = entries(names, "Domain", machine).map(\.key)
      let selector = configuration["Selector"] ?? "default"
      keys = domains.map { Key(domain: $0, selector: selector, path: path) }
      return
    }
    keyTable = OpenDKIMDataSet(table).path
    keys = entries(table, "KeyTable", machine).compactMap { entry in
      let parts = entry.value.split(separator: ":", maxSplits: 2).map(String.init)
      return parts.count == 3 ? Key(name: entry.key, domain: parts[0], selector: parts[1], path: parts[2]) : nil
    }
    guard let senders = configuration["SigningTable"] else { return }
    let isPattern = if case .patterns = OpenDKIMDataSet(senders).kind { true } else { false }
    lines = entries(senders, "SigningTable", machine).map {
      Line(sender: $0.key, key: $0.value, isPattern: isPattern)
    }
    domains = lines.map(\.sender).compactMap(Self.domain)
  }

  private mutating func entries(_ value: String, _ option: String, _ machine: Machine) -> [(key: String, value: String)]
  {
    let set = OpenDKIMDataSet(value)
    do throws(FileFault) {
      if let entries = try set.entries(machine) { return Array(entries.prefix(Self.mostEntries)) }
      fault = Wording(
        "\(option) \(value) is kept in a database; it is not asked",
        french: "\(option) \(value) est tenue dans une base ; elle n'est pas consultée")
    } catch {
      fault = error.said(of: set.path ?? value)
    }
    return []
  }

  /// `*@example.org`, `user@example.org`, `example.org`, `.example.org`.
  private static func domain(_ sender: String) -> String? {
    let host = sender.lastIndex(of: "@").map { String(sender[sender.index(after: $0)...]) } ?? sender
    let bare = host.hasPrefix("*.") ? String(host.dropFirst(2)) : host.hasPrefix(".") ? String(host.dropFirst()) : host
    return bare.contains("*") || bare.isEmpty ? nil : bare
  }

  /// The keys that mail of the domain is signed with; one of another domain may be among them. Where the signing table has
  /// no line for the domain, those that could sign for it.
  func keys(for domain: DomainName) -> [Key] {
    let address = "postmaster@\(domain)"
    let candidates = SigningTableKeys.of(address)
    let names = Set(lines.filter { $0.isFor(address, candidates) }.map(\.key))
    let signing = keys.filter { names.contains($0.name) }
    return signing.isEmpty ? keys.filter { $0.isFor(domain) } : signing
  }
}
