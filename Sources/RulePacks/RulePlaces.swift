/// Where on a machine rules lie.
public struct RulePlaces: Sendable {
  /// `/`, or where another system's file tree begins.
  public let root: String

  public init(root: String = "/") { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

  /// Packs that came with other packages of the distribution.
  public var shared: String { root + "/usr/share/maillogd/rules" }
  /// Packs and rules that the admin installed.
  public var installed: String { root + "/etc/maillogd/rules.d" }
  /// What the admin changes about rules by their ids.
  public var overrides: String { root + "/etc/maillogd/overrides.yaml" }
  /// Who may sign packs.
  public var allowedSigners: String { root + "/etc/maillogd/allowed_signers" }
}
