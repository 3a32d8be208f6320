import ArgumentParser
import Diagnosis
import Foundation
import Reporting
import RulePacks

extension RulesCommand {
  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Installs a pack for this machine, if it is whole, signed by somebody trusted, and no older than what is there.",
      discussion: """
        Examples:
          sudo maillogd rules install site-1.0.0.tar
          sudo maillogd rules install --allow-unsigned ./site
        """)
    @Argument(help: "An archive of rules pack, a folder with a pack.yaml, or file:///PATH.") var source: String
    @Option(name: .long, help: "The signature, if it is not FILE.sig.") var signature: String?
    @OptionGroup var trust: TrustOptions
    @Option(name: .long, help: "Only if the archive has this SHA-256.") var sha256: String?
    @Flag(name: .long, help: "Take a pack that nobody has signed.") var allowUnsigned = false
    @Option(name: .long, help: "Install below this folder instead of /.") var root = "/"

    func run() throws {
      try Failure.reportingPacks {
        let source = try PackSource(source, signature: signature)
        try RulesCommand.install(source, trust: trust, sha256: sha256, allowUnsigned: allowUnsigned, root: root)
      }
    }
  }

  /// Checks everything, then installs, and says what was done.
  static func install(
    _ source: PackSource, trust: TrustOptions, sha256: String?, allowUnsigned: Bool, root: String
  ) throws {
    let places = RulePlaces(root: root)
    let archive = source.archive
    if let sha256, sha256.lowercased() != archive.sha256 {
      throw PackFault.badArchive("its sha256 is \(archive.sha256), wanted \(sha256)")
    }
    // A signature that is there must be good, whatever the flag says.
    let signer = allowUnsigned && source.signature == nil ? nil : try source.signer(trust.signers(places))
    try PackStore(places).install(archive, source: source.place, signer: signer, shipped: RulePacks.shippedPacks)
    let word = signer.map { "signed by \($0)" } ?? "not signed"
    StandardError.write("\(archive.name) \(archive.version) is installed in \(places.installed), \(word)")
  }

  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Looks where packs came from for a newer version, and installs it.")
    @Argument(help: "Only these packs.") var names: [String] = []
    @OptionGroup var trust: TrustOptions
    @Flag(name: .long, help: "Take a newer version of an unsigned pack that nobody has signed.") var allowUnsigned =
      false
    @Option(name: .long, help: "Where the packs are installed (default: /).") var root = "/"

    func run() throws {
      try Failure.reportingPacks {
        let packs = PackStore(RulePlaces(root: root)).packs()
        if let unknown = names.first(where: { name in !packs.contains { $0.name == name } }) {
          throw PackFault.notInstalled(
            "no pack '\(unknown)' is installed; maillogd rules list --packs shows those that are")
        }
        // A pack that cannot be updated keeps no other from it; the first failure decides about the exit code.
        var first: Failure?
        for pack in packs where names.isEmpty || names.contains(pack.name) {
          let failure: Failure
          do {
            try update(pack)
            continue
          } catch let fault as PackFault {
            failure = Failure(fault)
          } catch let other as Failure { failure = other }
          StandardError.write("maillogd: \(pack.name) stays at \(pack.version): \(failure.message)")
          first = first ?? failure
        }
        if let first { throw ExitStatus(code: first.code) }
      }
    }

    private func update(_ pack: InstalledPack) throws {
      let source = try PackSource(pack.source)
      guard source.archive.name == pack.name else {
        throw PackFault.badArchive("\(pack.source) now holds the pack '\(source.archive.name)', not '\(pack.name)'")
      }
      guard source.archive.version > pack.version || !pack.changed.isEmpty else {
        return StandardError.write("\(pack.name) \(pack.version) is the newest at \(pack.source)")
      }
      // What was signed once does not become unsigned by an update.
      try RulesCommand.install(
        source, trust: trust, sha256: nil, allowUnsigned: allowUnsigned && pack.signer == nil, root: root)
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Takes installed packs away.")
    @Argument(help: "The packs.") var names: [String]
    @Option(name: .long, help: "Where the packs are installed (default: /).") var root = "/"

    func run() throws {
      try Failure.reportingPacks {
        for name in names {
          try PackStore(RulePlaces(root: root)).remove(name)
          StandardError.write("\(name) is removed")
        }
      }
    }
  }
}

/// The packs in use, one a line, with what an admin should know about each.
struct PackTable {
  static func text(_ rules: RuleSet, _ places: RulePlaces) -> String {
    let installed = PackStore(places).packs()
    let shipped = RulePacks.shippedPacks
    var lines: [String] = []
    for pack in rules.packs.sorted(by: { $0.name < $1.name }) {
      let own = pack.path.hasPrefix(places.installed) ? installed.first { $0.name == pack.name } : nil
      let place = pack.path.hasPrefix("rules/") ? "in the program" : own == nil ? pack.path : "installed"
      let count = rules.rules.count { $0.pack == pack.name }
      let row = [
        pack.name.padded(to: 16), pack.version.padded(to: 9), "\(count) rules".padded(to: 11), place.padded(to: 15),
      ]
      lines.append((row + [own.map { state($0, shipped) } ?? ""]).joined(separator: " ").printable)
    }
    return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
  }

  private static func state(_ pack: InstalledPack, _ shipped: [Pack]) -> String {
    var words: [String] = []
    if !pack.changed.isEmpty { words.append("TAINTED: changed since: \(pack.changed.joined(separator: ", "))") }
    if let own = shipped.first(where: { $0.name == pack.name }).flatMap({ PackVersion($0.version) }), own > pack.version
    {
      words.append("OUTDATED: the program has \(own)")
    }
    if let newer = try? PackSource(pack.source).archive, newer.name == pack.name, newer.version > pack.version {
      words.append("OUTDATED: \(pack.source) has \(newer.version)")
    }
    words.append(pack.signer.map { "signed by \($0)" } ?? "not signed")
    return words.joined(separator: "; ")
  }
}
