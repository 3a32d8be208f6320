internal import Diagnosis

/// The keys that OpenDKIM signs with for a domain, by its configuration.
struct SigningKeys {
  struct Key: Equatable {
    let selector: String
    let path: String
  }

  let keys: [Key]

  /// Throws what cannot be read, as words for the admin.
  init(for domain: DomainName, on machine: Machine) throws(SigningKeysUnknown) {
    let configuration: OpenDKIMConfiguration
    do throws(FileFault) {
      configuration = try OpenDKIMConfiguration(machine)
    } catch {
      throw SigningKeysUnknown(wording: error.said(of: machine.path(OpenDKIMConfiguration.path)))
    }
    guard let table = configuration["KeyTable"] else {
      keys = try Self.single(configuration, domain, machine)
      return
    }
    let set = OpenDKIMDataSet(table)
    let entries: [(key: String, value: String)]?
    do throws(FileFault) {
      entries = try set.entries(machine)
    } catch {
      throw SigningKeysUnknown(wording: error.said(of: set.path ?? table))
    }
    guard let entries else {
      throw SigningKeysUnknown(
        wording: Wording(
          "KeyTable \(table) is kept in a database; it is not asked",
          french: "KeyTable \(table) est tenue dans une base ; elle n'est pas consultée"))
    }
    keys = entries.prefix(10_000).compactMap { entry in
      let parts = entry.value.split(separator: ":", maxSplits: 2).map(String.init)
      guard parts.count == 3, parts[0] == "%" || DomainName(parts[0]) == domain else { return nil }
      return Key(selector: parts[1], path: parts[2].replacing("%", with: domain.description))
    }
  }

  /// Domain, Selector and KeyFile: one key for all the domains.
  private static func single(
    _ configuration: OpenDKIMConfiguration, _ domain: DomainName, _ machine: Machine
  ) throws(SigningKeysUnknown) -> [Key] {
    guard let names = configuration["Domain"], let path = configuration["KeyFile"] else { return [] }
    let entries: [(key: String, value: String)]?
    do throws(FileFault) {
      entries = try OpenDKIMDataSet(names).entries(machine)
    } catch {
      throw SigningKeysUnknown(wording: error.said(of: names))
    }
    guard entries?.contains(where: { DomainName($0.key) == domain }) == true else { return [] }
    return [Key(selector: configuration["Selector"] ?? "default", path: path)]
  }
}

struct SigningKeysUnknown: Error { let wording: Wording }
