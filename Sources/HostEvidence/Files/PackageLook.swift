import Diagnosis

/// Answers the `package` checks, from dpkg's own list.
struct PackageLook {
  let machine: Machine

  func observe(_ check: MachineCheck) -> Observation {
    let names = check.values("name")
    let installed: [String: PackageVersion]
    do { installed = try Self.installed(names, machine) } catch {
      guard error == .missing else { return error.observation(of: machine.path(Self.list)) }
      return .unknown(
        "this machine has no dpkg, so its packages are not known",
        "cette machine n'a pas dpkg, ses paquets ne sont donc pas connus")
    }
    let list = names.joined(separator: ", ")
    guard let name = names.first(where: { installed[$0] != nil }), let version = installed[name] else {
      return Observation(
        holds: check["is"] == "missing", "the package \(list) is not installed", "le paquet \(list) n'est pas installé",
        facts: ["package": names.first ?? ""])
    }
    let facts = ["package": name, "package.version": version.text]
    let words = ("\(name) \(version.text) is installed", "\(name) \(version.text) est installé")
    let holds = check["older-than"].map { version < PackageVersion($0) } ?? (check["is"] == "installed")
    return Observation(holds: holds, words.0, words.1, facts: facts)
  }

  private static let list = "/var/lib/dpkg/status"

  /// Paragraphs with `Package:`, `Status: install ok installed` and `Version:` (dpkg-query(1)).
  private static func installed(
    _ names: [String], _ machine: Machine
  ) throws(FileFault) -> [String: PackageVersion] {
    let text = try BoundedFile.bytes(machine.path(list), most: 64 << 20)
    let wanted = Set(names)
    var found: [String: PackageVersion] = [:]
    var name: String?
    var isInstalled = false
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if let value = value(of: "Package: ", line) {
        name = wanted.contains(value) ? value : nil
        isInstalled = false
      } else if name == nil {
        continue
      } else if let status = value(of: "Status: ", line) {
        isInstalled = status.hasSuffix(" installed")
      } else if let version = value(of: "Version: ", line), isInstalled, let name {
        found[name] = PackageVersion(version)
      }
    }
    return found
  }

  private static func value(of field: String, _ line: ArraySlice<UInt8>) -> String? {
    line.starts(with: field.utf8) ? String(decoding: line.dropFirst(field.utf8.count), as: UTF8.self) : nil
  }
}
