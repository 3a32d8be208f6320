import ArgumentParser
import Foundation
import Reporting
import RulePacks

extension Failure {
  init(_ fault: PackFault) {
    let code: Int32 =
      switch fault {
      case .disk: 73
      case .notReachable: 66
      case .notInstalled: 64
      case .unsigned, .notAllowed, .badSignature, .downgrade: 1
      case .badArchive, .badFolder, .badKey, .badSigners, .badRules: 65
      }
    self.init(code: code, message: fault.description)
  }

  /// As `reporting`, for what packs can be refused for.
  static func reportingPacks(_ body: () throws -> Void) throws {
    try reporting {
      do { try body() } catch let fault as PackFault { throw Failure(fault) }
    }
  }
}

extension RulesCommand {
  struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pack",
      abstract: "Makes one file of a folder with a pack.yaml, the same bytes every time.",
      discussion: """
        Example:
          maillogd rules pack site && ssh-keygen -Y sign -n maillogd-pack -f ~/.ssh/id_ed25519 site-1.0.0.tar
        """)
    @Argument(help: "The folder with the pack.yaml.") var folder: String
    @Option(name: .shortAndLong, help: "The file to write (default: NAME-VERSION.tar).") var output: String?

    func run() throws {
      try Failure.reportingPacks {
        let archive = try PackArchive(folder: folder)
        let rules = try archive.rules()
        let path = output ?? archive.fileName
        try OutputFile(path).write(archive.bytes)
        StandardError.write(
          "\(path): \(archive.name) \(archive.version), \(rules.count) rules, sha256 \(archive.sha256)")
      }
    }
  }

  struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Signs a pack with an SSH key, as ssh-keygen -Y sign -n maillogd-pack does.")
    @Argument(help: "The archive.") var file: String
    @Option(name: .long, help: "The private key: Ed25519, ECDSA or RSA, without a passphrase.") var key: String

    func run() throws {
      try Failure.reportingPacks {
        guard let data = FileManager.default.contents(atPath: key) else {
          throw Failure.cannotOpen("\(key) cannot be read; give the private key, not its .pub")
        }
        let archive = try PackSource(file).archive
        let secret = try SSHPrivateKey(text: String(decoding: data, as: UTF8.self))
        try OutputFile(file + ".sig").write(try secret.sign(archive.bytes).armored)
        StandardError.write("\(file).sig: signed with \(secret.key.fingerprint)")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks a pack: form, digests, rules, and who signed it.",
      discussion: "Exit code 1 if the signature is missing, bad, or nobody's who may sign.")
    @Argument(help: "The archive; its signature is FILE.sig.") var file: String
    @Option(name: .long, help: "The signature, if it is not FILE.sig.") var signature: String?
    @OptionGroup var trust: TrustOptions
    @Option(name: .long, help: "Where /etc/maillogd lies (default: /).") var root = "/"

    func run() throws {
      try Failure.reportingPacks {
        let source = try PackSource(file, signature: signature)
        let rules = try source.archive.rules()
        let signer = try source.signer(trust.signers(RulePlaces(root: root)))
        let archive = source.archive
        let text =
          "\(archive.name) \(archive.version), \(rules.count) rules, sha256 \(archive.sha256)\nsigned by \(signer)\n"
        try OutputFile(nil).write(text.split(separator: "\n").map { String($0).printable + "\n" }.joined())
      }
    }
  }
}

/// Whose signatures count.
struct TrustOptions: ParsableArguments {
  @Option(name: .long, help: "Who may sign (ssh-keygen(1), ALLOWED SIGNERS; default: /etc/maillogd/allowed_signers).")
  var allowedSigners: String?

  /// Nobody, where there is no list.
  func signers(_ places: RulePlaces) throws -> AllowedSigners {
    let path = allowedSigners ?? places.allowedSigners
    guard let data = FileManager.default.contents(atPath: path) else {
      guard allowedSigners == nil else { throw Failure.cannotOpen("\(path) cannot be read") }
      throw Failure(
        code: 1,
        message:
          "\(path) is not there, so nobody may sign packs; put a line into it: NAME namespaces=\"maillogd-pack\" ssh-ed25519 KEY"
      )
    }
    return try AllowedSigners(String(decoding: data, as: UTF8.self), path: path)
  }
}
